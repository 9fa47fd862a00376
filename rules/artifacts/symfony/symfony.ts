/**
 * Routes of Symfony in YAML. Imports of other files than controllers, and what holds in one environment alone, are left
 * out. It must never know which application they belong to.
 *
 * Source: https://symfony.com/doc/current/routing.html#creating-routes-in-yaml-xml-or-php-files
 */
import { isSeq } from 'yaml';
import type { ArtifactKind, Parsed, TextFile } from '../artifact.ts';
import { entriesOf, textOf, valueAt } from '../nodes.ts';
import type { SymfonyRoutesFacts } from './facts.ts';

export const symfonyRoutes: ArtifactKind<SymfonyRoutesFacts> = {
  id: 'symfony-routes',
  claims: (path) => /(?:^|\/)config\/(?:routes|routing)(?:\/[\w.-]+)?\.ya?ml$/.test(path),
  mayHold: (text) => /^[ \t]+(?:path|resource):/m.test(text),
  parse,
};

function parse(file: TextFile): Parsed<SymfonyRoutesFacts> {
  const routes: SymfonyRoutesFacts['routes'][number][] = [];
  const controllers: SymfonyRoutesFacts['controllers'][number][] = [];
  for (const { key, value } of entriesOf(file.yaml()[0]?.contents)) {
    if (key.startsWith('when@')) continue;
    const path = textOf(valueAt(value, 'path'));
    if (path?.value.startsWith('/')) routes.push({ path, methods: methodsIn(valueAt(value, 'methods')) });
    const resource = valueAt(value, 'resource');
    const folder = (textOf(resource) ?? textOf(valueAt(resource, 'path')))?.value;
    const prefix = textOf(valueAt(value, 'prefix'))?.value ?? '';
    const isAttribute = /^(?:attribute|annotation)$/.test(textOf(valueAt(value, 'type'))?.value ?? '');
    if (folder !== undefined && isAttribute && /^\.{0,2}\/?[\w./-]+$/.test(folder))
      controllers.push({ folder: folder.replace(/\/+$/, ''), prefix });
  }
  const isEmpty = routes.length + controllers.length === 0;
  return { ...(!isEmpty && { facts: { routes, controllers } }), problems: [] };
}

/** `[GET, HEAD]`, or `GET|HEAD` in one text. */
function methodsIn(node: unknown): string[] {
  const texts = isSeq(node) ? node.items.map((item) => textOf(item)?.value) : [textOf(node)?.value];
  return texts.flatMap((text) => text?.toUpperCase().split('|') ?? []);
}
