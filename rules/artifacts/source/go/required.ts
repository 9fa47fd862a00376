/**
 * Environment variables without which a Go program does not start: read and given up for in `main` itself, outside any
 * condition, since what another function asks for may never be needed.
 */
import type { Ranged } from '../../../text.ts';
import { visitAll, type Syntax } from '../syntax.ts';

/** What `main` requires. */
export function requiredBy(root: Syntax): Ranged<string>[] {
  const main = root.children.find(
    ({ type, text }) => type === 'function_declaration' && /^func main\(\)/.test(text),
  );
  const body = main?.child('block');
  const found: Ranged<string>[] = [];
  const statements =
    body?.children.flatMap((one) => (one.type === 'statement_list' ? one.children : [one])) ?? [];
  for (const [index, statement] of statements.entries()) {
    if (/^(?:if|for|switch|select|go|func)\b/.test(statement.text)) continue;
    const next = statements[index + 1]?.text ?? '';
    for (const { name, range, kept } of readsIn(statement)) {
      if (kept === undefined || isGivenUp(kept, next)) found.push({ value: name, range });
    }
  }
  return found;
}

interface Read {
  readonly name: string;
  readonly range: Ranged<string>['range'];
  /** The variable it is kept in; undefined: the call itself gives up. */
  readonly kept?: string;
}

function readsIn(statement: Syntax): Read[] {
  const reads: Read[] = [];
  visitAll(statement, (node) => {
    if (node.type === 'func_literal') return false;
    if (node.type !== 'call_expression') return undefined;
    const callee = node.field('function')?.text ?? '';
    const literal = node
      .field('arguments')
      ?.children.find((argument) => /^"[A-Z][A-Z0-9_]+"$/.test(argument.text));
    if (!literal) return undefined;
    const read = { name: literal.text.slice(1, -1), range: literal.range };
    if (/^(?:\w+\.)?[mM]ust\w*Env\w*$/.test(callee)) reads.push(read);
    const kept = /^(\w+)\s*:?=\s*os\.Getenv\("\w+"\)$/.exec(statement.text)?.[1];
    if (callee === 'os.Getenv' && kept !== undefined) reads.push({ ...read, kept });
    return undefined;
  });
  return reads;
}

/** `if address == "" { log.Fatal(…) }` */
function isGivenUp(name: string, next: string): boolean {
  const body = /^if\s+(\w+)\s*==\s*""\s*\{\s*([^}]{0,300})\}$/.exec(next.trim());
  return body?.[1] === name && /^(?:\w+\.)?(?:Fatal\w*|panic|Exit)\(/.test(body[2]!);
}
