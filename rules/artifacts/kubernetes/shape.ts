/**
 * What a workload says beside its containers: how its pods are replaced, where they may run, what bounds a job. It must
 * never know what other objects say of the workload.
 */
import { rangeOf } from '../nodes.ts';
import type {
  AffinityTerm,
  JobFacts,
  LabelSelector,
  MappingFacts,
  PlacementFacts,
  SpreadFacts,
  StrategyFacts,
} from './facts.ts';
import type { Manifest } from './manifest.ts';

/** The mapping under this name; nothing where none is written. */
export function readMapping<Name extends string>(
  manifest: Manifest,
  node: unknown,
  name: Name,
): { readonly [Key in Name]?: MappingFacts } {
  const mapping = mappingOf(manifest, node);
  return (mapping ? { [name]: mapping } : {}) as { [Key in Name]?: MappingFacts };
}

function mappingOf(manifest: Manifest, node: unknown): MappingFacts | undefined {
  const map = manifest.map(node);
  return map && { range: rangeOf(map), templated: manifest.filled(map) };
}

/** How a workload's pods are replaced. */
export function readStrategy(manifest: Manifest, node: unknown): { readonly strategy?: StrategyFacts } {
  const spec = manifest.map(node);
  const name = ['strategy', 'updateStrategy'].find(
    (key) => spec && (manifest.get(spec, key) ?? manifest.reference(spec, key)),
  );
  const key = spec && name !== undefined ? manifest.key(spec, name) : undefined;
  if (!spec || name === undefined || !key) return {};
  const map = manifest.map(manifest.get(spec, name));
  const type = manifest.text(manifest.get(map, 'type'));
  const maxUnavailable = manifest.text(manifest.get(map, 'rollingUpdate', 'maxUnavailable'));
  const templated =
    manifest.reference(spec, name) !== undefined ||
    manifest.isConditional(rangeOf(key).start) ||
    (map !== undefined &&
      (manifest.filled(map) ||
        manifest.reference(map, 'rollingUpdate') !== undefined ||
        type?.known === false));
  return {
    strategy: {
      range: rangeOf(key),
      ...(type && { type }),
      ...(maxUnavailable && { maxUnavailable }),
      templated,
    },
  };
}

/** Where a workload's pods may run. */
export function readPlacement(manifest: Manifest, podSpec: unknown): { readonly placement?: PlacementFacts } {
  const spec = manifest.map(podSpec);
  const pod = mappingOf(manifest, spec);
  if (!spec || !pod) return {};
  const affinity = manifest.map(manifest.get(spec, 'affinity'));
  const apart = manifest.map(manifest.get(affinity, 'podAntiAffinity'));
  const constraints = manifest.items(manifest.get(spec, 'topologySpreadConstraints'));
  const decided = [
    ['affinity', spec],
    ['topologySpreadConstraints', spec],
    ['podAntiAffinity', affinity],
    ['preferredDuringSchedulingIgnoredDuringExecution', apart],
    ['requiredDuringSchedulingIgnoredDuringExecution', apart],
  ] as const;
  return {
    placement: {
      pod,
      templated:
        pod.templated ||
        decided.some(([key, map]) => map && manifest.reference(map, key) !== undefined) ||
        [affinity, apart].some((map) => map && manifest.filled(map)),
      apart: [
        ...manifest
          .items(manifest.get(apart, 'preferredDuringSchedulingIgnoredDuringExecution'))
          .map((item) => readTerm(manifest, manifest.get(item, 'podAffinityTerm'))),
        ...manifest
          .items(manifest.get(apart, 'requiredDuringSchedulingIgnoredDuringExecution'))
          .map((item) => readTerm(manifest, item)),
      ],
      spreads: constraints.flatMap((item) => readSpread(manifest, item)),
    },
  };
}

function readSpread(manifest: Manifest, node: unknown): SpreadFacts[] {
  const map = mappingOf(manifest, node);
  if (!map) return [];
  const topologyKey = manifest.text(manifest.get(node, 'topologyKey'));
  const maxSkew = manifest.number(manifest.get(node, 'maxSkew'));
  const whenUnsatisfiable = manifest.text(manifest.get(node, 'whenUnsatisfiable'));
  const selector = manifest.get(node, 'labelSelector');
  const selected = mappingOf(manifest, selector);
  const labels = manifest.record(selector, 'matchLabels');
  const written = readSelector(manifest, selector);
  const reference = manifest.reference(manifest.map(node)!, 'labelSelector');
  return [
    {
      range: map.range,
      templated: map.templated || selected?.templated === true || labels.templated || reference !== undefined,
      ...(topologyKey && { topologyKey }),
      ...(maxSkew && { maxSkew }),
      ...(whenUnsatisfiable && { whenUnsatisfiable }),
      ...(written && { selector: written }),
    },
  ];
}

function readTerm(manifest: Manifest, node: unknown): AffinityTerm {
  const topologyKey = manifest.plain(manifest.get(node, 'topologyKey'));
  const selector = readSelector(manifest, manifest.get(node, 'labelSelector'));
  return {
    ...(topologyKey !== undefined && { topologyKey }),
    namespaces: manifest.texts(manifest.get(node, 'namespaces')),
    ...(selector && { selector }),
  };
}

function readSelector(manifest: Manifest, node: unknown): LabelSelector | undefined {
  if (!manifest.map(node)) return undefined;
  return {
    labels: manifest.record(node, 'matchLabels').values,
    expressions: manifest.items(manifest.get(node, 'matchExpressions')).map((item) => ({
      key: manifest.plain(manifest.get(item, 'key')) ?? '',
      operator: manifest.plain(manifest.get(item, 'operator')) ?? '',
      values: manifest.texts(manifest.get(item, 'values')),
    })),
  };
}

/** What bounds a Job or CronJob; nothing for other kinds. */
export function readJob(
  manifest: Manifest,
  kind: string,
  node: unknown,
  podSpec: unknown,
): { readonly job?: JobFacts } {
  const cron = kind === 'CronJob';
  if (!cron && kind !== 'Job') return {};
  const job = cron ? manifest.get(node, 'jobTemplate', 'spec') : node;
  const spec = mappingOf(manifest, job);
  if (!spec) return {};
  const own = cron ? mappingOf(manifest, node) : undefined;
  const activeDeadlineSeconds = manifest.number(manifest.get(job, 'activeDeadlineSeconds'));
  const ttlSecondsAfterFinished = manifest.number(manifest.get(job, 'ttlSecondsAfterFinished'));
  const restartPolicy = manifest.text(manifest.get(podSpec, 'restartPolicy'));
  const concurrencyPolicy = manifest.text(manifest.get(node, 'concurrencyPolicy'));
  const startingDeadlineSeconds = manifest.number(manifest.get(node, 'startingDeadlineSeconds'));
  return {
    job: {
      spec,
      ...readMapping(manifest, podSpec, 'pod'),
      ...(activeDeadlineSeconds && { activeDeadlineSeconds }),
      ...(ttlSecondsAfterFinished && { ttlSecondsAfterFinished }),
      ...(restartPolicy && { restartPolicy }),
      ...(own && {
        schedule: {
          spec: own,
          ...(concurrencyPolicy && { concurrencyPolicy }),
          ...(startingDeadlineSeconds && { startingDeadlineSeconds }),
          suspended: manifest.plain(manifest.get(node, 'suspend')) === 'true',
        },
      }),
    },
  };
}
