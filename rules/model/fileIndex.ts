/** Answers what a link, a COPY or an import points at. It knows paths only, never what is in them. */
import type { FileIndex } from './model.ts';

/**
 * Indexes the paths of a workspace.
 * @param paths every listed file, relative with `/`
 * @param opaque paths that exist but were not looked into: whatever is at or below them is never said to be absent
 */
export function fileIndex(paths: readonly string[], opaque: readonly string[] = []): FileIndex {
  const files = new Set(paths);
  const hidden = new Set(opaque.map(withoutTrailingSlash));
  const folders = new Set<string>(['']);
  for (const path of paths) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const folder = path.slice(0, end);
      if (folders.has(folder)) break;
      folders.add(folder);
    }
  }
  let sorted: string[] | undefined;

  const isHidden = (path: string) => {
    if (hidden.size === 0) return false;
    if (hidden.has(path)) return true;
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
      if (hidden.has(path.slice(0, end))) return true;
    return false;
  };

  return {
    has: (path) => files.has(path) || isHidden(path),
    hasFolder: (path) => folders.has(withoutTrailingSlash(path)) || isHidden(withoutTrailingSlash(path)),
    lists: (path) => files.has(path),
    under(folder) {
      sorted ??= [...paths].sort();
      const prefix = withoutTrailingSlash(folder);
      if (prefix === '') return sorted;
      // `0` is the character after `/`.
      return sorted.slice(firstAtOrAfter(sorted, `${prefix}/`), firstAtOrAfter(sorted, `${prefix}0`));
    },
  };
}

function withoutTrailingSlash(path: string): string {
  return path.endsWith('/') ? path.slice(0, -1) : path;
}

function firstAtOrAfter(sorted: readonly string[], path: string): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sorted[middle]! < path) low = middle + 1;
    else high = middle;
  }
  return low;
}
