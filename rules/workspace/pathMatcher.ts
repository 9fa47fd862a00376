/** Globs of paths, as people write them in configuration. */
import { Minimatch } from 'minimatch';

/**
 * @param globs relative to the workspace; one without `/` matches in any folder, one of a folder all that is below
 * @returns whether a path (a folder ends with `/`) matches any of them
 */
export function pathMatcher(globs: readonly string[]): (path: string) => boolean {
  if (globs.length === 0) return () => false;
  const matchers = globs.flatMap((glob) => {
    const anchored = glob.replace(/\/+$/, '').replace(/^\.?\//, '');
    const anywhere = anchored.includes('/') || glob.startsWith('/') ? anchored : `**/${anchored}`;
    return [anywhere, `${anywhere}/**`].map((pattern) => new Minimatch(pattern, { dot: true }));
  });
  return (path) => {
    const plain = path.endsWith('/') ? path.slice(0, -1) : path;
    return matchers.some((matcher) => matcher.match(plain));
  };
}
