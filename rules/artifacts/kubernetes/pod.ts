/** Workloads: anything with a pod template, whatever its kind. */
import type { YAMLMap } from 'yaml';
import type { Ranged, TextRange } from '../../text.ts';
import { rangeOf } from '../nodes.ts';
import type {
  ContainerFacts,
  KubernetesObject,
  OverriddenVariable,
  ProbeFacts,
  ResourcesFacts,
  WorkloadFacts,
} from './facts.ts';
import type { Manifest } from './manifest.ts';
import { readJob, readMapping, readPlacement, readStrategy } from './shape.ts';
import { readReferences } from './settings.ts';
import { readScrape } from './scraping.ts';
import { readSelector } from './selectors.ts';

/** Where kinds keep their pod template, below `spec`; the first that is there counts. */
const templatePaths = [
  ['template'],
  ['jobTemplate', 'spec', 'template'],
  ['jobTargetRef', 'template'],
  ['podTemplate'],
];

/** Kinds that are workloads even where no container is written, as in patches and in templates that include all of it. */
const knownWorkloads =
  /^(?:Deployment|StatefulSet|DaemonSet|ReplicaSet|ReplicationController|Job|CronJob|Pod|Rollout|DeploymentConfig)$/;

/**
 * The workload that an object is; undefined when it is none.
 * @param index the object's own index
 */
export function readWorkload(
  manifest: Manifest,
  root: YAMLMap,
  object: KubernetesObject,
  index: number,
): WorkloadFacts | undefined {
  const spec = manifest.get(root, 'spec');
  const template = object.kind === 'Pod' ? root : templateOf(manifest, spec);
  const podSpec = manifest.map(manifest.get(template, 'spec'));
  const known = knownWorkloads.test(object.kind);
  if (!known && manifest.seq(manifest.get(podSpec, 'containers')) === undefined) return undefined;
  if (!known && !podSpec) return undefined;
  const containers = podSpec ? readContainers(manifest, podSpec) : [];
  const labels = manifest.record(manifest.get(template, 'metadata'), 'labels');
  const scrape = readScrape(manifest, manifest.get(template, 'metadata'));
  const replicas = manifest.number(manifest.get(spec, 'replicas'));
  const kept = manifest.number(manifest.get(spec, 'revisionHistoryLimit'));
  const restartPolicy = podSpec && manifest.plain(manifest.get(podSpec, 'restartPolicy'));
  const gracePeriod = manifest.number(manifest.get(podSpec, 'terminationGracePeriodSeconds'));
  const isPlain = /^(?:ReplicationController|DeploymentConfig)$/.test(object.kind);
  const selector = readSelector(manifest, spec, 'selector', isPlain);
  const serviceAccount = manifest.text(
    manifest.get(podSpec, 'serviceAccountName') ?? manifest.get(podSpec, 'serviceAccount'),
  );
  const serviceName = manifest.text(manifest.get(spec, 'serviceName'));
  const elsewhere = podSpec ? containersElsewhere(manifest, podSpec) : manifest.filled(root);
  return {
    object: index,
    ...(replicas && { replicas }),
    ...(kept && { revisionHistoryLimit: kept }),
    podLabels: labels.values,
    podAnnotations: manifest.record(manifest.get(template, 'metadata'), 'annotations').values,
    ...(scrape && { scrape }),
    labelsTemplated: labels.templated,
    keepsData:
      manifest.items(manifest.get(spec, 'volumeClaimTemplates')).length > 0 ||
      manifest
        .items(manifest.get(podSpec, 'volumes'))
        .some((volume) => manifest.get(volume, 'persistentVolumeClaim') !== undefined),
    ...(selector && { selector }),
    ...(serviceAccount && { serviceAccount }),
    ...(object.kind === 'StatefulSet' && serviceName && { serviceName }),
    containers,
    patch: isPatch(manifest, root) || (!elsewhere && containers.every(({ image }) => !image)),
    ...(isPatch(manifest, root) && { marked: true }),
    hook: 'helm.sh/hook' in object.annotations,
    ...(restartPolicy !== undefined && { restartPolicy }),
    ...(gracePeriod && { gracePeriod }),
    ...readMapping(manifest, spec, 'spec'),
    ...readStrategy(manifest, spec),
    ...readPlacement(manifest, podSpec),
    ...readJob(manifest, object.kind, spec, podSpec),
  };
}

function templateOf(manifest: Manifest, spec: unknown): unknown {
  for (const path of templatePaths) {
    const template = manifest.get(spec, ...path);
    if (manifest.map(manifest.get(template, 'spec'))) return template;
  }
  return undefined;
}

/** Whether a template puts out containers, or all of the pod. */
function containersElsewhere(manifest: Manifest, podSpec: YAMLMap): boolean {
  return manifest.reference(podSpec, 'containers') !== undefined || manifest.filled(podSpec);
}

function isPatch(manifest: Manifest, root: YAMLMap): boolean {
  return root.has('$patch') || manifest.plain(manifest.get(root, 'spec', '$patch')) !== undefined;
}

function readContainers(manifest: Manifest, podSpec: YAMLMap): ContainerFacts[] {
  const read = (key: string, init: boolean): ContainerFacts[] =>
    manifest.items(manifest.get(podSpec, key)).flatMap((item) => {
      const map = manifest.map(item);
      const container = map && readContainer(manifest, map, init);
      const nonRoot = map && nonRootIn(manifest, map, podSpec);
      return container ? [{ ...container, ...(nonRoot && { nonRoot }) }] : [];
    });
  return [...read('containers', false), ...read('initContainers', true)];
}

/** A container's own `securityContext` wins over that of its pod. */
function nonRootIn(manifest: Manifest, container: YAMLMap, podSpec: YAMLMap): TextRange | undefined {
  const contexts = [container, podSpec].map((map) => manifest.get(map, 'securityContext'));
  const user = contexts.map((context) => manifest.plain(manifest.get(context, 'runAsUser'))).find(isSaid);
  const nonRoot = contexts
    .map((context) => manifest.plain(manifest.get(context, 'runAsNonRoot')))
    .find(isSaid);
  const safe = isSaid(user) ? Number(user) > 0 : String(nonRoot) === 'true';
  const context = contexts.map((one) => manifest.map(one)).find(isSaid);
  return safe && context ? rangeOf(context) : undefined;
}

function isSaid<T>(value: T | undefined): value is T {
  return value !== undefined;
}

function readContainer(manifest: Manifest, map: YAMLMap, init: boolean): ContainerFacts {
  const image = manifest.text(manifest.get(map, 'image'));
  const pullPolicy = manifest.text(manifest.get(map, 'imagePullPolicy'));
  const readiness = readProbe(manifest, map, 'readiness');
  const liveness = readProbe(manifest, map, 'liveness');
  const startup = readProbe(manifest, map, 'startup');
  const resources = readResources(manifest, map);
  const preStop = readPreStop(manifest, map);
  const { start } = rangeOf(map);
  return {
    name: manifest.text(manifest.get(map, 'name')) ?? { known: false, range: { start, end: start } },
    ...(image && { image }),
    ...(pullPolicy && { pullPolicy }),
    init,
    range: rangeOf(map),
    ports: manifest.items(manifest.get(map, 'ports')).flatMap((item) => {
      const port = manifest.number(manifest.get(item, 'containerPort'));
      const name = manifest.plain(manifest.get(item, 'name'));
      const protocol = manifest.plain(manifest.get(item, 'protocol'));
      return port
        ? [{ port, ...(name !== undefined && { name }), ...(protocol !== undefined && { protocol }) }]
        : [];
    }),
    ...(readiness && { readiness }),
    ...(liveness && { liveness }),
    ...(startup && { startup }),
    requests: readQuantities(manifest, manifest.get(map, 'resources', 'requests')),
    limits: readQuantities(manifest, manifest.get(map, 'resources', 'limits')),
    ...(resources && { resources }),
    templated: manifest.filled(map),
    ...readVariables(manifest, map),
    references: readReferences(manifest, map),
    command: readCommand(manifest, map, 'command'),
    args: readCommand(manifest, map, 'args'),
    ...(preStop && { preStop }),
  };
}

function readCommand(manifest: Manifest, map: YAMLMap, key: string): string[] {
  return manifest.texts(manifest.get(map, key));
}

/** `sleep: { seconds: 5 }`, or a command that does nothing but sleep. */
function readPreStop(manifest: Manifest, container: YAMLMap): Ranged<number> | undefined {
  const hook = manifest.get(container, 'lifecycle', 'preStop');
  const seconds = manifest.number(manifest.get(hook, 'sleep', 'seconds'));
  if (seconds) return seconds.known ? { value: seconds.value, range: seconds.range } : undefined;
  const command = manifest.get(hook, 'exec', 'command');
  const slept = /^(?:\S*sh -c )?(?:\S*\/)?sleep (\d{1,5})s?$/.exec(manifest.texts(command).join(' '))?.[1];
  const list = manifest.seq(command);
  return slept === undefined || !list ? undefined : { value: Number(slept), range: rangeOf(list) };
}

/** CPU, memory and local disk of a `requests` or `limits` mapping. */
export function readQuantities(manifest: Manifest, node: unknown): ContainerFacts['requests'] {
  const cpu = manifest.text(manifest.get(node, 'cpu'));
  const memory = manifest.text(manifest.get(node, 'memory'));
  const ephemeralStorage = manifest.text(manifest.get(node, 'ephemeral-storage'));
  return {
    ...(cpu && { cpu }),
    ...(memory && { memory }),
    ...(ephemeralStorage && { ephemeralStorage }),
  };
}

function readResources(manifest: Manifest, container: YAMLMap): ResourcesFacts | undefined {
  const value = manifest.get(container, 'resources');
  const reference = manifest.reference(container, 'resources');
  if (!value && !reference) return undefined;
  const key = manifest.key(container, 'resources');
  const map = manifest.map(value);
  const parts = ['requests', 'limits'].some((part) => map && manifest.reference(map, part));
  return {
    range: rangeOf(key ?? map ?? container),
    ...(map && { value: rangeOf(map) }),
    templated: reference !== undefined || parts || (map !== undefined && manifest.filled(map)),
    ...reference,
  };
}

function readProbe(manifest: Manifest, container: YAMLMap, kind: ProbeFacts['kind']): ProbeFacts | undefined {
  const name = `${kind}Probe`;
  const value = manifest.get(container, name);
  const reference = manifest.reference(container, name);
  const map = manifest.map(value);
  if (!reference && (!map || map.items.length === 0)) return undefined;
  const key = manifest.key(container, name);
  return {
    kind,
    ...(map ? readHandler(manifest, map) : { handler: 'unknown', command: [], timing: {} }),
    range: rangeOf(key ?? map ?? container),
    ...(map && { value: rangeOf(map) }),
    ...reference,
  };
}

/** What a probe does: the part that all three kinds share. */
export function readHandler(
  manifest: Manifest,
  probe: YAMLMap,
): Pick<ProbeFacts, 'handler' | 'path' | 'port' | 'command' | 'timing'> {
  const at = (...path: string[]) => manifest.get(probe, ...path);
  const handler = (['httpGet', 'grpc', 'tcpSocket', 'exec'] as const).find((name) => at(name));
  const path = manifest.text(at('httpGet', 'path'));
  const port = handler && handler !== 'exec' ? manifest.port(at(handler, 'port')) : undefined;
  const names = { httpGet: 'http', grpc: 'grpc', tcpSocket: 'tcp', exec: 'exec' } as const;
  return {
    handler: handler ? names[handler] : 'unknown',
    ...(handler === 'httpGet' && path && { path }),
    ...(port && { port }),
    command: manifest.texts(at('exec', 'command')),
    timing: readTiming(manifest, probe),
  };
}

function readTiming(manifest: Manifest, probe: YAMLMap): ProbeFacts['timing'] {
  const keys = [
    'initialDelaySeconds',
    'periodSeconds',
    'timeoutSeconds',
    'successThreshold',
    'failureThreshold',
  ];
  return Object.fromEntries(
    keys.flatMap((key) => {
      const number = manifest.number(manifest.get(probe, key));
      return number ? [[key, number]] : [];
    }),
  );
}

/** Of variables that are set several times the last one counts. */
function readVariables(
  manifest: Manifest,
  container: YAMLMap,
): Pick<ContainerFacts, 'environment' | 'overridden'> {
  const items = manifest.items(manifest.get(container, 'env')).flatMap((item) => {
    const name = manifest.ranged(manifest.get(item, 'name'));
    const value = manifest.ranged(manifest.get(item, 'value')) ?? null;
    return name ? [{ name, value, map: manifest.map(item) }] : [];
  });
  const last = new Map(items.map((item) => [item.name.value, item]));
  const overridden = items.flatMap((item): OverriddenVariable[] => {
    const { name, map } = item;
    const counting = last.get(name.value)!;
    if (!map || counting === item) return [];
    return [{ name: name.value, range: name.range, item: rangeOf(map), last: counting.name.range }];
  });
  return {
    environment: Object.fromEntries([...last].map(([name, { value }]) => [name, value])),
    ...(overridden.length > 0 && { overridden }),
  };
}
