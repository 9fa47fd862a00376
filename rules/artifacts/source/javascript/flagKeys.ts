/**
 * Keys of flags in JavaScript and TypeScript: literals, constants, members of enums, names that another file declares,
 * and parameters that callers fill. It must never know an SDK.
 */
import type { FlagForwardFact, FlagKeyConstantFact, FlagKeyFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import type { Code } from './code.ts';
import { stringConstant } from './constants.ts';
import { argumentsOf, classTypes, functionName, propertyName, unwrap } from './expressions.ts';

/** What an expression says about the key it is given as. */
export function flagKeyOf(node: Syntax, code: Code): FlagKeyFact {
  const found = stringConstant(code, node);
  if (found) {
    // A constant may be declared far away: what is read here is named here.
    const range = unwrap(node).type === 'string' ? found.range : node.range;
    return { key: { value: found.value, range } };
  }
  const forwards = forwardsOf(node, code);
  if (forwards) return { forwards };
  const name = importedName(node, code);
  return name === undefined ? {} : { keyName: { value: name, range: node.range } };
}

/** The parameter of the function around it that an expression is, or a property of it. */
export function forwardsOf(node: Syntax, code: Code): FlagForwardFact | undefined {
  const bare = unwrap(node);
  if (bare.type === 'member_expression') {
    const object = bare.children[0]!;
    const outer = object.type === 'identifier' ? forwardsOf(object, code) : undefined;
    const property = propertyName(bare.children.at(-1));
    return outer && property !== undefined && !outer.argument.includes('.')
      ? { ...outer, argument: `${outer.argument}.${property}` }
      : undefined;
  }
  if (bare.type !== 'identifier' && bare.type !== 'shorthand_property_identifier') return undefined;
  const declared = code.declaration(bare.text, bare);
  if (declared?.kind === 'variable' && declared.path.length === 1 && declared.value) {
    const outer = forwardsOf(declared.value, code);
    return outer && !outer.argument.includes('.')
      ? { ...outer, argument: `${outer.argument}.${declared.path[0]!}` }
      : undefined;
  }
  if (declared?.kind !== 'parameter') return undefined;
  const name = readerName(declared.function);
  if (name === undefined) return undefined;
  const destructured = declared.node.type === 'object_pattern' || declared.node.child('object_pattern');
  const argument = destructured ? `${declared.index}.${bare.text}` : String(declared.index);
  return { function: name, argument };
}

/** The name other code calls a function by; a method's is told from others by its class. */
function readerName(fn: Syntax): string | undefined {
  // A function that is handed to another one, such as `useCallback`, keeps the name of what comes back.
  const named =
    functionName(fn) ?? (fn.parent?.type === 'arguments' ? nameOfCallResult(fn.parent.parent) : undefined);
  if (named === undefined) return undefined;
  const own = fn.type === 'method_definition' || named.startsWith('this.') ? classNameAround(fn) : undefined;
  const name = named.replace(/^this\./, '');
  return own === undefined ? name : `${own}.${name}`;
}

function nameOfCallResult(call: Syntax | undefined): string | undefined {
  const declarator = call?.parent;
  const target = declarator?.type === 'variable_declarator' ? declarator.children[0] : undefined;
  return target?.type === 'identifier' ? target.text : undefined;
}

export function classNameAround(node: Syntax): string | undefined {
  return node.closest(classTypes)?.children.find(({ type }) => /identifier$/.test(type))?.text;
}

/** `Flags.NewCheckout`, `NEW_CHECKOUT`: names that an import brings. */
function importedName(node: Syntax, code: Code): string | undefined {
  const bare = unwrap(node);
  if (!/^(?:identifier|member_expression|subscript_expression)$/.test(bare.type)) return undefined;
  const name = bare.text.replace(/\[(['"])([\w$-]+)\1\]/g, '.$2');
  if (!/^[\w$]+(?:\.[\w$-]+){0,3}$/.test(name)) return undefined;
  return code.declaration(name.split('.')[0]!, bare)?.kind === 'import' ? name : undefined;
}

/** Names of what holds keys of flags: other files are only asked for these. */
const holdsKeys = /flag|feature|toggle|experiment|gate|rollout/i;

/** The constants of a file that others may name as keys: enums, objects and texts that are called so. */
export function flagKeysIn(root: Syntax, code: Code): FlagKeyConstantFact[] {
  return root.children.flatMap((statement) => {
    const declared =
      statement.type === 'export_statement' ? statement.children.at(-1) : (statement as Syntax | undefined);
    if (declared?.type === 'enum_declaration') return membersOf(declared, code);
    if (declared?.type !== 'lexical_declaration') return [];
    return declared.children.flatMap((declarator) => constantsOf(declarator, code));
  });
}

function membersOf(declared: Syntax, code: Code): FlagKeyConstantFact[] {
  const name = declared.child('identifier')?.text ?? '';
  if (!holdsKeys.test(name)) return [];
  return (declared.child('enum_body')?.children ?? []).flatMap((member) => {
    const key = propertyName(member.children[0]);
    const value = member.type === 'enum_assignment' ? stringConstant(code, member.children[1]) : undefined;
    return key === undefined || !value ? [] : [{ name: `${name}.${key}`, key: value }];
  });
}

function constantsOf(declarator: Syntax, code: Code): FlagKeyConstantFact[] {
  const [target] = declarator.children;
  if (target?.type !== 'identifier' || !holdsKeys.test(target.text)) return [];
  const name = target.text;
  const last = declarator.children.at(-1)!;
  const text = last === target ? undefined : stringConstant(code, last);
  if (text) return [{ name, key: text }];
  const value = unwrap(last);
  const object = value.type === 'call_expression' ? argumentsOf(value)[0] : value;
  if (object?.type !== 'object') return [];
  return object.children.flatMap((pair) => {
    const key = pair.type === 'pair' ? propertyName(pair.children[0]) : undefined;
    const given = pair.children.at(-1);
    const found = key === undefined || !given ? undefined : stringConstant(code, given);
    return found ? [{ name: `${name}.${key}`, key: found }] : [];
  });
}

/** The text of a JSX attribute, or what stands in its braces. */
export function jsxValueOf(element: Syntax, attribute: string): Syntax | undefined {
  for (const child of element.children) {
    if (child.type !== 'jsx_attribute' || child.children[0]?.text !== attribute) continue;
    const value = child.children[1];
    return value?.type === 'jsx_expression' ? value.children[0] : value;
  }
  return undefined;
}

/** A list of keys, as far as it is written out. */
export function listedKeys(node: Syntax, code: Code): readonly Syntax[] | undefined {
  const list = code.definition(node);
  return list?.type === 'array' ? list.children : undefined;
}
