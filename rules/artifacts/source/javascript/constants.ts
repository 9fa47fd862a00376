/**
 * What an expression is worth when the program starts, as far as the file alone says: literals, constants, defaults of
 * environment variables. What is computed is left undefined, never guessed.
 */
import type { TextRange } from '../../../text.ts';
import type { Syntax } from '../syntax.ts';
import type { Code } from './code.ts';
import { argumentsOf, calledName, calleeOf, receiverOf, stringContent, unwrap } from './expressions.ts';

export interface Constant {
  /** Of strings, numbers and booleans; undefined: decided elsewhere. */
  readonly value?: string | number | boolean;
  /** Where the value is written. */
  readonly range: TextRange;
  /** The environment variable that comes first. */
  readonly variable?: string;
}

const maxSteps = 24;

/** Express' generator makes a function of its own that gives back a port as a number. */
const portConversion = /^(?:normali[sz]e|parse)Port$/;

/** Functions that give back their first argument as a number or string. */
const conversions: ReadonlySet<string> = new Set([
  'Number',
  'String',
  'parseInt',
  'parseFloat',
  'Number.parseInt',
  'Number.parseFloat',
]);

export function constant(code: Code, node: Syntax | undefined, steps = 0): Constant | undefined {
  if (!node || steps > maxSteps) return undefined;
  if (!code.constants.has(node)) {
    code.constants.set(node, undefined);
    code.constants.set(node, evaluate(code, node, steps));
  }
  return code.constants.get(node) as Constant | undefined;
}

function evaluate(code: Code, node: Syntax, steps: number): Constant | undefined {
  const bare = unwrap(node);
  const next = steps + 1;
  switch (bare.type) {
    case 'string':
      return { value: stringContent(bare), range: { start: bare.start + 1, end: bare.end - 1 } };
    case 'number':
      return { value: Number(bare.text.replaceAll('_', '')), range: bare.range };
    case 'true':
    case 'false':
      return { value: bare.type === 'true', range: bare.range };
    case 'template_string':
      return template(code, bare, next);
    case 'unary_expression':
      return /^\+/.test(bare.text) ? constant(code, bare.children[0], next) : undefined;
    case 'binary_expression':
      return binary(code, bare, next);
    case 'ternary_expression':
      return ternary(code, bare, next);
    case 'call_expression':
      return call(code, bare, next);
    case 'identifier':
    case 'shorthand_property_identifier':
      return name(code, bare, next);
    case 'member_expression':
    case 'subscript_expression':
      return member(code, bare, next);
    default:
      return undefined;
  }
}

/** A string that is known before the program runs, at the place it is written. */
export function stringConstant(
  code: Code,
  node: Syntax | undefined,
): { value: string; range: TextRange } | undefined {
  const found = constant(code, node);
  return typeof found?.value === 'string' ? { value: found.value, range: found.range } : undefined;
}

/** The variable of `process.env.X`, `process.env['X']`, `Bun.env.X`, `Deno.env.get('X')`. */
export function environmentVariable(node: Syntax): string | undefined {
  const match =
    /^(?:(?:globalThis\.)?process\??|Bun|import\.meta)\.env(?:\??\.([A-Za-z_]\w*)|(?:\?\.)?\[(['"`])([A-Za-z_]\w*)\2\])$/.exec(
      node.text,
    ) ?? /^Deno\.env\.get\(((['"`])([A-Za-z_]\w*)\2)\)$/.exec(node.text);
  return match ? (match[3] ?? match[1]) : undefined;
}

function template(code: Code, node: Syntax, steps: number): Constant | undefined {
  let value = '';
  for (const part of node.children) {
    if (part.type === 'string_fragment' || part.type === 'escape_sequence') value += part.text;
    else {
      const inner = constant(code, part.children[0], steps);
      if (inner?.value === undefined) return undefined;
      value += String(inner.value);
    }
  }
  return { value, range: { start: node.start + 1, end: node.end - 1 } };
}

function binary(code: Code, node: Syntax, steps: number): Constant | undefined {
  const [left, right] = node.children;
  if (!left || !right) return undefined;
  const operator = node.between(left, right);
  const first = constant(code, left, steps);
  if (operator === '||' || operator === '??') {
    if (first?.value !== undefined && first.value !== '') return first;
    // Something unknown comes before the default: then the default may never count.
    if (!first?.variable) return undefined;
    const second = constant(code, right, steps);
    return second ? { ...second, variable: first.variable } : first;
  }
  if (operator !== '+') return undefined;
  const second = constant(code, right, steps);
  if (first?.value === undefined || second?.value === undefined) return undefined;
  const value =
    typeof first.value === 'number' && typeof second.value === 'number'
      ? first.value + second.value
      : `${first.value}${second.value}`;
  return { value, range: node.range };
}

/** `process.env.PORT ? Number(process.env.PORT) : 3000` */
function ternary(code: Code, node: Syntax, steps: number): Constant | undefined {
  const [, then, otherwise] = node.children;
  const first = constant(code, then, steps);
  const second = constant(code, otherwise, steps);
  if (!first || !second) return undefined;
  if (first.variable && first.value === undefined) return { ...second, variable: first.variable };
  return first.value === second.value ? first : undefined;
}

function call(code: Code, node: Syntax, steps: number): Constant | undefined {
  const [first, second] = argumentsOf(node);
  const variable = environmentVariable(node);
  if (variable) return { range: node.range, variable };
  if (conversions.has(calleeOf(node).text) || portConversion.test(calleeOf(node).text))
    return converted(constant(code, first, steps));
  // `configService.get('PORT', 3000)` reads the environment under the same name.
  const receiver = receiverOf(node);
  if (receiver && /config|env/i.test(receiver.text) && /^get(?:OrThrow)?$/.test(calledName(node) ?? '')) {
    const key = constant(code, first, steps)?.value;
    if (typeof key !== 'string' || !/^[A-Z][A-Z0-9_]*$/.test(key)) return undefined;
    const fallback = second && constant(code, second, steps);
    return { range: node.range, ...fallback, variable: key };
  }
  return undefined;
}

function converted(found: Constant | undefined): Constant | undefined {
  if (typeof found?.value !== 'string' || found.value === '') return found;
  const value = Number(found.value);
  return Number.isNaN(value) ? found : { ...found, value };
}

function name(code: Code, node: Syntax, steps: number): Constant | undefined {
  const declared = code.declaration(node.text, node);
  if (declared?.kind !== 'variable') return undefined;
  const { path, value, fallback } = declared;
  if (path.length === 0) return constant(code, value, steps);
  if (path.length === 1 && value && /^process\.env$/.test(unwrap(value).text)) {
    const otherwise = fallback && constant(code, fallback, steps);
    return { range: node.range, ...otherwise, variable: path[0]! };
  }
  const found = path.reduce<Syntax | undefined>((object, key) => object && code.property(object, key), value);
  return constant(code, found ?? fallback, steps);
}

function member(code: Code, node: Syntax, steps: number): Constant | undefined {
  const variable = environmentVariable(node);
  if (variable) return { range: node.range, variable };
  const found = code.definition(node);
  if (found && found !== node) {
    // A member of an enum without a value has its own name as key only: numbers identify nothing.
    return found.type === 'property_identifier' ? undefined : constant(code, found, steps);
  }
  // `env.PORT` of a module that checks the environment has the variable's own name.
  const checked = /^(?:\w*[eE]nv|\w*[cC]onfig|ENV)\.([A-Z][A-Z0-9_]*)$/.exec(node.text)?.[1];
  return checked === undefined ? undefined : { range: node.range, variable: checked };
}
