/**
 * A baseline: the findings that a team knows of and has not mended yet, so that an audit fails on new ones alone. Findings
 * are told apart by their ids, which stay the same through edits elsewhere in the file. It knows no disk.
 */
import type { Finding } from '../practices/rule.ts';

/** Ids by rule, file and folder; an id stands there as often as it was found. */
export interface Baseline {
  readonly version: typeof formatVersion;
  readonly folders: Readonly<Record<string, FilesOf>>;
}

type FilesOf = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** The findings of one folder, as the baseline names it. */
export interface FoundIn {
  readonly folder: string;
  readonly findings: readonly Finding[];
}

const formatVersion = 1;

/**
 * Everything that is found now. What the baseline says of other folders stays.
 * @returns JSON text that ends with a line break, in an order that keeps differences small
 */
export function writeBaseline(found: readonly FoundIn[], before?: Baseline): string {
  const folders: Record<string, FilesOf> = { ...before?.folders };
  for (const { folder, findings } of found) {
    const files: Record<string, Record<string, string[]>> = {};
    for (const { at, rule, id } of findings) ((files[at.file] ??= {})[rule] ??= []).push(id);
    for (const rules of Object.values(files)) for (const ids of Object.values(rules)) ids.sort();
    folders[folder] = sorted(files);
  }
  return `${JSON.stringify({ version: formatVersion, folders: sorted(folders) }, undefined, 2)}\n`;
}

/** @returns undefined where the text is no baseline that this version can read */
export function readBaseline(text: string): Baseline | undefined {
  let read: unknown;
  try {
    read = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (!isMap(read) || read['version'] !== formatVersion || !isMap(read['folders'])) return undefined;
  const isFiles = (files: unknown): boolean =>
    isMap(files) &&
    Object.values(files).every(
      (rules) =>
        isMap(rules) &&
        Object.values(rules).every((ids) => Array.isArray(ids) && ids.every((id) => typeof id === 'string')),
    );
  return Object.values(read['folders']).every(isFiles) ? (read as unknown as Baseline) : undefined;
}

/**
 * The findings that the baseline knows, and how many of its findings are gone. Where the same is found more often than
 * before, the last ones are new.
 */
export function compareWithBaseline(
  { folders }: Baseline,
  { folder, findings }: FoundIn,
): { readonly known: ReadonlySet<Finding>; readonly gone: number } {
  const left = new Map<string, number>();
  const files = Object.hasOwn(folders, folder) ? folders[folder]! : {};
  for (const id of Object.values(files).flatMap((rules) => Object.values(rules).flat()))
    left.set(id, (left.get(id) ?? 0) + 1);
  const known = new Set<Finding>();
  for (const finding of findings) {
    const number = left.get(finding.id) ?? 0;
    if (number === 0) continue;
    left.set(finding.id, number - 1);
    known.add(finding);
  }
  return { known, gone: [...left.values()].reduce((sum, number) => sum + number, 0) };
}

function sorted<T>(map: Readonly<Record<string, T>>): Record<string, T> {
  return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isMap(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
