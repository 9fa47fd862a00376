/** Unified diffs, as `patch` and `git apply` read them. */

/** Lines around a change. */
const context = 3;

interface Step {
  readonly sign: ' ' | '-' | '+';
  readonly line: string;
}

/**
 * The difference between two texts; empty where there is none.
 * @param before undefined for a file that is new
 */
export function unifiedDiff(path: string, before: string | undefined, after: string): string {
  const steps = compare(linesOf(before ?? ''), linesOf(after));
  const hunks = hunksOf(steps);
  if (hunks.length === 0) return '';
  const from = before === undefined ? '/dev/null' : `a/${path}`;
  return [`--- ${from}`, `+++ b/${path}`, ...hunks].join('\n') + '\n';
}

/** Lines with their ends, so that a missing or different one shows. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Myers' greedy algorithm (An O(ND) Difference Algorithm and Its Variations, 1986). */
function compare(a: readonly string[], b: readonly string[]): Step[] {
  const offset = a.length + b.length + 1;
  const furthest = new Int32Array(2 * offset + 1);
  const trace: Int32Array[] = [];
  for (let edits = 0; ; edits++) {
    trace.push(furthest.slice(offset - edits - 1, offset + edits + 2));
    for (let k = -edits; k <= edits; k += 2) {
      const down = k === -edits || (k !== edits && furthest[offset + k - 1]! < furthest[offset + k + 1]!);
      let x = down ? furthest[offset + k + 1]! : furthest[offset + k - 1]! + 1;
      while (x < a.length && x - k < b.length && a[x] === b[x - k]) x++;
      furthest[offset + k] = x;
      if (x >= a.length && x - k >= b.length) return backtrack(a, b, trace);
    }
  }
}

/** Walks back from the end over what was furthest at each number of edits. */
function backtrack(a: readonly string[], b: readonly string[], trace: readonly Int32Array[]): Step[] {
  const steps: Step[] = [];
  let x = a.length;
  let y = b.length;
  for (let edits = trace.length - 1; x > 0 || y > 0; edits--) {
    const at = (k: number): number => trace[edits]![k + edits + 1]!;
    const k = x - y;
    const down = k === -edits || (k !== edits && at(k - 1) < at(k + 1));
    const fromX = edits === 0 ? 0 : down ? at(k + 1) : at(k - 1);
    const fromY = edits === 0 ? 0 : fromX - (down ? k + 1 : k - 1);
    while (x > fromX && y > fromY && x > 0 && y > 0 && a[x - 1] === b[y - 1]) {
      steps.push({ sign: ' ', line: a[--x]! });
      y--;
    }
    if (edits === 0) break;
    if (down) steps.push({ sign: '+', line: b[--y]! });
    else steps.push({ sign: '-', line: a[--x]! });
  }
  return steps.reverse();
}

function hunksOf(steps: readonly Step[]): string[] {
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

function hunk(steps: readonly Step[], start: number, stop: number): string {
  const before = steps.slice(0, start);
  const inside = steps.slice(start, stop);
  const range = (other: Step['sign']): string => {
    const lines = inside.filter(({ sign }) => sign !== other).length;
    const first = before.filter(({ sign }) => sign !== other).length + (lines === 0 ? 0 : 1);
    return lines === 1 ? `${first}` : `${first},${lines}`;
  };
  const lines = inside.map(({ sign, line }) =>
    line.endsWith('\n') ? sign + line.slice(0, -1) : `${sign}${line}\n\\ No newline at end of file`,
  );
  return [`@@ -${range('+')} +${range('-')} @@`, ...lines].join('\n');
}
