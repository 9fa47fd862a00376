/** The baseline file of `scaleready audit`: read before the work, compared with each folder, written after it if wanted. */
import { readFileSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import type { Finding } from '../rules/index.ts';
import type { Reported } from '../rules/report/audited.ts';
import {
  compareWithBaseline,
  readBaseline,
  writeBaseline,
  type Baseline,
  type FoundIn,
} from '../rules/report/baseline.ts';
import { UsageError } from './exit.ts';
import { writeAtomically } from './files.ts';
import { quoted, reasonOf, type Folder } from './workspaces.ts';

interface BaselineFlags {
  readonly baseline?: string;
  readonly updateBaseline: boolean;
}

export interface OpenBaseline {
  /** With `--update-baseline` everything is known from now on. */
  compare(folder: Folder, findings: readonly Finding[]): Required<Pick<Reported, 'baseline'>>;
  /** Writes what was compared. @throws UsageError where that is not possible */
  save(): void;
}

/**
 * @returns undefined where none is wanted
 * @throws UsageError for a file that cannot be read, is no baseline, or is not there and not to be written either
 */
export function openBaseline({ baseline: path, updateBaseline }: BaselineFlags): OpenBaseline | undefined {
  if (path === undefined) {
    if (!updateBaseline) return undefined;
    throw new UsageError('--update-baseline needs --baseline FILE, which says where it is.');
  }
  const before = read(path, updateBaseline);
  const found: FoundIn[] = [];
  return {
    compare({ absolute }, findings) {
      // As seen from the baseline, so that it means the same wherever the audit is started.
      const folder = relative(dirname(resolve(path)), absolute).replaceAll(sep, '/') || '.';
      found.push({ folder, findings });
      const known = before && !updateBaseline && compareWithBaseline(before, { folder, findings });
      return { baseline: known || { known: new Set(findings), gone: 0 } };
    },
    save() {
      try {
        writeAtomically(path, writeBaseline(found, before));
      } catch (error) {
        throw new UsageError(`The baseline ${quoted(path)} cannot be written: ${reasonOf(error)}.`);
      }
    },
  };
}

function read(path: string, mayBeAbsent: boolean): Baseline | undefined {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT')
      throw new UsageError(`The baseline ${quoted(path)} cannot be read: ${reasonOf(error)}.`);
    if (mayBeAbsent) return undefined;
    throw new UsageError(
      `There is no baseline ${quoted(path)}; --update-baseline writes one of what is found now.`,
    );
  }
  const baseline = readBaseline(text);
  if (!baseline)
    throw new UsageError(`${quoted(path)} is no baseline that was written by --update-baseline.`);
  return baseline;
}
