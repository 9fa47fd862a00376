/** Who owns a path: CODEOWNERS as its host reads it, and the catalogs beside it. It must never know what is owned. */
import type { CodeownersEntry, CodeownersFacts } from '../artifacts/codeowners/facts.ts';
import type { FactsByKind } from '../artifacts/kinds.ts';
import type { InFile, Owners } from './model.ts';
import { ownerPattern } from './ownerPattern.ts';

/** The first that is there counts (GitHub, "About code owners"; GitLab's own folder comes last). */
const locations = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS', '.gitlab/CODEOWNERS'];

export function joinOwners(facts: Pick<FactsByKind, 'codeowners' | 'catalog'>): Owners {
  const file = locations.find((location) => facts.codeowners.has(location));
  const codeowners = file === undefined ? undefined : facts.codeowners.get(file);
  const catalogs = [...facts.catalog].map(([path, catalog]) => ({ file: path, facts: catalog }));
  if (file === undefined || !codeowners) return { entries: [], catalogs, of: () => undefined };
  return { file, entries: codeowners.entries, catalogs, of: ownersOf({ file, facts: codeowners }) };
}

/** Owners are the same until the file that names them changes, which makes other facts. */
const known = new WeakMap<CodeownersFacts, { readonly file: string; readonly of: Owners['of'] }>();

function ownersOf(codeowners: InFile<CodeownersFacts>): Owners['of'] {
  const before = known.get(codeowners.facts);
  if (before?.file === codeowners.file) return before.of;
  const of = matchedOwners(codeowners);
  known.set(codeowners.facts, { file: codeowners.file, of });
  return of;
}

function matchedOwners({ file, facts }: InFile<CodeownersFacts>): Owners['of'] {
  const dialect = facts.sections || file.startsWith('.gitlab/') ? 'gitlab' : 'github';
  // The last match wins, so they are asked from the last to the first, in each section apart.
  const rules = facts.entries
    .toReversed()
    .map((entry) => ({ entry, match: ownerPattern(entry.pattern.value, dialect) }));
  const names = [...new Set(facts.entries.map((entry) => entry.section))];
  const sections = names.map((name) => rules.filter(({ entry }) => entry.section === name));
  const known = new Map<string, ReturnType<Owners['of']>>();
  return (path) => {
    if (known.has(path)) return known.get(path);
    const entries = sections.flatMap((section) => section.find(({ match }) => match(path))?.entry ?? []);
    const result = ownedBy(entries, file);
    known.set(path, result);
    return result;
  };
}

function ownedBy(entries: readonly CodeownersEntry[], file: string): ReturnType<Owners['of']> {
  const owning = entries.filter(({ owners }) => owners.length > 0);
  const [first] = owning;
  if (!first) return undefined;
  const owners = owning.flatMap((entry) => entry.owners.map(({ value }) => value));
  return { owners: [...new Set(owners)], at: { file, range: first.range } };
}
