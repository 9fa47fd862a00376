/** Takes reads of a boolean flag out of TypeScript and JavaScript, with the branches that nobody takes any more. */
import type { FlagRead } from '../../../model/model.ts';
import type { Change } from '../../rule.ts';

/** Calls whose result is the flag's boolean itself, and not an object around it. */
const booleanReads =
  /^(?:getBooleanValue|useBooleanFlagValue|variation|boolVariation|isEnabled|isFlagEnabled)$/;

/** Whether a read is of a kind that can be replaced by its value; whether it will be, its surroundings decide. */
export function canRemove({ file, facts }: FlagRead): boolean {
  const plain = facts.type === undefined || facts.type === 'boolean';
  return plain && facts.key !== undefined && /\.[cm]?[jt]sx?$/.test(file);
}

/**
 * @param value what every read is worth from now on
 * @returns undefined where one of the reads cannot be taken out: then none may be, as the flag is still needed
 */
export async function removeReads(
  reads: readonly FlagRead[],
  value: boolean,
  textOf: (file: string) => string,
): Promise<readonly Change[] | undefined> {
  const { replaceCalls } = await import('./rewrite.ts');
  const changes: Change[] = [];
  for (const file of new Set(reads.map((read) => read.file))) {
    const text = textOf(file);
    const ranges = reads.filter((read) => read.file === file).map(({ facts }) => facts.range);
    const rewritten = replaceCalls(file, text, ranges, value, (name) => booleanReads.test(name));
    if (rewritten === undefined) return undefined;
    changes.push({ kind: 'edit', file, ...difference(text, rewritten) });
  }
  return changes;
}

/** The one piece that differs, so that everything around it is untouched. */
function difference(before: string, after: string): { range: { start: number; end: number }; text: string } {
  const shortest = Math.min(before.length, after.length);
  let start = 0;
  while (start < shortest && before[start] === after[start]) start++;
  let same = 0;
  while (same < shortest - start && before.at(-1 - same) === after.at(-1 - same)) same++;
  return {
    range: { start, end: before.length - same },
    text: after.slice(start, after.length - same),
  };
}
