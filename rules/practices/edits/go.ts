/** Small changes of Go by range, laid out as gofmt has them. */
import type { TextRange } from '../../text.ts';
import type { Change } from '../rule.ts';
import { marginOf, newlineOf, nextLine } from './lines.ts';

interface Source {
  readonly path: string;
  readonly text: string;
}

/**
 * Imports packages of the standard library that are not imported yet, in order among the others of their group.
 * @param paths in any order
 */
export function addImports({ path: file, text }: Source, paths: readonly string[]): Change[] {
  const missing = paths.filter((path) => !new RegExp(`^[^\\n"]*"${path}"`, 'm').test(text)).sort();
  if (missing.length === 0) return [];
  const newline = newlineOf(text);
  const insert = (start: number, lines: readonly string[]): Change => ({
    kind: 'edit',
    file,
    range: { start, end: start },
    text: lines.map((line) => `${line}${newline}`).join(''),
  });
  const block = /^import \(\r?\n/m.exec(text);
  if (!block) {
    const single = /^import [^\n]*\n/m.exec(text);
    const start = single
      ? single.index + single[0].length
      : nextLine(text, /^package /m.exec(text)?.index ?? 0);
    return [insert(start, [...(single ? [] : ['']), ...missing.map((path) => `import "${path}"`)])];
  }
  const places = new Map<number, string[]>();
  for (const path of missing) {
    let at = block.index + block[0].length;
    // The first group is that of the standard library.
    for (;;) {
      const own = /^\t(?:[\w.]+ )?"([^"\n]+)"/.exec(text.slice(at, at + 300));
      if (!own || own[1]! > path) break;
      at = nextLine(text, at);
    }
    places.set(at, [...(places.get(at) ?? []), `\t"${path}"`]);
  }
  return [...places].map(([start, lines]) => insert(start, lines));
}

/** Adds a field to a struct's literal, at its end. */
export function addField({ path, text }: Source, literal: TextRange, field: string): Change | undefined {
  const close = literal.end - 1;
  if (text[close] !== '}') return undefined;
  const before = text.slice(literal.start, close);
  const last = literal.start + before.trimEnd().length;
  const inner = before.trimEnd();
  const edit = (start: number, added: string): Change => ({
    kind: 'edit',
    file: path,
    range: { start, end: start },
    text: added,
  });
  if (inner.endsWith('{')) return edit(close, field);
  if (!before.includes('\n')) return edit(last, `, ${field}`);
  if (!inner.endsWith(',') || /\/\//.test(text.slice(text.lastIndexOf('\n', last) + 1, last)))
    return undefined;
  return edit(last, `${newlineOf(text)}${marginOf(text, last)}${field},`);
}

/** The first of these names that the text does not use, for whatever. */
export function freeName(text: string, names: readonly string[]): string | undefined {
  return names.find((name) => !new RegExp(`\\b${name}\\b`).test(text));
}

/**
 * Serves until the process is told to end, then answers what it has begun: in place of a line at the end of `main` that
 * calls `http.ListenAndServe`, or that of a server which a variable of `main` holds.
 * @param call its range
 */
export function drainOnSignal(source: Source, call: TextRange): Change[] {
  const { text, path } = source;
  const start = text.lastIndexOf('\n', call.start) + 1;
  const end = text.indexOf('\n', call.end);
  const line = text.slice(start, end === -1 ? undefined : end);
  const [, fatal, receiver] = /^\t(log\.Fatal\()?(\w+)\.ListenAndServe\(/.exec(line) ?? [];
  const body = text.slice(text.lastIndexOf('\nfunc ', start) + 1, start);
  if (receiver === undefined || !/^func main\(\) \{/.test(body) || !/^\r?\n\}/.test(text.slice(end)))
    return [];
  const isHttp = receiver === 'http';
  const server = isHttp ? freeName(body, ['server', 'srv', 'httpServer']) : receiver;
  const [ctx, stop] = [
    freeName(body, ['ctx', 'stopping', 'signals']),
    freeName(body, ['stop', 'cancelSignals']),
  ];
  if (server === undefined || ctx === undefined || stop === undefined) return [];
  const literal = isHttp
    ? serverLiteral(text.slice(text.indexOf('(', call.start) + 1, call.end - 1))
    : undefined;
  if (isHttp ? literal === undefined : !new RegExp(`\\b${server} :?= &?http\\.Server\\{`).test(body))
    return [];
  const log = fatal !== undefined || /^[^\n"]*"log"$/m.test(text);
  const lines = [
    ...(literal === undefined ? [] : [`${server} := ${literal}`]),
    `${ctx}, ${stop} := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)`,
    `defer ${stop}()`,
    'go func() {',
    `\tif err := ${server}.ListenAndServe(); err != http.ErrServerClosed {`,
    `\t\t${log ? 'log.Fatal' : 'panic'}(err)`,
    '\t}',
    '}()',
    `<-${ctx}.Done()`,
    `${server}.Shutdown(context.Background())`,
  ];
  const replaced = lines.map((one) => `\t${one}`).join(newlineOf(text));
  return [
    ...addImports(source, ['context', 'os', 'os/signal', 'syscall']),
    {
      kind: 'edit',
      file: path,
      range: { start, end: end - (text[end - 1] === '\r' ? 1 : 0) },
      text: replaced,
    },
  ];
}

/** What `http.ListenAndServe` makes of its arguments. */
function serverLiteral(args: string): string | undefined {
  const comma = topLevelComma(args);
  if (comma === -1) return undefined;
  const [address, handler] = [args.slice(0, comma).trim(), args.slice(comma + 1).trim()];
  return `&http.Server{Addr: ${asValue(address)}${handler === 'nil' ? '' : `, Handler: ${handler}`}}`;
}

/** `a + ":" + b`, as gofmt writes a sum that is no argument of a call. */
export function asValue(sum: string): string {
  if (/[()]/.test(sum)) return sum;
  return sum.replace(/"[^"]*"|\s*\+\s*/g, (part) => (part.startsWith('"') ? part : ' + '));
}

/** The comma between the two arguments; -1 where there are not two, or a text makes it unsure. */
function topLevelComma(args: string): number {
  let depth = 0;
  let found = -1;
  let quote = '';
  for (const [index, character] of [...args].entries()) {
    if (quote !== '') {
      if (character === '\\') return -1;
      if (character === quote) quote = '';
    } else if (/["'`]/.test(character)) quote = character;
    else if (/[([{]/.test(character)) depth++;
    else if (/[)\]}]/.test(character)) depth--;
    else if (character === ',' && depth === 0) {
      if (found !== -1) return -1;
      found = index;
    }
  }
  return found;
}
