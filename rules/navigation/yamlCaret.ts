/**
 * Where a caret stands in YAML that is being typed and may not parse: told by the indentation of the lines, as people read
 * it. Flow style and block texts are not understood.
 */
import type { TextRange } from '../text.ts';

export interface YamlCaret {
  /** Keys from the top to the map or list the caret is in; `[]` is an item of a list. */
  readonly path: readonly string[];
  /** The key whose value is being typed; undefined where a key, or a plain item of a list, is. */
  readonly key?: string;
  /** The word at the caret. */
  readonly range: TextRange;
  /** The keys beside it. */
  readonly siblings: ReadonlySet<string>;
}

interface Line {
  /** Columns of the dashes before its first word. */
  readonly dashes: readonly number[];
  /** Of its first word. */
  readonly column: number;
  readonly key?: string;
}

/** Lines that are looked at for what the caret is in. */
const maxLines = 5000;

export function yamlCaretAt(text: string, offset: number): YamlCaret | undefined {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  const typed = /^(?<lead>[ ]*(?:-[ ]+)*)(?:(?<key>[\w$.*/-]+):[ ]+)?["']?(?<word>[\w$.*/@ -]*)$/.exec(
    text.slice(start, offset),
  )?.groups;
  if (!typed) return undefined;
  const { lead = '', key, word = '' } = typed;
  const rest = /^[\w$.*/@-]*/.exec(text.slice(offset))![0];
  const before = text.slice(0, start).split('\n').slice(0, -1).slice(-maxLines);
  const after = text.slice(offset).split('\n').slice(1, maxLines);
  const here: Line = { dashes: dashesOf(lead), column: lead.length };
  return {
    ...(key !== undefined && { key }),
    range: { start: offset - word.length, end: offset + rest.length },
    ...surroundings(here, before.map(lineOf), after.map(lineOf)),
  };
}

function surroundings(
  here: Line,
  before: readonly (Line | undefined)[],
  after: readonly (Line | undefined)[],
): Pick<YamlCaret, 'path' | 'siblings'> {
  const path: string[] = [];
  const siblings = new Set<string>();
  let column = here.column;
  let inList = false;
  const leave = (dashes: readonly number[]): void => {
    for (const dash of dashes.toReversed()) {
      path.unshift('[]');
      column = dash;
      inList = true;
    }
  };
  leave(here.dashes);
  for (const line of before.toReversed()) {
    if (!line) continue;
    if (inList) {
      if (line.dashes.includes(column) || line.column > column || line.key === undefined) continue;
    } else if (line.column === column) {
      if (path.length === 0 && line.key !== undefined) siblings.add(line.key);
      leave(line.dashes);
      continue;
    } else if (line.column > column || line.key === undefined) continue;
    path.unshift(line.key);
    column = line.column;
    inList = false;
    leave(line.dashes);
  }
  for (const line of after) {
    if (!line) continue;
    if (line.column < here.column || line.dashes.length > 0) break;
    if (line.column === here.column && line.key !== undefined) siblings.add(line.key);
  }
  return { path, siblings };
}

/** @returns undefined for lines that say nothing */
function lineOf(line: string): Line | undefined {
  const [, lead = '', key] = /^([ ]*(?:-[ ]+)*)(?:["']?([\w$.*/-]+)["']?:(?=\s|$))?/.exec(line)!;
  if (/^\s*(?:#|$)/.test(line)) return undefined;
  return { dashes: dashesOf(lead), column: lead.length, ...(key !== undefined && { key }) };
}

function dashesOf(lead: string): number[] {
  return [...lead.matchAll(/-/g)].map(({ index }) => index);
}
