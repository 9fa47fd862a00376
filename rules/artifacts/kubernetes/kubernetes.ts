/**
 * Kubernetes manifests: plain, in Helm templates, in JSON, in lists, and kustomizations. A file is one when it says so
 * with apiVersion and kind. It must never know what other files deploy or select.
 */
import { isMap, type Document, type YAMLMap } from 'yaml';
import { parseYaml, type ArtifactKind, type Parsed, type Problem, type TextFile } from '../artifact.ts';
import { rangeOf } from '../nodes.ts';
import { isTemplate, maskTemplate } from '../template.ts';
import { problemsOf } from '../yaml.ts';
import type { KubernetesFacts, KubernetesObject, KustomizationFacts } from './facts.ts';
import { readKustomization } from './kustomization.ts';
import { ContentLines } from './lines.ts';
import { Manifest, type Source } from './manifest.ts';
import { readAutoscaler, readGatewayRoute, readIngress, readService } from './network.ts';
import { readWorkload } from './pod.ts';
import { readMapping } from './shape.ts';
import { readDisruptionBudget, readMonitor, readNetworkPolicy } from './selectors.ts';
import { readSettings } from './settings.ts';

export const kubernetes: ArtifactKind<KubernetesFacts> = {
  id: 'kubernetes',
  claims: (path) => /\.(?:ya?ml|json)$/i.test(path),
  mayHold: (text) =>
    (/\bapiVersion["']?[ \t]*:/.test(text) && /\bkind["']?[ \t]*:/.test(text)) || lists.test(text),
  parse,
};

/** How a kustomization without apiVersion and kind can be told: Kustomize takes it by its file's name alone. */
const lists =
  /^(?:kind:[ \t]*Kustomization\b|(?:resources|bases|components|patches|patchesStrategicMerge|images|replicas)[ \t]*:[ \t]*(?:#.*)?\r?\n[ \t]*-)/m;

/** Lists in lists beyond this are no manifest. */
const maxListDepth = 10;

/** What a value looks like that some other template language than Helm's will fill in. */
const otherTemplate = /^[ \t]*(?:-[ \t]+)?(?:[\w.-]+[ \t]*:[ \t]*)?\{\{/m;

type Facts = {
  -readonly [
    Key in Exclude<keyof KubernetesFacts, 'template' | 'kustomization'>
  ]: KubernetesFacts[Key][number][];
};

function parse(file: TextFile): Parsed<KubernetesFacts> {
  const text = withoutSchemas(file.text);
  const masked =
    text.includes('{{') && (isTemplate(text) || otherTemplate.test(text)) ? maskTemplate(text) : undefined;
  const source: Source = {
    text,
    ...(masked && { template: { masked, lines: new ContentLines(masked.text) } }),
  };
  const facts: Facts = {
    objects: [],
    workloads: [],
    services: [],
    ingresses: [],
    autoscalers: [],
    budgets: [],
    monitors: [],
    networkPolicies: [],
    settings: [],
    nodePools: [],
  };
  let kustomization: KustomizationFacts | undefined;
  const problems: Problem[] = [];
  const documents = masked || text !== file.text ? parseYaml(masked?.text ?? text) : file.yaml();
  for (const document of documents) {
    const before = facts.objects.length;
    const manifest = new Manifest(document, source);
    kustomization ??= readKustomization(manifest, document.contents);
    readObject(manifest, document.contents, facts);
    if (!masked && (facts.objects.length > before || isHalfTyped(document)))
      problems.push(...problemsOf(document, text.length));
  }
  if (facts.objects.length === 0 && !kustomization) return { problems };
  return {
    facts: { template: masked !== undefined, ...facts, ...(kustomization && { kustomization }) },
    problems,
  };
}

const schema = /^["']?kind["']?[ \t]*:[ \t]*["']?CustomResourceDefinition\b/m;

/** Schemas deploy nothing, and are the longest of all manifests: each becomes one long comment, so that offsets hold. */
function withoutSchemas(text: string): string {
  if (!schema.test(text)) return text;
  return text
    .split(/^(?=---)/m)
    .map((document) => (schema.test(document) ? `#${' '.repeat(document.length - 2)}\n` : document))
    .join('');
}

/** The parser made no mapping of it: what it would have been is not known, and only its errors tell. */
function isHalfTyped(document: Document): boolean {
  return document.errors.length > 0 && !isMap(document.contents);
}

function readObject(manifest: Manifest, node: unknown, facts: Facts, depth = 0): void {
  const root = manifest.map(node);
  if (!root || depth > maxListDepth) return;
  const apiVersion = manifest.scalar(manifest.get(root, 'apiVersion'));
  const kind = manifest.scalar(manifest.get(root, 'kind'));
  if (!apiVersion || !kind) return;
  if (/List$/.test(String(kind.value)) && manifest.seq(manifest.get(root, 'items'))) {
    for (const item of manifest.items(manifest.get(root, 'items')))
      readObject(manifest, item, facts, depth + 1);
    return;
  }
  const metadata = manifest.get(root, 'metadata');
  const namespace = manifest.plain(manifest.get(metadata, 'namespace'));
  const labels = manifest.record(metadata, 'labels');
  const object: KubernetesObject = {
    apiVersion: manifest.written(apiVersion),
    kind: manifest.written(kind),
    name: manifest.text(manifest.get(metadata, 'name')) ?? { known: false, range: rangeOf(kind) },
    ...(namespace !== undefined && { namespace }),
    labels: labels.values,
    ...(labels.templated && { labelsTemplated: true }),
    annotations: manifest.record(metadata, 'annotations').values,
    range: rangeOf(root),
    kindRange: rangeOf(kind),
    apiVersionRange: rangeOf(apiVersion),
    ...(manifest.asksForVersions && { versionDepends: true }),
    ...readMapping(manifest, metadata, 'metadata'),
  };
  facts.objects.push(object);
  addDetails(manifest, root, object, facts);
}

function addDetails(manifest: Manifest, root: YAMLMap, object: KubernetesObject, facts: Facts): void {
  const index = facts.objects.length - 1;
  // In JSON and in lists they are not blanked.
  if (object.kind === 'CustomResourceDefinition') return;
  if (object.kind === 'Service' && !object.apiVersion.startsWith('serving.knative.dev')) {
    facts.services.push({ ...readService(manifest, root, index), range: object.name.range });
  } else if (object.kind === 'Ingress') {
    facts.ingresses.push(readIngress(manifest, root, index));
  } else if (/^(?:HTTP|GRPC)Route$/.test(object.kind)) {
    facts.ingresses.push(readGatewayRoute(manifest, root, index));
  } else if (/^(?:HorizontalPodAutoscaler|ScaledObject)$/.test(object.kind)) {
    const autoscaler = readAutoscaler(manifest, root, index);
    if (autoscaler) facts.autoscalers.push(autoscaler);
  } else if (object.kind === 'PodDisruptionBudget') {
    facts.budgets.push(readDisruptionBudget(manifest, root, index));
  } else if (/^(?:Service|Pod)Monitor$/.test(object.kind)) {
    facts.monitors.push(readMonitor(manifest, root, index));
  } else if (object.kind === 'NetworkPolicy') {
    facts.networkPolicies.push(readNetworkPolicy(manifest, root, index));
  } else if (/^(?:NodePool|Provisioner)$/.test(object.kind) && /^karpenter/.test(object.apiVersion)) {
    const spec = manifest.map(manifest.get(root, 'spec'));
    const limited =
      manifest.get(spec, 'limits') !== undefined || (spec !== undefined && manifest.filled(spec));
    facts.nodePools.push({ object: index, limited });
  } else {
    const settings = readSettings(manifest, root, object, index);
    const workload = settings ? undefined : readWorkload(manifest, root, object, index);
    if (settings) facts.settings.push(settings);
    if (workload) facts.workloads.push(workload);
  }
}
