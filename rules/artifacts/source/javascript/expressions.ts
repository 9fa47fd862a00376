/** Reads single expressions of JavaScript and TypeScript, as they are written. It must never know what a name stands for. */
import type { Syntax } from '../syntax.ts';

export const functionTypes: ReadonlySet<string> = new Set([
  'function_declaration',
  'generator_function_declaration',
  'function_expression',
  'generator_function',
  'arrow_function',
  'method_definition',
]);

export const classTypes: ReadonlySet<string> = new Set([
  'class_declaration',
  'class',
  'abstract_class_declaration',
]);

/** An expression without what does not change its value: parentheses, casts, `!`, `await`. */
export function unwrap(node: Syntax): Syntax {
  let bare = node;
  while (wrappers.has(bare.type) && bare.children.length > 0) {
    bare = bare.type === 'type_assertion' ? bare.children.at(-1)! : bare.children[0]!;
  }
  return bare;
}

const wrappers: ReadonlySet<string> = new Set([
  'parenthesized_expression',
  'as_expression',
  'satisfies_expression',
  'non_null_expression',
  'type_assertion',
  'await_expression',
]);

/** The arguments of a call or `new`, spreads included. */
export function argumentsOf(call: Syntax): readonly Syntax[] {
  return call.child('arguments')?.children ?? [];
}

export function calleeOf(call: Syntax): Syntax {
  return unwrap(call.children[0] ?? call);
}

/** The object a method is called on: `app` of `app.get('/')`. */
export function receiverOf(call: Syntax): Syntax | undefined {
  const callee = calleeOf(call);
  return callee.type === 'member_expression' ? callee.children[0] : undefined;
}

/** The name of the method or function that is called. */
export function calledName(call: Syntax): string | undefined {
  const callee = calleeOf(call);
  if (callee.type === 'identifier') return callee.text;
  return callee.type === 'member_expression' ? callee.children.at(-1)?.text : undefined;
}

/** The value of a key in an object literal; a method or shorthand is its own value. */
export function propertyOf(object: Syntax, key: string): Syntax | undefined {
  for (const child of object.children) {
    if (child.type === 'pair' && propertyName(child.children[0]!) === key) return child.children.at(-1);
    if (child.type === 'shorthand_property_identifier' && child.text === key) return child;
    if (child.type === 'method_definition' && propertyName(child.child('property_identifier')) === key)
      return child;
  }
  return undefined;
}

export function hasSpread(node: Syntax): boolean {
  return node.children.some(({ type }) => type === 'spread_element');
}

/** What a key is written as, without quotes; undefined when it is computed. */
export function propertyName(node: Syntax | undefined): string | undefined {
  if (!node) return undefined;
  if (node.type === 'string') return stringContent(node);
  return /^(?:property_identifier|private_property_identifier|identifier|number)$/.test(node.type)
    ? node.text
    : undefined;
}

/** What stands between a string's quotes; escapes that matter in names and paths are few, so they stay as they are. */
export function stringContent(node: Syntax): string {
  return node.text.slice(1, -1);
}

/** The function with this value, by the name under which other code calls it. */
export function functionName(fn: Syntax): string | undefined {
  const own = fn.children.find(({ type }) => type === 'identifier' || type === 'property_identifier');
  if (/^(?:generator_)?function_declaration$|^method_definition$/.test(fn.type)) {
    return own?.text ?? (fn.parent?.type === 'export_statement' ? 'default' : undefined);
  }
  return nameGivenTo(fn) ?? (fn.type === 'arrow_function' ? undefined : own?.text);
}

/** The name an expression is kept under: a variable, `this.x`, a property, or `default` for the module's own value. */
export function nameGivenTo(node: Syntax): string | undefined {
  let child = node;
  let parent = node.parent;
  while (parent && (wrappers.has(parent.type) || isPassThrough(parent))) {
    child = parent;
    parent = parent.parent;
  }
  if (!parent) return undefined;
  if (parent.type === 'variable_declarator' && parent.children[0]?.type === 'identifier') {
    return parent.children[0].text;
  }
  if (parent.type === 'assignment_expression' && parent.children[1] === child) {
    const target = parent.children[0]!;
    return exportedName(target) ?? (/^[\w$.]+$/.test(target.text) ? target.text : undefined);
  }
  if (parent.type === 'pair') return propertyName(parent.children[0]);
  if (parent.type === 'public_field_definition' || parent.type === 'field_definition') {
    const field = parent.children.find(({ type }) => type === 'property_identifier');
    return field && `this.${field.text}`;
  }
  return parent.type === 'export_statement' ? 'default' : undefined;
}

/** `exports = module.exports = x` */
function isPassThrough(node: Syntax): boolean {
  return node.type === 'assignment_expression' && node.parent?.type === 'assignment_expression';
}

/** `default` for `module.exports`, `name` for `exports.name`. */
export function exportedName(target: Syntax): string | undefined {
  const match = /^(?:module\.)?exports(?:\.([\w$]+))?$/.exec(target.text);
  return match ? (match[1] ?? 'default') : undefined;
}

/** The module of `require('x')` and `import('x')`. */
export function moduleRequired(call: Syntax): string | undefined {
  if (call.type !== 'call_expression') return undefined;
  const callee = call.children[0];
  if (callee?.type !== 'import' && !(callee?.type === 'identifier' && callee.text === 'require'))
    return undefined;
  const [specifier] = argumentsOf(call);
  return specifier?.type === 'string' ? stringContent(specifier) : undefined;
}

export function parametersOf(fn: Syntax): readonly Syntax[] {
  const list = fn.child('formal_parameters');
  if (list) return list.children;
  const first = fn.children[0];
  return fn.type === 'arrow_function' && first?.type === 'identifier' ? [first] : [];
}

/** The body of a function: a block, or an arrow's expression. */
export function bodyOf(fn: Syntax): Syntax | undefined {
  return fn.child('statement_block') ?? (fn.type === 'arrow_function' ? fn.children.at(-1) : undefined);
}
