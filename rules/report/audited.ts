/** What every output format starts from. Formats know texts and findings, but not where the files are kept. */
import type { TextFile } from '../artifacts/artifact.ts';
import type { Change, Finding, Severity } from '../practices/rule.ts';
import type { Audit } from '../session.ts';
import type { Place } from '../text.ts';

/** What is said of an audit, with the way back to the texts it was made of. */
export interface Reported {
  /** The folder as the user named it, with `/`; `.` for the current one. */
  readonly folder: string;
  readonly audit: Omit<Audit, 'model'>;
  /** Where there is a baseline: those of the findings that are in it, and how many of it are gone. */
  readonly baseline?: { readonly known: ReadonlySet<Finding>; readonly gone: number };
  read(path: string): TextFile | undefined;
  /** Computes a fix, as long as the model is kept. */
  changes?(finding: Finding, fixIndex: number): Promise<readonly Change[]>;
}

/** An audit with its model. */
export interface Audited extends Reported {
  readonly audit: Audit;
  changes(finding: Finding, fixIndex: number): Promise<readonly Change[]>;
}

/** Lines and columns counted from one; columns in UTF-16 units; the end is exclusive. */
export interface Span {
  readonly start: { readonly line: number; readonly column: number };
  readonly end: { readonly line: number; readonly column: number };
}

/** Where a place is, for people; undefined for a file as a whole and for one that is gone. */
export function spanOf(audited: Pick<Reported, 'read'>, place: Place): Span | undefined {
  const file = place.range && audited.read(place.file);
  if (!file || !place.range) return undefined;
  const [start, end] = [place.range.start, place.range.end].map((offset) => {
    const { line, character } = file.lines.position(offset);
    return { line: line + 1, column: character + 1 };
  });
  return { start: start!, end: end! };
}

/** A path that can be opened from the current folder. */
export function shownPath(folder: string, path: string): string {
  if (folder === '.') return path;
  return folder.endsWith('/') ? folder + path : `${folder}/${path}`;
}

/** What a baseline does not know. */
export function newFindings({ audit, baseline }: Reported): readonly Finding[] {
  return baseline ? audit.findings.filter((finding) => !baseline.known.has(finding)) : audit.findings;
}

/** How many findings there are of each severity. */
export function countSeverities(findings: readonly Finding[]): Record<Severity, number> {
  const counts = { error: 0, warning: 0, info: 0 };
  for (const { severity } of findings) counts[severity]++;
  return counts;
}

/** `1 error`, `2 errors`: the noun takes a plain s. */
export function count(number: number, noun: string): string {
  return `${number.toLocaleString('en')} ${noun}${number === 1 ? '' : 's'}`;
}
