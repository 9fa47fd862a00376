/** Small changes of Python by range, with the file's own indentation. */
import type { TextRange } from '../../text.ts';
import type { Change } from '../rule.ts';
import { endOfLine, marginOf, newlineOf, nextLine, startOfLine } from './lines.ts';

interface Source {
  readonly path: string;
  readonly text: string;
}

/**
 * Adds a keyword argument to a call, after the others.
 * @param call a range that ends with the call's `)`
 */
export function addKeyword({ path, text }: Source, call: TextRange, argument: string): Change | undefined {
  const close = call.end - 1;
  const inner = text.slice(call.start, close).trimEnd();
  const last = call.start + inner.length;
  const tail = text.slice(last, close);
  // A comment may hold the end of the last argument.
  if (text[close] !== ')' || inner.endsWith('(') || inner.slice(inner.lastIndexOf('\n') + 1).includes('#'))
    return undefined;
  const added = !inner.endsWith(',')
    ? `, ${argument}`
    : tail.includes('\n')
      ? `${newlineOf(text)}${marginOf(text, last)}${argument},`
      : ` ${argument}`;
  return { kind: 'edit', file: path, range: { start: last, end: last }, text: added };
}

/** Imports a module of the standard library that is not imported yet, among the plain imports at the top. */
export function addImport({ path, text }: Source, module: string): Change[] {
  if (new RegExp(`^import ${module}\\b`, 'm').test(text)) return [];
  const first = /^(?:import|from) (?!__future__)/m.exec(text);
  if (!first) return [];
  let at = first.index;
  for (;;) {
    const own = /^import (\w+)/.exec(text.slice(at, at + 100));
    if (!own || own[1]! > module) break;
    at = nextLine(text, at);
  }
  return [
    { kind: 'edit', file: path, range: { start: at, end: at }, text: `import ${module}${newlineOf(text)}` },
  ];
}

/**
 * Stops a gRPC server on SIGTERM, after it has answered what it has begun.
 * @param start the range of `server.start()`, on a line of its own
 * @param seconds that it is given
 */
export function stopOnSignal(source: Source, { start, end }: TextRange, seconds: number): Change[] {
  const { text, path } = source;
  const line = text.slice(startOfLine(text, start), endOfLine(text, end));
  const server = /^[ \t]*([\w.]+)\.start\(\)$/.exec(line)?.[1];
  const at = endOfLine(text, end);
  // Otherwise the process goes on when its server has stopped.
  const waits = server !== undefined && text.includes(`${server}.wait_for_termination(`);
  const sleeps = waits ? undefined : sleepingLoop.exec(text.slice(at));
  if (!waits && (server === undefined || !sleeps)) return [];
  const loop = sleeps && {
    start: at + sleeps[1]!.length,
    end: at + sleeps[0].length,
  };
  const handler = `signal.signal(signal.SIGTERM, lambda *_: ${server}.stop(${seconds}))`;
  return [
    ...addImport(source, 'signal'),
    {
      kind: 'edit',
      file: path,
      range: { start: at, end: at },
      text: `${newlineOf(text)}${marginOf(text, start)}${handler}`,
    },
    ...(loop
      ? [{ kind: 'edit' as const, file: path, range: loop, text: `${server}.wait_for_termination()` }]
      : []),
  ];
}

/** `while True: time.sleep(3600)` as the next thing, also in a `try` of its own; the first group is what stands before. */
const sleepingLoop =
  /^((?:[ \t]*(?:#.*)?\r?\n)*(?:[ \t]*try:[ \t]*\r?\n)?[ \t]*)while True:\s*time\.sleep\([\w.* ]*\)(?=[ \t]*(?:\r?\n|$))/;
