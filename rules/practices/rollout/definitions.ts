/**
 * Edits files of flag definitions: adds a flag, adds owner and expiry to one, and takes one out. In the style the file
 * has, for flagd, Unleash and plain files in YAML and JSON alike.
 */
import type { TextFile } from '../../artifacts/artifact.ts';
import type { FlagFormat } from '../../artifacts/flags/facts.ts';
import type { FlagDefinition, Model } from '../../model/model.ts';
import type { TextRange } from '../../text.ts';
import { endOfLine } from '../edits/lines.ts';
import { fillEntry, insertEntry, setScalar } from '../edits/yaml.ts';
import type { Change } from '../rule.ts';
import { wholeLines } from './removal/layout.ts';

/** What a flag should say about itself. */
export interface Properties {
  readonly owner?: string;
  /** ISO date. */
  readonly expires?: string;
}

/**
 * Adds owner and expiry where the flag's format has them, and replaces an expiry that is no date.
 * @returns nothing where the definition is written in a way that cannot be added to
 */
export function addProperties(
  file: TextFile,
  { facts, format }: FlagDefinition,
  properties: Properties,
): readonly Change[] {
  const { expires, ...others } = properties;
  const unreadable = expires === undefined ? undefined : facts.unreadableExpiry;
  const replaced = unreadable && setScalar(file, unreadable, expires!);
  const entries = inFormat(format, replaced ? others : properties);
  const added =
    format === 'flagd' && !facts.metadataRange
      ? [insertEntry(file, facts.bodyRange, 'metadata', entries)]
      : facts.bodyRange.start === facts.bodyRange.end
        ? [fillEntry(file, facts.key.range, entries)]
        : Object.entries(entries).map(([name, value]) =>
            insertEntry(file, facts.metadataRange ?? facts.bodyRange, name, value),
          );
  const changes = [...(replaced ? [replaced] : []), ...added];
  return changes.every((change) => change !== undefined) ? changes : [];
}

/**
 * Adds a boolean flag, off for everybody, after the others of a map of flags.
 * @param first the first definition of the file
 * @returns nothing for a list of flags: what an item of it needs differs from list to list
 */
export function addDefinition(
  file: TextFile,
  { facts, format }: FlagDefinition,
  key: string,
  properties: Properties,
): readonly Change[] {
  const { start } = facts.range;
  if (facts.key.range.start !== start) return [];
  const flagd = {
    state: 'ENABLED',
    variants: { on: true, off: false },
    defaultVariant: 'off',
    metadata: inFormat(format, properties),
  };
  const before = file.text.slice(0, start).trimEnd();
  const map = before.endsWith('{') ? before.length - 1 : start;
  const value = format === 'flagd' ? flagd : inFormat(format, properties);
  const change = insertEntry(file, { start: map, end: map }, key, value);
  return change ? [change] : [];
}

/**
 * Takes a flag out of its file, with everything that is about it alone.
 * @param model to see whether it is the only one there
 * @returns nothing where it cannot be taken out cleanly
 */
export function removeDefinition(text: string, definition: FlagDefinition, model: Model): readonly Change[] {
  const { file, facts, format } = definition;
  if (format === 'launchdarkly' || format === 'flagsmith')
    return [facts.range, ...(facts.parts ?? [])].map(({ start, end }): Change => {
      const { start: from, end: to } = wholeLines(text, start, end, /^/);
      return { kind: 'edit', file, range: { start: from, end: to }, text: '' };
    });
  const alone = model.flags.definitions.filter((each) => each.file === file).length === 1;
  const ranges = [facts.range, ...(facts.parts ?? [])];
  const edits = merged(text, ranges).map((range) =>
    removal(text, range, alone && range.start === facts.range.start),
  );
  if (edits.some((edit) => edit === undefined)) return [];
  return edits.map((edit) => ({ kind: 'edit', file, ...edit! }));
}

interface Edit {
  readonly range: TextRange;
  readonly text: string;
}

function inFormat(format: FlagFormat, { owner, expires }: Properties): Readonly<Record<string, string>> {
  const date = format === 'flagd' ? 'expiry' : 'expires';
  return { ...(owner !== undefined && { owner }), ...(expires !== undefined && { [date]: expires }) };
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
