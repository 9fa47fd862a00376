/** Where text stands in its lines: what goes with a statement, and how what stays is moved. It must never know a syntax. */
import type { TextRange } from '../../../text.ts';

export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Applies edits that do not overlap; of two that do, the later one is dropped. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  let now = '';
  let at = 0;
  for (const { start, end, text: inserted } of edits.toSorted((a, b) => a.start - b.start || b.end - a.end)) {
    if (start < at) continue;
    now += text.slice(at, start) + inserted;
    at = end;
  }
  return now + text.slice(at);
}

/**
 * A range, or its whole lines where nothing else stands on them, with one of two blank lines around.
 * @param about comments right above the lines that match go too
 */
export function wholeLines(text: string, start: number, end: number, about?: RegExp): Edit {
  let lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const newline = text.indexOf('\n', end);
  const lineEnd = newline === -1 ? text.length : newline + 1;
  const rest = text.slice(end, lineEnd).replace(/(?:\/\/|#)[^\n]*/, '');
  if (text.slice(lineStart, start).trim() !== '' || rest.trim() !== '') return { start, end, text: '' };
  lineStart = withComments(text, lineStart, about);
  const before = text.slice(Math.max(0, lineStart - 400), lineStart);
  const opened = /(?:^|\n)[^\n]*[{[(:][ \t]*\r?\n$/.test(before);
  const blankBefore = lineStart === 0 || /(?:^|\n)[ \t]*\r?\n$/.test(before) || opened;
  const blankAfter = /^(?:[ \t]*\r?\n)+/.exec(text.slice(lineEnd, lineEnd + 400))?.[0].length ?? 0;
  const closes = /^(?:[ \t]*\r?\n)*[ \t]*(?:[)}\]]|$)/.test(text.slice(lineEnd, lineEnd + 400));
  // The blank line before what closes has nothing after it any more.
  if (closes && !opened) {
    const blank = /(?:\r?\n)(?:[ \t]*\r?\n)+$/.exec(before)?.[0];
    if (blank !== undefined)
      return {
        start: lineStart - blank.length + /^\r?\n/.exec(blank)![0].length,
        end: lineEnd + blankAfter,
        text: '',
      };
  }
  return { start: lineStart, end: blankBefore || closes ? lineEnd + blankAfter : lineEnd, text: '' };
}

function withComments(text: string, lineStart: number, about: RegExp | undefined): number {
  if (!about) return lineStart;
  let at = lineStart;
  let found = lineStart;
  while (at > 0) {
    const documented = /(?:^|\n)([ \t]*\/\*\*(?:[^*]|\*(?!\/))*\*\/[ \t]*\r?\n)$/.exec(
      text.slice(Math.max(0, at - 3000), at),
    );
    // What documents a declaration goes with it.
    if (documented) return at - documented[1]!.length;
    const previous = text.lastIndexOf('\n', at - 2) + 1;
    const line = text.slice(previous, at);
    if (!/^[ \t]*(?:\/\/|#)/.test(line)) break;
    at = previous;
    if (about.test(line)) found = at;
  }
  return found;
}

/** The blanks at the start of the line that holds an offset. */
export function indentAt(text: string, offset: number): string {
  const start = text.lastIndexOf('\n', offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, start + 400))![0];
}

/**
 * A piece of text as it stands when it is moved to another depth: every line but the first loses or gets the difference.
 * @param kept ranges of texts over several lines, which stay as they are
 */
export function moved(text: string, range: TextRange, to: string, kept: readonly TextRange[]): string {
  const from = indentAt(text, range.start);
  const piece = text.slice(range.start, range.end);
  if (from === to || !piece.includes('\n')) return piece;
  let offset = range.start;
  return piece
    .split('\n')
    .map((line, index) => {
      const at = offset;
      offset += line.length + 1;
      if (index === 0 || line.trim() === '' || kept.some((one) => one.start < at && at < one.end))
        return line;
      if (from.startsWith(to)) {
        const surplus = from.length - to.length;
        return line.slice(Math.min(surplus, /^[ \t]*/.exec(line)![0].length));
      }
      return to.startsWith(from) ? to.slice(from.length) + line : line;
    })
    .join('\n');
}
