/** Syntax of Ruby as its readers need it: calls, their arguments, options and blocks. It must never know a library. */
import type { Ranged } from '../../../text.ts';
import type { Syntax } from '../syntax.ts';

export function methodOf(call: Syntax): string {
  return call.field('method')?.text ?? '';
}

export function receiverOf(call: Syntax): Syntax | undefined {
  return call.field('receiver');
}

/** Positional arguments. */
export function argumentsOf(call: Syntax): readonly Syntax[] {
  return (
    call.field('arguments')?.children.filter(({ type }) => type !== 'pair' && type !== 'block_argument') ?? []
  );
}

/** The value of an option, `to: 'x'`. */
export function option(call: Syntax, name: string): Syntax | undefined {
  return pairsOf(call).find((pair) => pair.children[0]?.text.replace(/^:|:$/g, '') === name)?.children[1];
}

export function pairsOf(call: Syntax): readonly Syntax[] {
  return call.field('arguments')?.children.filter(({ type }) => type === 'pair') ?? [];
}

/** The statements of a block that a call is given. */
export function blockOf(call: Syntax): readonly Syntax[] | undefined {
  const block = call.field('block');
  if (!block) return undefined;
  return block.child('body_statement', 'block_body')?.children ?? [];
}

/** A plain text or symbol. */
export function textOf(node: Syntax | undefined): Ranged<string> | undefined {
  if (!node) return undefined;
  if (node.type === 'simple_symbol')
    return { value: node.text.slice(1), range: { start: node.start + 1, end: node.end } };
  if (node.type === 'hash_key_symbol') return { value: node.text, range: node.range };
  if (node.type !== 'string' || node.child('interpolation', 'escape_sequence')) return undefined;
  return { value: node.text.slice(1, -1), range: { start: node.start + 1, end: node.end - 1 } };
}

/** Texts and symbols of `[:a, 'b']`, `%i[a b]` or a single one; undefined where one is not plain. */
export function listOf(node: Syntax | undefined): readonly string[] | undefined {
  if (!node) return undefined;
  if (/^(?:symbol|string)_array$/.test(node.type)) return node.children.map(({ text }) => text);
  const items = node.type === 'array' ? node.children : [node];
  const texts = items.map((item) => textOf(item)?.value);
  return texts.includes(undefined) ? undefined : (texts as string[]);
}

/** The port in `3000`, `ENV['PORT'] || 3000`, `ENV.fetch('PORT') { 3000 }`, and in an address that ends with one of these. */
export function portOf(node: Syntax | undefined): { port?: Ranged<number>; portVariable?: string } {
  if (!node) return {};
  const { text, range } = node;
  const variables = [...text.slice(0, 300).matchAll(/\bENV(?:\[|\.fetch[ (])\s*['"](\w+)['"]/g)];
  const variable = variables.at(-1)?.[1];
  const digits = /(?:^|[^\w.])(\d{2,5})['"\s)}\]]*$/.exec(text.slice(0, 300))?.[1];
  return {
    ...(digits !== undefined && { port: { value: Number(digits), range } }),
    ...(variable !== undefined && { portVariable: variable }),
  };
}
