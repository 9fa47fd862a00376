/** A server waits for ever for a request to arrive: a few slow clients hold all it has. */
import type { TextFile } from '../../artifacts/artifact.ts';
import type { TextRange } from '../../text.ts';
import { addImports, asValue, freeName } from '../edits/go.ts';
import { marginOf, newlineOf, startOfLine } from '../edits/lines.ts';
import { defineRule, type Change, type LazyFix } from '../rule.ts';

export default defineRule({
  id: 'resilience/server-timeout',
  title: 'A server has no time limit for reading a request.',
  area: 'resilience',
  section: '§4',
  level: 'warning',
  joins: true,
  fix: 'suggested',
  messages: {
    missing: {
      text: '{service} waits for ever for a request to arrive: clients that send slowly, or not at all, hold its connections until it has none left for the others.',
    },
  },
  check(model, report) {
    for (const service of model.services) {
      const { code } = service;
      if (!code || service.runs || service.role !== 'production') continue;
      for (const { readTimeout, at } of code.listens) {
        if (model.role(at.file) !== 'production') continue;
        if (readTimeout === 'set')
          report.met(service, { at, message: 'It stops waiting for a request that does not arrive.' });
        else if (readTimeout === 'missing')
          report.gap({
            message: 'missing',
            data: { service: service.name },
            at,
            service,
            fixes: fixesOf(at),
          });
      }
    }
  },
});

function fixesOf({ file, range }: { readonly file: string; readonly range?: TextRange }): LazyFix[] {
  if (!file.endsWith('.go') || !range) return [];
  return [
    {
      title: 'Set a ReadHeaderTimeout of five seconds',
      safety: 'suggested',
      changes: ({ read }) => withTimeout(read(file), range),
    },
  ];
}

const limit = ['ReadHeaderTimeout', '5 * time.Second'] as const;

function withTimeout(file: TextFile, range: TextRange): readonly Change[] {
  const { text, path } = file;
  const imports = addImports(file, ['time']);
  const [, name, tls = '', list] =
    /^(\w+)\.ListenAndServe(TLS)?\(([^]*)\)$/.exec(text.slice(range.start, range.end)) ?? [];
  const args = list === undefined ? undefined : splitArguments(list);
  if (name === 'http' && args && args.length === (tls ? 4 : 2)) {
    const handler = args.at(-1)!;
    const fields: readonly (readonly [string, string])[] = [
      ['Addr', args[0]!],
      ...(handler === 'nil' ? [] : [['Handler', handler] as const]),
      limit,
    ];
    const call = `ListenAndServe${tls}(${args.slice(1, -1).join(', ')})`;
    return [...serve(file, range, fields, call), ...imports];
  }
  const literals = [...text.matchAll(/\bhttp\.Server\{/g)];
  const [literal] = literals;
  if (literals.length !== 1 || !literal) return [];
  const at = literal.index + literal[0].length;
  const line = /^[ \t]*\r?\n([ \t]*)/.exec(text.slice(at));
  const field = limit.join(': ');
  const inserted = line ? `${newlineOf(text)}${line[1]}${field},` : `${field}${text[at] === '}' ? '' : ', '}`;
  return [{ kind: 'edit', file: path, range: { start: at, end: at }, text: inserted }, ...imports];
}

/** A variable of its own where a statement begins with the call, as gofmt lays it out; else a literal in its place. */
function serve(
  { text, path }: TextFile,
  range: TextRange,
  fields: readonly (readonly [string, string])[],
  call: string,
): readonly Change[] {
  const edit = (start: number, end: number, written: string): Change => ({
    kind: 'edit',
    file: path,
    range: { start, end },
    text: written,
  });
  const start = startOfLine(text, range.start);
  const margin = marginOf(text, range.start);
  const begins = /^[ \t]*(?:[\w.]+\(|return |go |\w+ :?= |if \w+ :?= )?$/.test(
    text.slice(start, range.start),
  );
  const isStatement = begins && /[{}):"'\w]\s*$/.test(text.slice(0, start));
  const name = freeName(text, ['srv', 'server', 'httpServer']);
  if (!isStatement || name === undefined) {
    const literal = fields.map((field) => field.join(': ')).join(', ');
    return [edit(range.start, range.end, `(&http.Server{${literal}}).${call}`)];
  }
  const width = Math.max(...fields.map(([field]) => field.length)) + 2;
  const lines = [
    `${name} := &http.Server{`,
    ...fields.map(([field, value]) => `\t${`${field}:`.padEnd(width)}${asValue(value)},`),
    '}',
  ];
  const newline = newlineOf(text);
  const before = lines.map((line) => `${margin}${line}${newline}`).join('');
  return [edit(start, start, before), edit(range.start, range.end, `${name}.${call}`)];
}

/** Arguments of a call, where no string or comment makes that hard to tell. */
function splitArguments(list: string): readonly string[] | undefined {
  if (/`|\/\/|\/\*/.test(list)) return undefined;
  const args: string[] = [];
  let depth = 0;
  let start = 0;
  for (let at = 0; at < list.length; at++) {
    const character = list[at]!;
    if (character === '"') {
      at = list.indexOf('"', at + 1);
      if (at < 0 || list[at - 1] === '\\') return undefined;
    } else if (/[([{]/.test(character)) depth++;
    else if (/[)\]}]/.test(character)) depth--;
    else if (character === ',' && depth === 0) {
      args.push(list.slice(start, at).trim());
      start = at + 1;
    }
  }
  return [...args, list.slice(start).trim()].filter((argument) => argument !== '');
}
