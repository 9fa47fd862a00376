/**
 * Service level objectives: OpenSLO's SLO, Sloth's specification and its resource, Pyrra's ServiceLevelObjective. It must
 * never know which service they are about.
 *
 * Sources: https://github.com/OpenSLO/OpenSLO, https://sloth.dev/specs/, https://github.com/pyrra-dev/pyrra
 */
import { isMap, isScalar, isSeq } from 'yaml';
import { parseYaml, type ArtifactKind, type Parsed, type TextFile } from '../artifact.ts';
import { entriesOf, textOf, valueAt } from '../nodes.ts';
import { isTemplate, maskTemplate } from '../template.ts';
import type { ObjectiveFacts, SloFacts, SlosFacts } from './facts.ts';

export const slo: ArtifactKind<SlosFacts> = {
  id: 'slo',
  claims: (path) => /\.(?:ya?ml|json)$/i.test(path),
  mayHold: (text) => /\b(?:openslo\/|sloth\.slok\.dev\/|pyrra\.dev\/|prometheus\/v1\b)/.test(text),
  parse,
};

function parse(file: TextFile): Parsed<SlosFacts> {
  const template = isTemplate(file.text);
  const documents = template ? parseYaml(maskTemplate(file.text).text) : file.yaml();
  const slos = documents.flatMap(({ contents }) =>
    read(contents).map((one) => (template ? { ...one, open: true } : one)),
  );
  return { ...(slos.length > 0 && { facts: { slos } }), problems: [] };
}

function read(root: unknown): SloFacts[] {
  const version = textOf(valueAt(root, 'apiVersion'))?.value ?? '';
  const kind = textOf(valueAt(root, 'kind'))?.value;
  const spec = valueAt(root, 'spec');
  if (version.startsWith('openslo') && kind === 'SLO') return readOpenSlo(root, spec);
  if (version.startsWith('pyrra.dev/') && kind === 'ServiceLevelObjective') return readPyrra(root, spec);
  if (version.startsWith('sloth.slok.dev/')) return readSloth(spec);
  if (textOf(valueAt(root, 'version'))?.value === 'prometheus/v1') return readSloth(root);
  return [];
}

function readSloth(spec: unknown): SloFacts[] {
  const slos = valueAt(spec, 'slos');
  const service = textOf(valueAt(spec, 'service'))?.value;
  return (isSeq(slos) ? slos.items : []).flatMap((item) => {
    const name = textOf(valueAt(item, 'name'));
    if (!name) return [];
    const sli = valueAt(item, 'sli');
    return {
      format: 'sloth' as const,
      name,
      ...(service !== undefined && { service }),
      objectives: objectivesOf([valueAt(item, 'objective')], 100),
      indicator: isMap(sli) && sli.items.length > 0,
      window: true,
      queries: queriesIn(sli),
      open: valueAt(item, '<<') !== undefined,
    };
  });
}

function readPyrra(root: unknown, spec: unknown): SloFacts[] {
  const metadata = valueAt(root, 'metadata');
  const name = textOf(valueAt(metadata, 'name'));
  if (!name) return [];
  const indicator = valueAt(spec, 'indicator');
  const service = textOf(valueAt(valueAt(metadata, 'labels'), 'pyrra.dev/service', 'service', 'app'))?.value;
  return [
    {
      format: 'pyrra',
      name,
      ...(service !== undefined && { service }),
      objectives: objectivesOf([valueAt(spec, 'target')], 100),
      indicator: isMap(indicator) && indicator.items.length > 0,
      window: textOf(valueAt(spec, 'window')) !== undefined,
      queries: queriesIn(indicator),
      open: false,
    },
  ];
}

function readOpenSlo(root: unknown, spec: unknown): SloFacts[] {
  const name = textOf(valueAt(valueAt(root, 'metadata'), 'name'));
  if (!name) return [];
  const service = textOf(valueAt(spec, 'service'))?.value;
  const list = valueAt(spec, 'objectives');
  const items = isSeq(list) ? list.items : [];
  const windows = valueAt(spec, 'timeWindow', 'timeWindows');
  const said = ['indicator', 'indicatorRef', 'sli', 'ratioMetrics', 'ratioMetric', 'thresholdMetric'];
  return [
    {
      format: 'openslo',
      name,
      ...(service !== undefined && { service }),
      objectives: items.flatMap((item) => [
        ...objectivesOf([valueAt(item, 'target')], 1),
        ...objectivesOf([valueAt(item, 'targetPercent')], 100),
      ]),
      indicator: [spec, ...items].some((node) => valueAt(node, ...said) !== undefined),
      window: isSeq(windows) ? windows.items.length > 0 : isMap(windows),
      queries: queriesIn(spec),
      open: false,
    },
  ];
}

function objectivesOf(nodes: readonly unknown[], whole: number): ObjectiveFacts[] {
  return nodes.flatMap((node) => {
    const written = textOf(node);
    if (!written) return [];
    const number = Number(written.value);
    return { ...written, ...(Number.isFinite(number) && { share: number / whole }) };
  });
}

/** Texts that read like PromQL, wherever a format keeps them. */
function queriesIn(node: unknown, depth = 0): string[] {
  if (depth > 10) return [];
  if (isSeq(node)) return node.items.flatMap((item) => queriesIn(item, depth + 1));
  return entriesOf(node).flatMap(({ key, value }) => {
    if (!isScalar(value)) return queriesIn(value, depth + 1);
    const text = textOf(value)?.value;
    return text !== undefined && /query|metric/i.test(key) ? text : [];
  });
}
