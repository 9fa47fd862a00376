/**
 * Which paths a .dockerignore file leaves out of a build context, as Docker's own check of copied files decides it.
 *
 * Sources, read in June 2026: https://docs.docker.com/build/concepts/context/#dockerignore-files for where the file is
 * and what a pattern matches, https://docs.docker.com/reference/build-checks/copy-ignored-file/, and
 * https://github.com/moby/buildkit/pull/6930 for the context itself. A file with exceptions is not judged, since a
 * folder that is left out may be let in again in part.
 */
import { Minimatch } from 'minimatch';
import type { DockerignoreFacts } from '../../artifacts/dockerignore/facts.ts';
import { join } from '../../model/paths.ts';

type Pattern = DockerignoreFacts['patterns'][number];

/**
 * @param path within the context, `''` for the context itself; a pattern in it is taken literally, as Docker does
 * @returns the pattern that leaves the path, or a folder that it is in, out of the context
 */
export function excludingPattern(
  path: string,
  dockerfile: string,
  context: string,
  dockerignores: ReadonlyMap<string, DockerignoreFacts>,
): { readonly file: string; readonly pattern: Pattern } | undefined {
  const own = `${dockerfile}.dockerignore`;
  const file = dockerignores.has(own) ? own : join(context, '.dockerignore');
  const patterns = dockerignores.get(file)?.patterns ?? [];
  if (patterns.some(({ negated }) => negated)) return undefined;
  const pattern = patterns.find(({ value }) =>
    path === '' ? /^(?:\*{1,2}|\*\*\/\*)$/.test(value) : leavesOut(value, path),
  );
  return pattern && { file, pattern };
}

/** The same few patterns stand in most files, and are asked for at every keystroke. */
const matchers = new Map<string, Minimatch>();
const maxMatchers = 1000;

function matcherOf(pattern: string): Minimatch {
  let matcher = matchers.get(pattern);
  if (!matcher) {
    if (matchers.size >= maxMatchers) matchers.clear();
    matcher = new Minimatch(pattern, {
      dot: true,
      nobrace: true,
      noext: true,
      nonegate: true,
      nocomment: true,
    });
    matchers.set(pattern, matcher);
  }
  return matcher;
}

function leavesOut(pattern: string, path: string): boolean {
  const matcher = matcherOf(pattern);
  const parts = path.split('/');
  return parts.some((_, index) => matcher.match(parts.slice(0, index + 1).join('/')));
}
