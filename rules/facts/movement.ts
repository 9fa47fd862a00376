/**
 * Most keystrokes change nothing that a rule can see: they only move what stands behind them. Tells such edits apart, and
 * moves places as they do.
 */
import type { TextRange } from '../text.ts';

/** One replacement: what is before `start` stays, what is from `end` on moves `by` characters. */
export interface Movement {
  readonly start: number;
  readonly end: number;
  readonly by: number;
}

/** The smallest replacement that turns one text into the other. */
export function movementBetween(before: string, after: string): Movement {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  let same = 0;
  while (
    same < shorter - start &&
    before.charCodeAt(before.length - 1 - same) === after.charCodeAt(after.length - 1 - same)
  )
    same += 1;
  return { start, end: before.length - same, by: after.length - before.length };
}

/**
 * The end that a range has after the edit. What is typed right before or after a range is outside of it; whether that is
 * so, facts have to tell.
 * @returns undefined where it stood in what was replaced
 */
function movedEnd(end: 'start' | 'end', offset: number, edit: Movement): number | undefined {
  if (offset < edit.start || (end === 'end' && offset === edit.start)) return offset;
  if (offset > edit.end || (end === 'start' && offset === edit.end)) return offset + edit.by;
  return undefined;
}

/** @returns undefined where the edit replaced one of its ends */
export function movedRange(range: TextRange, movement: Movement): TextRange | undefined {
  const start = movedEnd('start', range.start, movement);
  const end = movedEnd('end', range.end, movement);
  return start === undefined || end === undefined || start > end ? undefined : { start, end };
}

/**
 * Whether plain data says the same of both texts, every `start` and `end` moved as the edit moves them. Other numbers have
 * to be equal, so an offset by another name makes the answer no.
 */
export function isSameButMoved(before: unknown, after: unknown, movement: Movement): boolean {
  if (typeof before !== 'object' || before === null || typeof after !== 'object' || after === null)
    return before === after;
  if (Array.isArray(before)) {
    return (
      Array.isArray(after) &&
      before.length === after.length &&
      before.every((one, index) => isSameButMoved(one, after[index], movement))
    );
  }
  const [was, is] = [before as Record<string, unknown>, after as Record<string, unknown>];
  const keys = Object.keys(was);
  if (keys.length !== Object.keys(is).length) return false;
  return keys.every((key) => {
    const value = was[key];
    return typeof value === 'number' && (key === 'start' || key === 'end')
      ? movedEnd(key, value, movement) === is[key]
      : isSameButMoved(value, is[key], movement);
  });
}
