/**
 * Edits files of flag definitions: adds a flag, adds owner and expiry to one, and takes one out. By range, in the style
 * the file has, for flagd, Unleash and plain files in YAML and JSON alike.
 */
import type { FlagDefinition, Model } from '../../model/model.ts';
import type { TextRange } from '../../text.ts';
import type { Change } from '../rule.ts';

/** A property and its value, in the order to be written. */
export type Properties = Readonly<Record<string, string | boolean>>;

/** Adds owner, expiry and the like where the flag's format has them. */
export function addProperties(
  text: string,
  definition: FlagDefinition,
  properties: Properties,
): readonly Change[] {
  const { file, facts, format } = definition;
  const unreadable = properties.expires === undefined ? undefined : facts.unreadableExpiry;
  if (unreadable) {
    const { expires, ...others } = properties;
    const written = /^["']/.test(text.slice(unreadable.start)) ? JSON.stringify(expires) : String(expires);
    const replaced = { kind: 'edit', file, range: unreadable, text: written } as const;
    const rest = Object.keys(others).length > 0 ? addProperties(text, definition, others) : [];
    return [replaced, ...rest];
  }
  const names = format === 'flagd' ? renamed(properties, { expires: 'expiry' }) : properties;
  const inside = format === 'flagd' && !facts.metadataRange ? { metadata: names } : names;
  return [
    { kind: 'edit', file, ...entryAt(text, facts.metadataRange ?? facts.bodyRange, facts.key.range, inside) },
  ];
}

/** Adds a flag after the last one of its file. */
export function addDefinition(
  text: string,
  last: FlagDefinition,
  key: string,
  properties: Properties,
): readonly Change[] {
  const { file, facts, format } = last;
  const { range } = facts;
  if (format === 'plain' && facts.key.range.start !== range.start) return [];
  const body =
    format === 'flagd'
      ? {
          state: 'ENABLED',
          variants: { on: true, off: false },
          defaultVariant: 'off',
          metadata: renamed(properties, { expires: 'expiry' }),
        }
      : properties;
  if (isJson(text)) {
    const indent = indentAt(text, range.start);
    const entry = `${JSON.stringify(key)}: ${JSON.stringify(body, undefined, unitOf(text))}`;
    const insert = `,\n${indent}${entry.replaceAll('\n', `\n${indent}`)}`;
    return [{ kind: 'edit', file, range: { start: range.end, end: range.end }, text: insert }];
  }
  const column = indentAt(text, range.start);
  const lines = blockLines({ [key]: body }, column, unitOf(text));
  const end = endOfLine(text, range.end);
  return [{ kind: 'edit', file, range: { start: end, end }, text: `\n${lines.join('\n')}` }];
}

/**
 * Takes a flag out of its file.
 * @param model to see whether it is the only one there
 * @returns nothing where it cannot be taken out cleanly
 */
export function removeDefinition(text: string, definition: FlagDefinition, model: Model): readonly Change[] {
  const { file, facts } = definition;
  const alone = model.flags.definitions.filter((each) => each.file === file).length === 1;
  const ranges = [facts.range, ...(facts.parts ?? [])];
  const removed = merged(text, ranges).map((range) =>
    removal(text, range, alone && range.start === facts.range.start),
  );
  if (removed.some((change) => change === undefined)) return [];
  return removed.map((change) => ({ kind: 'edit', file, ...change! }));
}

interface Edit {
  readonly range: TextRange;
  readonly text: string;
}

type Values = Readonly<Record<string, unknown>>;

function renamed(properties: Properties, names: Readonly<Record<string, string>>): Properties {
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [names[name] ?? name, value]));
}

/** Adds entries at the end of a map, be it in braces, in a block, or not there yet. */
function entryAt(text: string, map: TextRange, key: TextRange, entries: Values): Edit {
  if (text[map.start] === '{') return inBraces(text, map, entries);
  const empty = map.start === map.end;
  const indent = empty ? indentAt(text, key.start) + ' '.repeat(unitOf(text)) : columnOf(text, map.start);
  const at = endOfLine(text, map.end);
  const lines = blockLines(entries, indent, unitOf(text));
  return { range: { start: at, end: at }, text: `\n${lines.join('\n')}` };
}

function inBraces(text: string, map: TextRange, entries: Values): Edit {
  const content = text.slice(map.start + 1, map.end - 1);
  const last = map.start + 1 + content.trimEnd().length;
  const json = isJson(text);
  const written = Object.entries(entries).map(([name, value]) =>
    json ? `${JSON.stringify(name)}: ${inline(value)}` : `${name}: ${yamlInline(value)}`,
  );
  if (content.trim() === '') {
    return { range: { start: map.start, end: map.end }, text: `{ ${written.join(', ')} }` };
  }
  const first = /^\s*\n([ \t]*)/.exec(content);
  const separator = first ? `,\n${first[1]}` : ', ';
  const comma = text[last - 1] === ',';
  const start = comma ? last - 1 : last;
  return { range: { start, end: last }, text: written.map((entry) => separator + entry).join('') };
}

/** On one line, with blanks inside the braces. */
function inline(value: unknown): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([name, each]) => `${JSON.stringify(name)}: ${inline(each)}`);
  return `{ ${entries.join(', ')} }`;
}

function yamlInline(value: unknown): string {
  if (typeof value !== 'object' || value === null) return scalar(value);
  return `{ ${Object.entries(value)
    .map(([name, each]) => `${scalar(name)}: ${yamlInline(each)}`)
    .join(', ')} }`;
}

function blockLines(entries: Values, indent: string, unit: number): string[] {
  return Object.entries(entries).flatMap(([name, value]) =>
    typeof value === 'object' && value !== null
      ? [`${indent}${scalar(name)}:`, ...blockLines(value as Values, indent + ' '.repeat(unit), unit)]
      : [`${indent}${scalar(name)}: ${scalar(value)}`],
  );
}

/** Quoted where YAML would read something else: an `@`, a boolean's word, a colon. */
function scalar(value: unknown): string {
  const text = String(value);
  if (
    typeof value !== 'string' ||
    (/^[A-Za-z][\w./-]*$/.test(text) && !/^(?:on|off|yes|no|true|false|null|y|n)$/i.test(text))
  )
    return text;
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? text : `'${text.replaceAll("'", "''")}'`;
}

function isJson(text: string): boolean {
  return /^\s*[{[]/.test(text);
}

/** Blanks of one level, as the first indented line has them. */
function unitOf(text: string): number {
  const indented = /\n( +)\S/.exec(text)?.[1]?.length ?? 2;
  return indented > 8 ? 2 : indented;
}

function indentAt(text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  return /^[ \t]*/.exec(line)![0];
}

/** Blanks up to a column: a block map in a list starts after the dash. */
function columnOf(text: string, offset: number): string {
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  return line.replace(/[^\t]/g, ' ');
}

function endOfLine(text: string, offset: number): number {
  const end = text.slice(offset).search(/\r?\n/);
  return end === -1 ? text.length : offset + end;
}

/** Neighbours in a list go as one piece, so that no two edits meet. */
function merged(text: string, ranges: readonly TextRange[]): TextRange[] {
  const pieces: TextRange[] = [];
  for (const range of ranges.toSorted((a, b) => a.start - b.start)) {
    const last = pieces.at(-1);
    const together = last && /^\s*,\s*$/.test(text.slice(last.end, range.start));
    if (together) pieces[pieces.length - 1] = { start: last.start, end: range.end };
    else pieces.push(range);
  }
  return pieces;
}

/** One item of a map or list, with its separator; `alone`: what is left must still be a map or list. */
function removal(text: string, { start, end }: TextRange, alone: boolean): Edit | undefined {
  const before = text.slice(0, start).trimEnd();
  const after = /^\s*,\s*/.exec(text.slice(end));
  const opener = before.at(-1);
  if (opener === '{' || opener === '[' || (opener === ',' && (after || /^\s*[}\]]/.test(text.slice(end))))) {
    if (after) return { range: { start, end: end + after[0].length }, text: '' };
    if (opener === ',') return { range: { start: before.length - 1, end }, text: '' };
    return { range: { start: before.length, end: end + /^\s*/.exec(text.slice(end))![0].length }, text: '' };
  }
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const lead = text.slice(lineStart, start);
  if (!/^[ \t]*(?:-[ \t]+)?$/.test(lead)) return undefined;
  if (alone) {
    if (opener !== ':' && !before.endsWith('-')) return undefined;
    const colon = before.endsWith('-') ? before.slice(0, -1).trimEnd() : before;
    if (!colon.endsWith(':')) return undefined;
    return { range: { start: colon.length, end }, text: before.endsWith('-') ? ' []' : ' {}' };
  }
  const lineEnd = endOfLine(text, end);
  const rest = text.slice(lineEnd);
  // The blank line between two entries goes with one of them.
  if (rest.trim() === '') {
    const newline = /\r?\n/.exec(text.slice(before.length))?.[0].length ?? 0;
    return { range: { start: before.length + newline, end: lineEnd + newline }, text: '' };
  }
  const next = /^\r?\n(?:[ \t]*\r?\n)?/.exec(rest)?.[0].length ?? 0;
  return { range: { start: lineStart, end: lineEnd + next }, text: '' };
}
