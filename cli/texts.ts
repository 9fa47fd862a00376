/** Texts that are to be written: shown as differences, and written only where nothing has changed meanwhile. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DiskWorkspace } from '../rules/index.ts';
import { shownPath } from '../rules/report/audited.ts';
import { painter } from '../rules/report/look.ts';
import { unifiedDiff } from './diff.ts';
import { createBelow, writeAtomically } from './files.ts';
import { lookFor } from './terminal.ts';
import { reasonOf, type Folder } from './workspaces.ts';

/** What one workspace will be, by path; before is undefined for a new file. */
export interface Rewritten {
  readonly folder: Folder;
  readonly disk: DiskWorkspace;
  readonly texts: ReadonlyMap<string, { readonly before: string | undefined; readonly after: string }>;
}

/** @returns sentences about files that were not written */
export function write({ folder, disk, texts }: Rewritten): string[] {
  const refused: string[] = [];
  for (const [path, { before, after }] of texts) {
    const refuse = (reason: string): void => {
      refused.push(`${shownPath(folder.shown, path)} was not changed: ${reason}.`);
    };
    try {
      if (before === undefined) {
        createBelow(folder.absolute, path, after);
        continue;
      }
      const absolute = join(folder.absolute, path);
      const reading = disk.read(path);
      if (reading.kind !== 'text' || reading.text !== before) refuse('it was edited meanwhile');
      else writeAtomically(absolute, inTheBytesOf(readFileSync(absolute), before, after));
    } catch (error) {
      refuse(reasonOf(error));
    }
  }
  return refused;
}

/** The new text as bytes, with the byte order mark of the old ones. @throws where the old ones were not UTF-8 */
function inTheBytesOf(bytes: Buffer, before: string, after: string): Buffer {
  const mark = bytes.subarray(0, 3).equals(Buffer.from('\ufeff')) ? '\ufeff' : '';
  const hasMark = mark !== '' && !before.startsWith(mark);
  if (!Buffer.from((hasMark ? mark : '') + before).equals(bytes)) throw new Error('it is not valid UTF-8');
  return Buffer.from((hasMark ? mark : '') + after);
}

/** What will be different, on standard output and ready to be applied. */
export function printDiffs(rewritten: readonly Rewritten[]): void {
  const paint = painter(lookFor(process.stdout));
  const parts = rewritten.flatMap(({ folder, texts }) =>
    [...texts].map(([path, { before, after }]) => unifiedDiff(shownPath(folder.shown, path), before, after)),
  );
  const lines = parts
    .join('')
    .split('\n')
    .map((line) => {
      if (/^(?:---|\+\+\+) /.test(line)) return paint(line, 'bold');
      if (line.startsWith('@@')) return paint(line, 'cyan');
      if (line.startsWith('+')) return paint(line, 'green');
      return line.startsWith('-') ? paint(line, 'red') : line;
    });
  process.stdout.write(lines.join('\n'));
}
