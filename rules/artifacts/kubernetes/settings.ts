/** Settings that pods take from the cluster: ConfigMaps and Secrets, and references to them. It must never join the two. */
import type { YAMLMap } from 'yaml';
import type { Ranged } from '../../text.ts';
import { entriesOf } from '../nodes.ts';
import type { KubernetesObject, SettingsFacts, SettingsReference } from './facts.ts';
import type { Manifest } from './manifest.ts';

/** What a ConfigMap or Secret holds, or what a controller will make one of; undefined for anything else. */
export function readSettings(
  manifest: Manifest,
  root: YAMLMap,
  { kind, name }: KubernetesObject,
  object: number,
): SettingsFacts | undefined {
  const at = (...path: string[]) => manifest.get(root, ...path);
  const keysOf = (...nodes: unknown[]): string[] =>
    nodes.flatMap((node) => entriesOf(node).map(({ key }) => key));
  const parts = kind === 'SealedSecret' ? [root] : ['data', 'stringData', 'binaryData'].map((key) => at(key));
  const isFilled = [root, ...parts].some((part) => {
    const map = manifest.map(part);
    return map !== undefined && manifest.filled(map);
  });
  const isPutOut = ['data', 'stringData'].some((key) => manifest.outputUnder(root, key).length > 0);
  const complete = !isFilled && !isPutOut;
  switch (kind) {
    case 'ConfigMap':
      return {
        object,
        kind,
        name,
        keys: keysOf(...parts),
        values: valuesOf(manifest, at('data')),
        complete,
      };
    case 'Secret':
      return { object, kind, name, keys: keysOf(...parts), complete };
    case 'SealedSecret':
      return { object, kind: 'Secret', name, keys: keysOf(at('spec', 'encryptedData')), complete: false };
    case 'ExternalSecret':
      return {
        object,
        kind: 'Secret',
        name: manifest.text(at('spec', 'target', 'name')) ?? name,
        keys: [],
        complete: false,
      };
    default:
      return undefined;
  }
}

/** Longer values, and those of several lines, are files rather than variables. */
const maxValue = 500;

function valuesOf(manifest: Manifest, data: unknown): Record<string, Ranged<string>> {
  const values: Record<string, Ranged<string>> = {};
  for (const { key, value } of entriesOf(data)) {
    const text = manifest.text(value);
    if (text?.known && text.value.length <= maxValue && !text.value.includes('\n'))
      values[key] = { value: text.value, range: text.range };
  }
  return values;
}

/** The ConfigMaps and Secrets that a container's `env` and `envFrom` name. */
export function readReferences(manifest: Manifest, container: YAMLMap): SettingsReference[] {
  const references: SettingsReference[] = [];
  const add = (kind: SettingsReference['kind'], node: unknown, isWhole: boolean): void => {
    const name = manifest.text(manifest.get(node, 'name'));
    const key = isWhole ? undefined : manifest.text(manifest.get(node, 'key'));
    if (!name || (!isWhole && !key)) return;
    const optional = manifest.get(node, 'optional');
    const isOptional = optional !== undefined && manifest.plain(optional) !== 'false';
    references.push({ kind, name, ...(key && { key }), optional: isOptional });
  };
  for (const item of manifest.items(manifest.get(container, 'env'))) {
    add('ConfigMap', manifest.get(item, 'valueFrom', 'configMapKeyRef'), false);
    add('Secret', manifest.get(item, 'valueFrom', 'secretKeyRef'), false);
  }
  for (const item of manifest.items(manifest.get(container, 'envFrom'))) {
    add('ConfigMap', manifest.get(item, 'configMapRef'), true);
    add('Secret', manifest.get(item, 'secretRef'), true);
  }
  return references;
}
