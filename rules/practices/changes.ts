/** Applies the changes of fixes to texts. */
import type { Change } from './rule.ts';

/** Two fixes want to change the same text; apply one, audit again, then the other. */
export class OverlappingChanges extends Error {
  constructor(readonly file: string) {
    super(`Two changes of ${file} overlap.`);
  }
}

/**
 * @param read the text of a file, undefined where there is none
 * @returns the new text of every file that changes, by path
 * @throws OverlappingChanges when two edits overlap, or a file would be created twice or over an existing one
 */
export function applyChanges(
  read: (path: string) => string | undefined,
  changes: readonly Change[],
): ReadonlyMap<string, string> {
  const result = new Map<string, string>();
  for (const change of changes) {
    if (change.kind !== 'create') continue;
    if (result.has(change.file) || read(change.file) !== undefined) throw new OverlappingChanges(change.file);
    result.set(change.file, change.text);
  }
  const edits = changes.filter((change) => change.kind === 'edit');
  for (const file of new Set(edits.map((edit) => edit.file))) {
    const text = read(file);
    if (text === undefined || result.has(file)) throw new OverlappingChanges(file);
    result.set(
      file,
      applyEdits(
        file,
        text,
        edits.filter((edit) => edit.file === file),
      ),
    );
  }
  return result;
}

type Edit = Extract<Change, { kind: 'edit' }>;

function applyEdits(file: string, text: string, edits: readonly Edit[]): string {
  const sorted = edits.toSorted((a, b) => a.range.start - b.range.start || a.range.end - b.range.end);
  const parts: string[] = [];
  let at = 0;
  for (const { range, text: replacement } of sorted) {
    if (range.start < at || range.end > text.length) throw new OverlappingChanges(file);
    parts.push(text.slice(at, range.start), replacement);
    at = range.end;
  }
  parts.push(text.slice(at));
  return parts.join('');
}
