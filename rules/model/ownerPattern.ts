/** Matches paths with the patterns of CODEOWNERS. It knows one pattern and one path at a time, no owners and no files. */

/** How a host reads patterns: they differ in what ties a pattern to the root, and in what makes it a folder. */
export type OwnerDialect = 'github' | 'gitlab';

/**
 * Compiles one pattern.
 *
 * GitHub ("About code owners", CODEOWNERS syntax): as gitignore, but `docs/*` owns the files in `docs` and nothing
 * deeper. A slash at the start or in the middle ties the pattern to the root; a folder's owner owns all below it.
 * GitLab ("Code Owners syntax"): only a leading slash ties it to the root, and only a trailing one makes it a folder.
 *
 * @returns whether a file's path, relative with `/`, matches; the time is bounded by the product of both lengths
 */
export function ownerPattern(pattern: string, dialect: OwnerDialect): (path: string) => boolean {
  const parts = pattern.split('/').filter((part) => part !== '');
  const last = parts.at(-1);
  if (last === undefined) return () => false;
  const anchored = pattern.startsWith('/') || (dialect === 'github' && parts.length > 1);
  const everythingBelow = pattern.endsWith('/') || last === '**';
  const names = last === '**' ? parts.slice(0, -1) : parts;
  const fileOrFolder = dialect === 'github' && last !== '*';
  const tail = everythingBelow ? ['**', '*'] : fileOrFolder ? ['**'] : [];
  const segments = [...(anchored ? [] : ['**']), ...names, ...tail];
  const first = segments[0]!;
  // Most patterns name their first folder, and most paths are elsewhere.
  const prefix = /[*?]/.test(first) ? undefined : first;
  return (path) =>
    (prefix === undefined || path.startsWith(prefix)) &&
    matches(segments, path.split('/'), '**', matchesName);
}

function matchesName(glob: string, name: string): boolean {
  if (glob === '*' || glob === name) return true;
  return matches([...glob], [...name], '*', (wanted, character) => wanted === '?' || wanted === character);
}

/**
 * Matches a sequence with wildcards that stand for any number of items. Going back to the last wildcard alone is
 * enough, as whatever an earlier one could take, the last one can take too.
 */
function matches<Item>(
  pattern: readonly Item[],
  items: readonly Item[],
  wildcard: Item,
  fits: (wanted: Item, item: Item) => boolean,
): boolean {
  let at = 0;
  let afterWildcard = -1;
  let resume = 0;
  for (let index = 0; index < items.length;) {
    if (pattern[at] === wildcard) {
      afterWildcard = ++at;
      resume = index;
    } else if (at < pattern.length && fits(pattern[at]!, items[index]!)) {
      at++;
      index++;
    } else if (afterWildcard >= 0) {
      at = afterWildcard;
      index = ++resume;
    } else return false;
  }
  while (pattern[at] === wildcard) at++;
  return at === pattern.length;
}
