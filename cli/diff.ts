/** Unified diffs, as `patch` and `git apply` read them. */
import { compareLines, linesIn, type LineStep } from '../rules/index.ts';

/** Lines around a change. */
const context = 3;

/**
 * The difference between two texts; empty where there is none.
 * @param before undefined for a file that is new
 */
export function unifiedDiff(path: string, before: string | undefined, after: string): string {
  const steps = compareLines(linesIn(before ?? ''), linesIn(after));
  const hunks = hunksOf(steps);
  if (hunks.length === 0) return '';
  const from = before === undefined ? '/dev/null' : `a/${path}`;
  return [`--- ${from}`, `+++ b/${path}`, ...hunks].join('\n') + '\n';
}

function hunksOf(steps: readonly LineStep[]): string[] {
  const hunks: string[] = [];
  let index = 0;
  while (index < steps.length) {
    if (steps[index]!.sign === ' ') {
      index++;
      continue;
    }
    const start = Math.max(0, index - context);
    let end = index;
    for (let at = index; at < steps.length && at <= end + 2 * context; at++)
      if (steps[at]!.sign !== ' ') end = at;
    const stop = Math.min(steps.length, end + 1 + context);
    hunks.push(hunk(steps, start, stop));
    index = stop;
  }
  return hunks;
}

function hunk(steps: readonly LineStep[], start: number, stop: number): string {
  const before = steps.slice(0, start);
  const inside = steps.slice(start, stop);
  const range = (other: LineStep['sign']): string => {
    const lines = inside.filter(({ sign }) => sign !== other).length;
    const first = before.filter(({ sign }) => sign !== other).length + (lines === 0 ? 0 : 1);
    return lines === 1 ? `${first}` : `${first},${lines}`;
  };
  const lines = inside.map(({ sign, line }) =>
    line.endsWith('\n') ? sign + line.slice(0, -1) : `${sign}${line}\n\\ No newline at end of file`,
  );
  return [`@@ -${range('+')} +${range('-')} @@`, ...lines].join('\n');
}
