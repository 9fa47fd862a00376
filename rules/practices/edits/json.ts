/**
 * Edits of JSON by range, so that formatting and comments stay: properties added, values replaced, properties and items
 * removed. What does not read as JSON is not edited: undefined is returned. It must never know what a property means.
 */
import type { TextFile } from '../../artifacts/artifact.ts';
import type { TextRange } from '../../text.ts';
import type { Change } from '../rule.ts';
import { endOfLine, marginOf, newlineOf, startOfLine, startsItsLine } from './lines.ts';

type Source = Pick<TextFile, 'path' | 'text'>;

export type JsonValue =
  string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue };

/**
 * Adds a property at the end of an object, or sets the one that is there.
 * @param object a range that starts at the object's `{`
 */
export function insertProperty(
  { path, text }: Source,
  object: TextRange,
  key: string,
  value: JsonValue,
): Change | undefined {
  const found = scan(text, object.start);
  if (found?.kind !== 'object') return undefined;
  const existing = found.items.find((item) => item.key === key);
  if (existing) return edit(path, existing.value, render(text, value, marginOf(text, existing.range.start)));
  return append({ path, text }, object, found, [[key, value]]);
}

/** In one edit, as several at one place would be put in any order. */
function append(
  { path, text }: Source,
  object: TextRange,
  found: Found,
  entries: readonly (readonly [string, JsonValue])[],
): Change {
  const newline = newlineOf(text);
  const close = found.range.end - 1;
  const last = found.items.at(-1);
  const lines = text.slice(object.start, found.range.end).includes('\n');
  if (!lines && last) {
    const padding = /\s*$/.exec(text.slice(last.range.end, close))![0];
    const comma = found.trailingComma === undefined ? ', ' : ' ';
    const properties = entries.map(([key, value]) => `${JSON.stringify(key)}: ${inline(value)}`);
    const end = close - padding.length;
    return edit(path, { start: end, end }, comma + properties.join(', '));
  }
  const outer = /^[ \t]*/.exec(text.slice(startOfLine(text, object.start)))![0];
  const margin = last ? marginOf(text, last.range.start) : outer + unitOf(text);
  const properties = entries
    .map(([key, value]) => `${JSON.stringify(key)}: ${render(text, value, margin)}`)
    .join(`,${newline}${margin}`);
  if (!last)
    return edit(
      path,
      { start: object.start + 1, end: close },
      `${newline}${margin}${properties}${newline}${outer}`,
    );
  const end = found.trailingComma ?? last.range.end;
  const tail = text.slice(end, Math.min(endOfLine(text, end), close)).trimEnd();
  const comma = found.trailingComma === undefined ? ',' : '';
  const added = `${comma}${tail}${newline}${margin}${properties}`;
  return edit(path, { start: end, end: end + tail.length }, added);
}

/**
 * Adds properties that are not there yet: each where its name belongs when the object's names are in order, else at its
 * end.
 * @param object a range that starts at the object's `{`
 */
export function insertProperties(
  source: Source,
  object: TextRange,
  properties: Readonly<Record<string, JsonValue>>,
): readonly Change[] | undefined {
  const { path, text } = source;
  const found = scan(text, object.start);
  if (found?.kind !== 'object') return undefined;
  const ordered = found.items.every(({ key = '' }, index) => (found.items[index - 1]?.key ?? '') <= key);
  const added = new Map<Item | undefined, [string, JsonValue][]>();
  for (const [key, value] of Object.entries(properties).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const next = ordered ? found.items.find((item) => (item.key ?? '') > key) : undefined;
    added.set(next, [...(added.get(next) ?? []), [key, value]]);
  }
  return Array.from(added, ([next, entries]) => {
    if (!next) return append(source, object, found, entries);
    const { start } = next.range;
    const margin = marginOf(text, start);
    const gap = startsItsLine(text, start) ? newlineOf(text) + margin : ' ';
    const lines = entries.map(
      ([key, value]) => `${JSON.stringify(key)}: ${render(text, value, margin)},${gap}`,
    );
    return edit(path, { start, end: start }, lines.join(''));
  });
}

/**
 * Replaces a value.
 * @param value the range of the value as it is
 */
export function setValue({ path, text }: Source, value: TextRange, to: JsonValue): Change | undefined {
  const found = scan(text, value.start);
  if (!found || found.range.end !== value.end) return undefined;
  return edit(path, value, render(text, to, /^[ \t]*/.exec(text.slice(startOfLine(text, value.start)))![0]));
}

/**
 * Removes a property or an array's item, with the comma it no longer needs and comments on its own line.
 * @param within a range that starts at the object or array that holds it
 * @param entry a range that starts at the property's key or the item
 */
export function removeEntry({ path, text }: Source, within: TextRange, entry: TextRange): Change | undefined {
  const found = scan(text, within.start);
  const index = found?.items.findIndex(({ range }) => range.start === entry.start) ?? -1;
  if (!found || index < 0) return undefined;
  const { range } = found.items[index]!;
  const next = found.items[index + 1];
  const previous = found.items[index - 1];
  if (!next && !previous) return edit(path, { start: found.range.start + 1, end: found.range.end - 1 }, '');
  if (next) {
    // Up to the next entry, unless that is a line further down: then comments above it stay with it.
    const comma = text.indexOf(',', range.end) + 1;
    const alone = startsItsLine(text, range.start) && text.slice(comma, next.range.start).includes('\n');
    if (!alone) return edit(path, { start: range.start, end: next.range.start }, '');
    const end = text.indexOf('\n', comma) + 1;
    return edit(path, { start: startOfLine(text, range.start), end }, '');
  }
  const comma = text.slice(previous!.range.end, range.start).indexOf(',') + previous!.range.end;
  const after = found.trailingComma ?? range.end;
  const between = text.slice(comma + 1, range.start);
  const comment = /^[ \t]*(?:\/\/[^\r\n]*|\/\*[^\r\n]*\*\/)/.exec(between)?.[0] ?? '';
  const rest = text.slice(after, endOfLine(text, after));
  const ownComment = /^[ \t]*\/[/*]/.test(rest) ? rest.length : 0;
  return edit(path, { start: comma, end: after + ownComment }, comment);
}

function edit(file: string, range: TextRange, text: string): Change {
  return { kind: 'edit', file, range: { start: range.start, end: range.end }, text };
}

/** The text's unit of indentation: the first one that is found. */
function unitOf(text: string): string {
  return /\n([ \t]+)\S/.exec(text)?.[1] ?? '  ';
}

function render(text: string, value: JsonValue, margin: string): string {
  return JSON.stringify(value, null, unitOf(text)).replace(/\n/g, `${newlineOf(text)}${margin}`);
}

function inline(value: JsonValue): string {
  return JSON.stringify(value, null, 1).replace(/\n\s*/g, ' ');
}

interface Found {
  readonly kind: 'object' | 'array' | 'scalar';
  readonly range: TextRange;
  readonly items: readonly Item[];
  /** The offset after a comma that follows the last item. */
  readonly trailingComma?: number;
}

interface Item {
  readonly key?: string;
  /** From the key, or the item itself, to the end of the value. */
  readonly range: TextRange;
  readonly value: TextRange;
}

/** Nesting that no hand-written file reaches. */
const maxDepth = 200;

/** Reads the one value that starts at an offset; comments and trailing commas are allowed. */
function scan(text: string, start: number, depth = 0): Found | undefined {
  const open = text[start];
  if (open !== '{' && open !== '[') {
    const scalar = /"(?:[^"\\\r\n]|\\.)*"|[-\w.+]+/y;
    scalar.lastIndex = start;
    return scalar.exec(text)
      ? { kind: 'scalar', range: { start, end: scalar.lastIndex }, items: [] }
      : undefined;
  }
  if (depth > maxDepth) return undefined;
  const close = open === '{' ? '}' : ']';
  const items: Item[] = [];
  let trailingComma: number | undefined;
  let at = skip(text, start + 1);
  while (text[at] !== close) {
    if (items.length > 0 && trailingComma === undefined) return undefined;
    const item = open === '{' ? scanProperty(text, at, depth) : scanItem(text, at, depth);
    if (!item) return undefined;
    items.push(item);
    at = skip(text, item.range.end);
    trailingComma = text[at] === ',' ? at + 1 : undefined;
    if (trailingComma !== undefined) at = skip(text, trailingComma);
  }
  const kind = open === '{' ? 'object' : 'array';
  return {
    kind,
    range: { start, end: at + 1 },
    items,
    ...(trailingComma !== undefined && { trailingComma }),
  };
}

function scanProperty(text: string, start: number, depth: number): Item | undefined {
  const key = /"(?:[^"\\\r\n]|\\.)*"/y;
  key.lastIndex = start;
  const match = key.exec(text);
  const colon = skip(text, key.lastIndex);
  if (!match || text[colon] !== ':') return undefined;
  const value = scan(text, skip(text, colon + 1), depth + 1);
  if (!value) return undefined;
  return { key: unquote(match[0]), range: { start, end: value.range.end }, value: value.range };
}

function scanItem(text: string, start: number, depth: number): Item | undefined {
  const value = scan(text, start, depth + 1);
  return value && { range: value.range, value: value.range };
}

/** Past blanks and comments. */
function skip(text: string, start: number): number {
  const blank = /(?:\s|\/\/[^\n]*|\/\*[^]*?\*\/)*/y;
  blank.lastIndex = start;
  blank.exec(text);
  return blank.lastIndex;
}

function unquote(text: string): string | undefined {
  try {
    return JSON.parse(text) as string;
  } catch {
    return undefined;
  }
}
