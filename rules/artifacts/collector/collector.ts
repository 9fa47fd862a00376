/**
 * Configurations of the OpenTelemetry collector: a file of its own, a string of a ConfigMap, an OpenTelemetryCollector
 * resource (as mapping or as string), a chart's values. It must never know what a pipeline should have.
 */
import { isMap, isScalar, isSeq, type Scalar, type YAMLMap } from 'yaml';
import type { Ranged } from '../../text.ts';
import { parseYaml, type ArtifactKind, type Parsed, type TextFile } from '../artifact.ts';
import { embeddedYaml } from '../embedded.ts';
import { entriesOf, rangeOf, textOf, valueAt } from '../nodes.ts';
import { isTemplate, maskTemplate } from '../template.ts';
import {
  sections,
  type CollectorConfiguration,
  type CollectorFacts,
  type CollectorPipeline,
  type Section,
} from './facts.ts';

export const collector: ArtifactKind<CollectorFacts> = {
  id: 'collector',
  claims: (path) => /\.ya?ml$/i.test(path),
  mayHold: (text) => text.includes('pipelines') && text.includes('receivers') && text.includes('exporters'),
  parse,
};

const maxDepth = 20;

function parse(file: TextFile): Parsed<CollectorFacts> {
  const template = isTemplate(file.text);
  const text = template ? maskTemplate(file.text).text : file.text;
  const configurations: CollectorConfiguration[] = [];
  for (const document of template ? parseYaml(text) : file.yaml())
    collect(document.contents, text, template, configurations, 0);
  return { ...(configurations.length > 0 && { facts: { configurations } }), problems: [] };
}

function collect(
  node: unknown,
  text: string,
  template: boolean,
  found: CollectorConfiguration[],
  depth: number,
): void {
  if (!isMap(node) || depth > maxDepth) return;
  const configuration = read(node, template || isValues(depth, node));
  if (configuration) {
    found.push(configuration);
    return;
  }
  // In a chart's values the configuration is one key among others, and is merged with the chart's own.
  const open = template || !(node.has('apiVersion') || depth > 0);
  for (const { value } of entriesOf(node)) {
    if (isScalar(value)) collectEmbedded(value, text, open, found);
    else collect(value, text, open, found, depth + 1);
  }
}

/** A mapping that nothing but a file of values has beside the sections. */
function isValues(depth: number, map: YAMLMap): boolean {
  return depth === 0 && (map.has('image') || map.has('mode'));
}

function collectEmbedded(scalar: Scalar, text: string, open: boolean, found: CollectorConfiguration[]): void {
  if (typeof scalar.value !== 'string' || !collector.mayHold(scalar.value, '')) return;
  for (const { contents } of embeddedYaml(scalar, text)) {
    const configuration = isMap(contents) ? read(contents, open) : undefined;
    if (configuration) found.push(configuration);
  }
}

function read(map: YAMLMap, open: boolean): CollectorConfiguration | undefined {
  const service = valueAt(map, 'service');
  const pipelines = valueAt(service, 'pipelines');
  if (!isMap(pipelines) || !(isMap(valueAt(map, 'receivers')) || isMap(valueAt(map, 'exporters'))))
    return undefined;
  const defined = Object.fromEntries(
    sections.map((section) => [
      section,
      entriesOf(valueAt(map, section)).map(({ key, keyNode }) => ({ value: key, range: rangeOf(keyNode) })),
    ]),
  ) as Record<Section, Ranged<string>[]>;
  return {
    defined,
    pipelines: entriesOf(pipelines).map(({ key, keyNode, value, range }): CollectorPipeline => ({
      name: { value: key, range: rangeOf(keyNode) },
      receivers: names(valueAt(value, 'receivers')),
      processors: names(valueAt(value, 'processors')),
      exporters: names(valueAt(value, 'exporters')),
      range,
    })),
    extensions: names(valueAt(service, 'extensions')),
    open: open || map.has('<<') || sections.some((section) => hasMerge(valueAt(map, section))),
  };
}

function hasMerge(node: unknown): boolean {
  return isMap(node) && node.has('<<');
}

function names(node: unknown): Ranged<string>[] {
  return isSeq(node) ? node.items.flatMap((item) => textOf(item) ?? []) : [];
}
