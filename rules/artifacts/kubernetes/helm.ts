/**
 * What a Helm chart's templates are filled with: its values, and its own name. It must never know which template reads
 * what.
 */
import type { YAMLMap } from 'yaml';
import type { Ranged } from '../../text.ts';
import type { ArtifactKind, Parsed, TextFile } from '../artifact.ts';
import { entriesOf, rangeOf } from '../nodes.ts';
import type { HelmChartFacts, HelmValuesFacts, ValuesBlock } from './facts.ts';
import { Manifest } from './manifest.ts';
import { readHandler, readQuantities } from './pod.ts';

export const helmValues: ArtifactKind<HelmValuesFacts> = {
  id: 'helm-values',
  claims: (path) => /(?:^|\/)(?:values(?:[.-][^/]*)?|[^/]*[.-]values)\.ya?ml$/i.test(path),
  mayHold: (text) => text.includes(':'),
  parse: parseValues,
};

export const helmChart: ArtifactKind<HelmChartFacts> = {
  id: 'helm-chart',
  claims: (path) => /(?:^|\/)Chart\.yaml$/.test(path),
  mayHold: (text) => text.includes('name'),
  parse: parseChart,
};

/** Values nested beyond this are read by no template. */
const maxDepth = 20;

function parseValues(file: TextFile): Parsed<HelmValuesFacts> {
  const document = file.yaml()[0];
  const manifest = document && new Manifest(document, { text: file.text });
  const root = manifest?.map(document?.contents);
  if (!manifest || !root) return { problems: [] };
  const scalars: [string, Ranged<string | number | boolean | null>][] = [];
  const blocks: [string, ValuesBlock][] = [];
  const collect = (map: YAMLMap, prefix: string, depth: number): void => {
    for (const { key, keyNode, value } of entriesOf(map)) {
      if (!/^\w+$/.test(key)) continue;
      const path = `${prefix}${key}`;
      const below = manifest.map(value);
      if (below) {
        const block = readBlock(manifest, keyNode, below);
        if (block) blocks.push([path, block]);
        if (depth < maxDepth) collect(below, `${path}.`, depth + 1);
      } else if (!manifest.seq(value)) {
        const scalar = manifest.scalar(value);
        const plain = scalar?.value as string | number | boolean | undefined;
        scalars.push([path, { value: plain ?? null, range: rangeOf(scalar ?? keyNode) }]);
      }
    }
  };
  collect(root, '', 0);
  return {
    facts: { scalars: Object.fromEntries(scalars), blocks: Object.fromEntries(blocks) },
    problems: [],
  };
}

/** A mapping that a template may put in place as a whole: anything else is only looked into. */
function readBlock(
  manifest: Manifest,
  key: YAMLMap['items'][number]['key'],
  map: YAMLMap,
): ValuesBlock | undefined {
  const empty = map.items.length === 0;
  const isProbe = ['httpGet', 'grpc', 'tcpSocket', 'exec'].some((name) => map.has(name));
  const isResources = ['requests', 'limits'].some((name) => map.has(name));
  if (!empty && !isProbe && !isResources) return undefined;
  const range = rangeOf(key as YAMLMap);
  const value = rangeOf(map);
  return {
    range,
    value,
    empty,
    ...(isProbe && { probe: { ...readHandler(manifest, map), range, value } }),
    ...(isResources && {
      requests: readQuantities(manifest, manifest.get(map, 'requests')),
      limits: readQuantities(manifest, manifest.get(map, 'limits')),
    }),
  };
}

function parseChart(file: TextFile): Parsed<HelmChartFacts> {
  const document = file.yaml()[0];
  const manifest = document && new Manifest(document, { text: file.text });
  if (!manifest?.map(document?.contents)) return { problems: [] };
  const read = (key: string) => manifest.ranged(manifest.get(document!.contents, key));
  const [name, version, appVersion] = [read('name'), read('version'), read('appVersion')];
  const facts = { ...(name && { name }), ...(version && { version }), ...(appVersion && { appVersion }) };
  return { facts, problems: [] };
}
