/** A line of a file with a mark under the part that is meant, cut to what fits. */
import type { TextFile } from '../artifacts/artifact.ts';
import type { TextRange } from '../text.ts';
import { layOut, type Cell } from './characters.ts';

export interface Frame {
  /** Counted from one. */
  readonly line: number;
  readonly text: string;
  /** Columns before the mark, and how many it covers: at least one. */
  readonly markStart: number;
  readonly markLength: number;
  /** The range goes on below this line. */
  readonly continues: boolean;
}

/**
 * Frames the first line of a range that has text on it.
 * @param width the columns there are for the text
 * @param cut what stands where text was left out
 */
export function frame(file: TextFile, range: TextRange, width: number, cut: string): Frame {
  const { lines, text } = file;
  let start = lines.position(range.start);
  const end = lines.position(Math.max(range.end, range.start));
  if (start.line < end.line && lineText(file, start.line).slice(start.character).trim() === '') {
    start = { line: start.line + 1, character: lineText(file, start.line + 1).search(/\S|$/) };
  }
  const line = lineText(file, start.line);
  const { cells, columns } = layOut(line);
  const last = columns.length - 1;
  const from = columns[Math.min(start.character, last)]!;
  const stop = start.line < end.line ? line.trimEnd().length : end.character;
  const to = Math.max(columns[Math.min(stop, last)]!, from + 1);
  const continues =
    end.line > start.line && text.slice(lines.lineStart(start.line + 1), range.end).trim() !== '';
  return { line: start.line + 1, ...clip(cells, from, to, width, cut), continues };
}

function lineText({ lines, text }: TextFile, line: number): string {
  return text.slice(lines.lineStart(line), lines.lineStart(line + 1)).replace(/[\r\n]+$/, '');
}

/** Keeps the start of the mark in view, with about a third of the width before it. */
function clip(
  cells: readonly Cell[],
  from: number,
  to: number,
  width: number,
  cut: string,
): { text: string; markStart: number; markLength: number } {
  const total = cells.reduce((sum, cell) => sum + cell.width, 0);
  if (total <= width) {
    return { text: join(cells).trimEnd(), markStart: from, markLength: to - from };
  }
  const room = width - 2 * cut.length;
  const first =
    to <= width - cut.length ? 0 : Math.max(0, Math.min(from - Math.floor(room / 3), total - room));
  const shown: Cell[] = [];
  let column = 0;
  let shownFrom: number | undefined;
  let taken = 0;
  for (const cell of cells) {
    if (column >= first && taken + cell.width <= room) {
      shownFrom ??= column;
      shown.push(cell);
      taken += cell.width;
    } else if (column >= first) break;
    column += cell.width;
  }
  const before = first > 0 ? cut : '';
  const after = (shownFrom ?? 0) + taken < total ? cut : '';
  const markStart = Math.max(0, from - (shownFrom ?? 0)) + before.length;
  const markEnd = Math.min(to - (shownFrom ?? 0), taken) + before.length;
  return { text: before + join(shown) + after, markStart, markLength: Math.max(1, markEnd - markStart) };
}

function join(cells: readonly Cell[]): string {
  return cells.map((cell) => cell.text).join('');
}
