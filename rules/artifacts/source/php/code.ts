/** Syntax of PHP as its readers need it: calls, arguments, plain texts. It must never know a library. */
import type { Ranged } from '../../../text.ts';
import type { Syntax } from '../syntax.ts';

export const callTypes: ReadonlySet<string> = new Set([
  'member_call_expression',
  'scoped_call_expression',
  'function_call_expression',
]);

/** The name of the function or method called. */
export function calledName(call: Syntax): string {
  return (call.field('name') ?? call.field('function'))?.text ?? '';
}

/** What the method is called on: a variable, a class, another call. */
export function receiverOf(call: Syntax): Syntax | undefined {
  return call.field('object') ?? call.field('scope');
}

/** Values of positional arguments. */
export function argumentsOf(call: Syntax): readonly Syntax[] {
  return (
    (call.field('arguments') ?? call.child('arguments'))?.children.flatMap((argument) =>
      argument.field('name') ? [] : (argument.children[0] ?? []),
    ) ?? []
  );
}

/** The value of a named argument, `methods: ['GET']`. */
export function named(call: Syntax, name: string): Syntax | undefined {
  const list = call.field('arguments') ?? call.field('parameters') ?? call.child('arguments');
  return list?.children.find((argument) => argument.field('name')?.text === name)?.children.at(-1);
}

/** A plain text, empty ones included. */
export function textOf(node: Syntax | undefined): Ranged<string> | undefined {
  if (!node || !/^(?:string|encapsed_string)$/.test(node.type)) return undefined;
  const value = node.text.slice(1, -1);
  if (/\\|\$|\{\$/.test(value) && node.type === 'encapsed_string') return undefined;
  return { value, range: { start: node.start + 1, end: node.end - 1 } };
}

/** Texts of an array, or of one text; undefined where one is not plain. */
export function listOf(node: Syntax | undefined): readonly string[] | undefined {
  if (!node) return undefined;
  const items =
    node.type === 'array_creation_expression' ? node.children.map((item) => item.children.at(-1)) : [node];
  const texts = items.map((item) => textOf(item)?.value);
  return texts.includes(undefined) ? undefined : (texts as string[]);
}

/** The statements of a function that is passed, `function () { … }` or `fn () => …`. */
export function bodyOf(fn: Syntax | undefined): readonly Syntax[] {
  if (fn?.type === 'arrow_function') return fn.field('body') ? [fn.field('body')!] : [];
  return /^anonymous_function/.test(fn?.type ?? '') ? (fn!.field('body')?.children ?? []) : [];
}
