/**
 * Environment variables without which a file cannot be loaded: checked by zod, t3-env or envalid, thrown for where they
 * are missing, or asked of a function whose name says that it throws. Only at the top level of the file, since what a
 * function asks for may never be needed.
 */
import type { Ranged } from '../../../text.ts';
import type { Syntax } from '../syntax.ts';
import type { Code } from './code.ts';
import { environmentVariable } from './constants.ts';
import {
  argumentsOf,
  calledName,
  functionTypes,
  propertyName,
  stringContent,
  unwrap,
} from './expressions.ts';

/** Whether a raw text may hold one. */
export const mayRequire =
  /\b(?:cleanEnv|createEnv)\(|\.(?:parse|safeParse)\(\s{0,20}process\.env\b|\bif\s?\(\s?!process\.env[.[]|\b(?:require|required|must|mustGet|getRequired|ensure|assert)_?[eE]nv\w{0,20}\(/;

const throwing =
  /^(?:require|required|must|mustGet|getRequired|ensure|assert)_?[eE]nv(?:Var|Variable|ironmentVariable)?$|^(?:env|getEnv)OrThrow$/;

const conditions: ReadonlySet<string> = new Set([
  ...functionTypes,
  'if_statement',
  'try_statement',
  'ternary_expression',
  'switch_statement',
  'for_statement',
  'for_in_statement',
  'while_statement',
]);

/** What a call or condition requires; nothing where it may not be run. */
export function requiredBy(node: Syntax, code: Code): Ranged<string>[] {
  if (node.closest(conditions)) return [];
  if (node.type === 'if_statement') return missingThrown(node);
  const name = calledName(node);
  const [first, second] = argumentsOf(node);
  if (name === 'parse' && first?.text === 'process.env') return inObject(schemaOf(node, code), requiredByZod);
  if (name === 'createEnv') {
    const server = first && code.property(first, 'server');
    return /\bprocess\.env\b/.test(first?.text ?? '') ? inObject(server, requiredByZod) : [];
  }
  if (name === 'cleanEnv' && first?.text === 'process.env')
    return inObject(second && code.definition(second), requiredByEnvalid);
  if (!throwing.test(name ?? '') || second) return [];
  const value = first && stringContent(first);
  return first && value !== undefined && isVariable(value) ? [{ value, range: first.range }] : [];
}

/** `if (!process.env.A || !process.env.B) throw …` */
function missingThrown(statement: Syntax): Ranged<string>[] {
  const condition = statement.field('condition');
  const body = statement.field('consequence');
  if (!condition || !body || !/^\{?\s*(?:[^;{}]{0,300};?\s*)?(?:throw\b|process\.exit\()/.test(body.text))
    return [];
  const found: Ranged<string>[] = [];
  for (const part of alternatives(unwrap(condition))) {
    if (part.type !== 'unary_expression' || !part.text.startsWith('!')) return [];
    const inner = part.children[0] && unwrap(part.children[0]);
    const value = inner && environmentVariable(inner);
    if (value === undefined || !inner) return [];
    found.push({ value, range: inner.range });
  }
  return found;
}

function alternatives(node: Syntax, depth = 0): Syntax[] {
  const [left, right] = node.children;
  if (node.type !== 'binary_expression' || !left || !right || depth > 50) return [node];
  if (node.between(left, right) !== '||') return [node];
  return [...alternatives(unwrap(left), depth + 1), ...alternatives(unwrap(right), depth + 1)];
}

/** The object of `z.object({ … })`, whatever is called on it after. */
function schemaOf(call: Syntax, code: Code): Syntax | undefined {
  let node = call.field('function')?.field('object');
  for (let steps = 0; node && steps < 12; steps += 1) {
    const made: Syntax | undefined = code.definition(node);
    if (made?.type !== 'call_expression') return undefined;
    if (/^z\.(?:object|strictObject|looseObject)\(/.test(made.text)) return argumentsOf(made)[0];
    // A part of it, all of it optional, or something else altogether.
    if (!/^(?:passthrough|strict|strip|readonly|superRefine|refine|transform)$/.test(calledName(made) ?? ''))
      return undefined;
    node = made.field('function')?.field('object');
  }
  return undefined;
}

function inObject(node: Syntax | undefined, isRequired: (value: string) => boolean): Ranged<string>[] {
  if (node?.type !== 'object') return [];
  return node.children.flatMap((pair) => {
    const key = pair.type === 'pair' ? pair.field('key') : undefined;
    const value = pair.field('value');
    const name = key && propertyName(key);
    if (!key || !value || name === undefined || !isVariable(name) || !isRequired(value.text)) return [];
    return [{ value: name, range: key.range }];
  });
}

/** Coerced text and booleans take a missing value for one: `"undefined"` and false. */
function requiredByZod(text: string): boolean {
  return (
    /^z\s*\.\s*(?:string|number|enum|nativeEnum|url|email|uuid|coerce\s*\.\s*(?:number|date|bigint))\s*\(/.test(
      text,
    ) && !/\b(?:optional|nullish|default|prefault|catch|preprocess|undefined|or)\b/.test(text)
  );
}

function requiredByEnvalid(text: string): boolean {
  return (
    /^(?:\w+\.)?(?:str|num|bool|port|url|host|email|json)\(/.test(text) &&
    !/\b(?:default|devDefault)\b/.test(text)
  );
}

function isVariable(name: string): boolean {
  return /^[A-Z][A-Z0-9_]+$/.test(name) && name !== 'NODE_ENV';
}
