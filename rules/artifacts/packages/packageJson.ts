/** package.json: the name, scripts and dependencies of a Node package. It must never know what a service is. */
import type { Ranged } from '../../text.ts';
import type { ArtifactKind, Parsed, TextFile } from '../artifact.ts';
import type { PackageFacts } from './facts.ts';
import { entryOf, readJson, type JsonNode } from './json.ts';

export const packageJson: ArtifactKind<PackageFacts> = {
  id: 'package',
  claims: (path) => /(?:^|\/)package\.json$/.test(path),
  mayHold: (text) => text.includes('{'),
  parse,
};

function parse({ text }: TextFile): Parsed<PackageFacts> {
  const { root, broken } = readJson(text);
  const problems = broken ? [{ message: 'This is not valid JSON.', range: broken }] : [];
  if (root?.kind !== 'object') return { problems };
  const name = ranged(entryOf(root, 'name'));
  const main = ranged(entryOf(root, 'main'));
  const type = ranged(entryOf(root, 'type'));
  const repository = entryOf(root, 'repository');
  const url = ranged(repository) ?? ranged(entryOf(repository, 'url'));
  const isPrivate = entryOf(root, 'private');
  const dependencies = entryOf(root, 'dependencies');
  const engines = strings(entryOf(root, 'engines'));
  const workspaces = entryOf(root, 'workspaces');
  return {
    facts: {
      ...(name && { name }),
      private: isPrivate?.kind === 'other' && isPrivate.value === true,
      ...(main && { main: main.value }),
      ...(entryOf(root, 'bin') && { command: true as const }),
      scripts: strings(entryOf(root, 'scripts')),
      dependencies: strings(dependencies),
      devDependencies: Object.keys(strings(entryOf(root, 'devDependencies'))),
      workspaces: list(workspaces?.kind === 'object' ? entryOf(workspaces, 'packages') : workspaces),
      ...(dependencies?.kind === 'object' && { dependenciesRange: dependencies.range }),
      ...((type?.value === 'module' || type?.value === 'commonjs') && { type: type.value }),
      ...(url && { repository: url }),
      ...(Object.keys(engines).length > 0 && { engines }),
    },
    problems,
  };
}

function ranged(node: JsonNode | undefined): Ranged<string> | undefined {
  return node?.kind === 'string' ? { value: node.value, range: node.range } : undefined;
}

/** The string values of an object; no key can be mistaken for an inherited property. */
function strings(node: JsonNode | undefined): Record<string, Ranged<string>> {
  if (node?.kind !== 'object') return {};
  return Object.fromEntries(
    node.entries.flatMap(({ key, value }) => {
      const text = ranged(value);
      return text ? [[key, text] as const] : [];
    }),
  );
}

function list(node: JsonNode | undefined): string[] {
  if (node?.kind !== 'array') return [];
  return node.items.flatMap((item) => (item.kind === 'string' ? [item.value] : []));
}
