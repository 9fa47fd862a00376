/** Source code, one folder per language. A language is added by its folder and one line here. */
import type { ArtifactKind } from '../artifact.ts';
import type { SourceFacts } from './facts.ts';
import type { Language } from './language.ts';

const languages: readonly Language[] = [];

const byExtension = new Map(
  languages.flatMap((language) => language.extensions.map((extension) => [extension, language])),
);

export const source: ArtifactKind<SourceFacts> = {
  id: 'source',
  claims: (path) => languageOf(path) !== undefined,
  mayHold: () => false,
  parse: () => ({ problems: [] }),
};

function languageOf(path: string): Language | undefined {
  return byExtension.get(path.slice(path.lastIndexOf('.')).toLowerCase());
}
