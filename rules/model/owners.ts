/**
 * Who owns a path: CODEOWNERS as its host reads it, else the OWNERS file that stands nearest above it, and the catalogs
 * beside both. It must never know what is owned.
 */
import type { CodeownersEntry, CodeownersFacts, OwnersFileFacts } from '../artifacts/codeowners/facts.ts';
import type { FactsByKind } from '../artifacts/kinds.ts';
import type { InFile, Owners } from './model.ts';
import { ownerPattern, type OwnerDialect } from './ownerPattern.ts';
import { foldersUp, join } from './paths.ts';

/** The first that is there counts (GitHub, "About code owners"; GitLab's own folder comes last). */
const locations = ['.github/CODEOWNERS', 'CODEOWNERS', 'docs/CODEOWNERS', '.gitlab/CODEOWNERS'];

export function joinOwners(
  facts: Pick<FactsByKind, 'codeowners' | 'catalog'> & Partial<Pick<FactsByKind, 'ownersFile'>>,
): Owners {
  const file = locations.find((location) => facts.codeowners.has(location));
  const codeowners = file === undefined ? undefined : facts.codeowners.get(file);
  const catalogs = [...facts.catalog].map(([path, catalog]) => ({ file: path, facts: catalog }));
  const folders = [...(facts.ownersFile ?? [])].map(([path, owners]) => ({ file: path, facts: owners }));
  const near = nearestApprovers(facts.ownersFile);
  if (file === undefined || !codeowners) return { entries: [], catalogs, folders, of: near };
  const written = ownersOf({ file, facts: codeowners });
  return {
    file,
    dialect: dialectOf(file, codeowners),
    entries: codeowners.entries,
    catalogs,
    folders,
    of: (path) => written(path) ?? near(path),
  };
}

/** A change may be approved by whoever the nearest OWNERS file with approvers names. */
function nearestApprovers(files: ReadonlyMap<string, OwnersFileFacts> | undefined): Owners['of'] {
  if (!files || files.size === 0) return () => undefined;
  return (path) => {
    for (const folder of foldersUp(path)) {
      const file = join(folder, 'OWNERS');
      const approvers = files.get(file)?.approvers ?? [];
      if (approvers.length > 0)
        return { owners: approvers.map(({ value }) => value), at: { file, range: approvers[0]!.range } };
    }
    return undefined;
  };
}

function dialectOf(file: string, { sections }: CodeownersFacts): OwnerDialect {
  return sections || file.startsWith('.gitlab/') ? 'gitlab' : 'github';
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
  const dialect = dialectOf(file, facts);
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
