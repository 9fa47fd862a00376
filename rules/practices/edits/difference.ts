/** Compares texts line by line, so that what is the same in both can stay as it is. */
import type { TextRange } from '../../text.ts';

/** One line of a comparison, with its end. */
export interface LineStep {
  readonly sign: ' ' | '-' | '+';
  readonly line: string;
}

/** The edits that make one text of another, each for lines that differ. */
export function editsBetween(before: string, after: string): { range: TextRange; text: string }[] {
  const edits: { range: TextRange; text: string }[] = [];
  let at = 0;
  let open: { start: number; text: string } | undefined;
  const close = (): void => {
    if (open) edits.push({ range: { start: open.start, end: at }, text: open.text });
    open = undefined;
  };
  for (const { sign, line } of compareLines(linesOf(before), linesOf(after))) {
    if (sign === ' ') close();
    else open ??= { start: at, text: '' };
    if (sign === '+') open!.text += line;
    else at += line.length;
  }
  close();
  return edits;
}

/** Lines with their ends, so that a missing or different one shows. */
export function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

/** Myers' greedy algorithm (An O(ND) Difference Algorithm and Its Variations, 1986). */
export function compareLines(a: readonly string[], b: readonly string[]): LineStep[] {
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
function backtrack(a: readonly string[], b: readonly string[], trace: readonly Int32Array[]): LineStep[] {
  const steps: LineStep[] = [];
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
