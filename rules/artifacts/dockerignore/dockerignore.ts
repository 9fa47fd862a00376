/**
 * .dockerignore files: which paths of a build context are left out. It must never know which paths exist.
 * Source: https://docs.docker.com/build/concepts/context/#syntax
 */
import type { ArtifactKind, Parsed, TextFile } from '../artifact.ts';
import type { DockerignoreFacts } from './facts.ts';

export const dockerignore: ArtifactKind<DockerignoreFacts> = {
  id: 'dockerignore',
  claims: (path) => /(?:^|\/)(?:[^/]+\.dockerignore|\.(?:docker|container)ignore)$/.test(path),
  mayHold: () => true,
  parse,
};

function parse({ text }: TextFile): Parsed<DockerignoreFacts> {
  const patterns = Array.from(text.matchAll(/^[ \t]*(!?)[ \t]*([^\s#!][^\r\n]*)/gm), (match) => {
    const written = match[2]!.trimEnd();
    const end = match.index + match[0].length - (match[2]!.length - written.length);
    const value = cleaned(written);
    return { value, negated: match[1] === '!', range: { start: end - written.length, end } };
  });
  return { facts: { patterns: patterns.filter(({ value }) => value !== '') }, problems: [] };
}

/** As Docker cleans a pattern: `./a//b/` is `a/b`. */
function cleaned(pattern: string): string {
  return pattern
    .split('/')
    .filter((part) => part !== '' && part !== '.')
    .join('/');
}
