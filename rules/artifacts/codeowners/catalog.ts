/** Entities of a Backstage catalog, usually in catalog-info.yaml. It must never know which service an entity is. */
import type { ArtifactKind, Parsed, TextFile } from '../artifact.ts';
import { textOf, valueAt } from '../nodes.ts';
import type { CatalogFacts } from './facts.ts';

export const catalog: ArtifactKind<CatalogFacts> = {
  id: 'catalog',
  claims: (path) => /\.ya?ml$/i.test(path),
  mayHold: (text) => /\bapiVersion["']?[ \t]*:[ \t]*["']?backstage\.io\//.test(text),
  parse,
};

function parse(file: TextFile): Parsed<CatalogFacts> {
  const documents = file.yaml();
  const components = documents.flatMap((document) => componentOf(document.contents) ?? []);
  if (components.length === 0) return { problems: [] };
  const problems = documents.flatMap(({ errors }) =>
    errors.map(({ message, pos }) => ({ message, range: { start: pos[0], end: pos[1] } })),
  );
  return { facts: { components }, problems };
}

function componentOf(root: unknown): CatalogFacts['components'][number] | undefined {
  if (!textOf(valueAt(root, 'apiVersion'))?.value.startsWith('backstage.io/')) return undefined;
  const name = textOf(valueAt(valueAt(root, 'metadata'), 'name'));
  const kind = textOf(valueAt(root, 'kind'))?.value;
  const owner = textOf(valueAt(valueAt(root, 'spec'), 'owner'));
  return name && kind !== undefined ? { name, kind, ...(owner && { owner }) } : undefined;
}
