/** Which files the lines of CODEOWNERS match. Found once for a list of files, as typing elsewhere does not change it. */
import type { CodeownersEntry } from '../../artifacts/codeowners/facts.ts';
import type { FileIndex, Model } from '../../model/model.ts';
import { ownerPattern, type OwnerDialect } from '../../model/ownerPattern.ts';

export interface Matched {
  readonly entry: CodeownersEntry;
  readonly match: (path: string) => boolean;
  /** Every listed file that it matches. */
  readonly files: readonly string[];
  /** Something that is there but was not looked into may be what it means. */
  readonly hidden: boolean;
}

const known = new WeakMap<FileIndex, { entries: readonly CodeownersEntry[]; matched: readonly Matched[] }>();

export function matchedEntries({ owners, files }: Model): readonly Matched[] {
  const before = known.get(files);
  if (before?.entries === owners.entries) return before.matched;
  const dialect = owners.dialect ?? 'github';
  const matched = owners.entries.map((entry) => matchedBy(entry, dialect, files));
  known.set(files, { entries: owners.entries, matched });
  return matched;
}

function matchedBy(entry: CodeownersEntry, dialect: OwnerDialect, files: FileIndex): Matched {
  const match = ownerPattern(entry.pattern.value, dialect);
  const prefix = literalPrefix(entry.pattern.value, dialect);
  const candidates = prefix === '' ? files.under('') : [...files.under(prefix), prefix];
  const listed = candidates.filter((path) => (path !== prefix || files.lists(path)) && match(path));
  const hidden = listed.length === 0 && prefix !== '' && files.has(prefix);
  return { entry, match, files: listed, hidden };
}

/** The folders, or the file, that every match lies at or below; `''` where the pattern is not tied to the root. */
export function literalPrefix(pattern: string, dialect: OwnerDialect): string {
  const parts = pattern.split('/').filter((part) => part !== '');
  const anchored = pattern.startsWith('/') || (dialect === 'github' && parts.length > 1);
  if (!anchored) return '';
  const end = parts.findIndex((part) => /[*?]/.test(part));
  return (end < 0 ? parts : parts.slice(0, end)).join('/');
}
