/**
 * What GitOps controllers are told to deploy: Argo CD's Application and ApplicationSet, Flux's Kustomization and
 * HelmRelease. It must never know what is in the folders they name.
 *
 * Sources: https://argo-cd.readthedocs.io/en/stable/operator-manual/declarative-setup/,
 * https://fluxcd.io/flux/components/kustomize/kustomizations/, https://fluxcd.io/flux/components/helm/helmreleases/
 */
import { isSeq } from 'yaml';
import type { Ranged } from '../../text.ts';
import { parseYaml, type ArtifactKind, type Parsed, type TextFile } from '../artifact.ts';
import { textOf, valueAt } from '../nodes.ts';
import { isTemplate, maskTemplate } from '../template.ts';
import type { GitopsFacts, ReleaseFacts } from './facts.ts';

export const gitops: ArtifactKind<GitopsFacts> = {
  id: 'gitops',
  claims: (path) => /\.ya?ml$/i.test(path),
  mayHold: (text) =>
    /\b(?:argoproj\.io|kustomize\.toolkit\.fluxcd\.io|helm\.toolkit\.fluxcd\.io)\//.test(text),
  parse,
};

function parse(file: TextFile): Parsed<GitopsFacts> {
  const documents = isTemplate(file.text) ? parseYaml(maskTemplate(file.text).text) : file.yaml();
  const releases = documents.flatMap(({ contents }) => read(contents) ?? []);
  return { ...(releases.length > 0 && { facts: { releases } }), problems: [] };
}

function read(root: unknown): ReleaseFacts | undefined {
  const group = textOf(valueAt(root, 'apiVersion'))?.value.split('/')[0];
  const kind = textOf(valueAt(root, 'kind'))?.value;
  const name = textOf(valueAt(valueAt(root, 'metadata'), 'name'));
  const spec = valueAt(root, 'spec');
  if (!name) return undefined;
  if (group === 'argoproj.io' && kind === 'Application') return application(kind, name, spec);
  if (group === 'argoproj.io' && kind === 'ApplicationSet')
    return application(kind, name, valueAt(valueAt(spec, 'template'), 'spec'));
  if (group === 'kustomize.toolkit.fluxcd.io' && kind === 'Kustomization') {
    const path = textOf(valueAt(spec, 'path'));
    const source = textOf(valueAt(valueAt(spec, 'sourceRef'), 'name'))?.value;
    return { kind, name, paths: path ? [path] : [], charts: [], repositories: source ? [source] : [] };
  }
  if (group === 'helm.toolkit.fluxcd.io' && kind === 'HelmRelease') {
    const chart = textOf(valueAt(valueAt(valueAt(spec, 'chart'), 'spec'), 'chart'));
    const isPath = chart?.value.startsWith('.') ?? false;
    return {
      kind,
      name,
      paths: isPath ? [chart!] : [],
      charts: chart && !isPath ? [chart.value] : [],
      repositories: [],
    };
  }
  return undefined;
}

function application(
  kind: 'Application' | 'ApplicationSet',
  name: Ranged<string>,
  spec: unknown,
): ReleaseFacts {
  const list = valueAt(spec, 'sources');
  const sources = isSeq(list) ? list.items : [valueAt(spec, 'source')];
  const texts = (key: string): Ranged<string>[] =>
    sources.flatMap((source) => textOf(valueAt(source, key)) ?? []);
  return {
    kind,
    name,
    paths: texts('path'),
    charts: texts('chart').map(({ value }) => value),
    repositories: texts('repoURL').map(({ value }) => value),
  };
}
