/** What a kustomization lists, and what it changes. It must never know the files that it lists. */
import { isMap, isScalar, isSeq } from 'yaml';
import { parseYaml } from '../artifact.ts';
import type { KustomizationChange, KustomizationFacts } from './facts.ts';
import { Manifest } from './manifest.ts';

/** What a kustomization says; undefined for anything else. */
export function readKustomization(manifest: Manifest, node: unknown): KustomizationFacts | undefined {
  const root = manifest.map(node);
  if (!root) return undefined;
  const kind = manifest.get(root, 'kind');
  const named = isScalar(kind) ? /^(?:Kustomization|Component)$/.test(String(kind.value)) : false;
  if (isScalar(kind) && !named) return undefined;
  const items = (...keys: string[]): unknown[] =>
    keys.flatMap((key) => [...manifest.items(manifest.get(root, key))]);
  const paths = (key: string): string[] => items(key).flatMap((item) => manifest.plain(item) ?? []);
  const patchFiles = items('patches', 'patchesJson6902').flatMap(
    (item) => manifest.plain(manifest.get(item, 'path')) ?? [],
  );
  const resources = ['resources', 'bases', 'components'].flatMap(paths);
  const merges = paths('patchesStrategicMerge');
  // A strategic merge patch may be written in place, as a block of YAML.
  const patches = [...merges.filter((text) => !text.includes('\n')), ...patchFiles];
  const images = items('images').flatMap((item) => {
    const tag = manifest.plain(manifest.get(item, 'newTag')) ?? manifest.plain(manifest.get(item, 'digest'));
    const name = manifest.plain(manifest.get(item, 'name'));
    return name !== undefined && tag !== undefined && tag !== 'latest' ? [name] : [];
  });
  const changes = [
    ...items('replicas').flatMap((item) => readReplicas(manifest, item)),
    ...items('patches', 'patchesJson6902').flatMap((item) => readPatch(manifest, item)),
    ...merges.filter((text) => text.includes('\n')).flatMap((text) => changesIn(text)),
  ];
  if (!named && resources.length + patches.length + images.length + changes.length === 0) return undefined;
  const generates = items('configMapGenerator', 'secretGenerator').flatMap(
    (item) => manifest.plain(manifest.get(item, 'name')) ?? [],
  );
  return { resources, patches, changes, images, generates };
}

function readReplicas(manifest: Manifest, item: unknown): KustomizationChange[] {
  const name = manifest.plain(manifest.get(item, 'name'));
  const replicas = manifest.number(manifest.get(item, 'count'));
  return name !== undefined && replicas ? [{ name, paths: ['/spec/replicas'], replicas }] : [];
}

function readPatch(manifest: Manifest, item: unknown): KustomizationChange[] {
  const target = manifest.get(item, 'target');
  const kind = manifest.plain(manifest.get(target, 'kind'));
  const name = manifest.plain(manifest.get(target, 'name'));
  const narrowed = { ...(kind !== undefined && { kind }), ...(name !== undefined && { name }) };
  const text = manifest.plain(manifest.get(item, 'patch'));
  if (text !== undefined) return changesIn(text, target ? narrowed : undefined);
  const file = manifest.plain(manifest.get(item, 'path'));
  return target && file !== undefined ? [{ ...narrowed, file, paths: [''] }] : [];
}

/**
 * What a patch changes: one of RFC 6902 names paths, a strategic merge patch is a part of the object.
 * @param target of the kustomization; without it, the patch names its object
 */
function changesIn(text: string, target?: Pick<KustomizationChange, 'kind' | 'name'>): KustomizationChange[] {
  return parseYaml(text).flatMap((document): KustomizationChange[] => {
    const patch = new Manifest(document, { text });
    const root = document.contents;
    if (isSeq(root)) {
      const paths = root.items.flatMap((item) => patch.plain(patch.get(item, 'path')) ?? []);
      return [{ ...target, paths }];
    }
    if (!isMap(root)) return [];
    const kind = patch.plain(patch.get(root, 'kind'));
    const name = patch.plain(patch.get(root, 'metadata', 'name'));
    const own = { ...(kind !== undefined && { kind }), ...(name !== undefined && { name }) };
    const count = patch.number(patch.get(root, 'spec', 'replicas'));
    return [
      {
        ...(target ?? own),
        paths: pathsIn(patch, root, ''),
        // The range would lie in the patch, not in the file.
        ...(count?.known && { replicas: { ...count, range: { start: 0, end: 0 } } }),
      },
    ];
  });
}

/** Deeper than the fields of a container nothing is asked about. */
const maxDepth = 8;

function pathsIn(patch: Manifest, node: unknown, prefix: string, depth = 0): string[] {
  const map = patch.map(node);
  if (!map || depth > maxDepth) return [prefix];
  return map.items.flatMap(({ key }) => {
    if (!isScalar(key)) return [];
    const path = `${prefix}/${String(key.value)}`;
    return pathsIn(patch, patch.get(map, String(key.value)), path, depth + 1);
  });
}
