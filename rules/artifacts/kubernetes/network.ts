/** What leads traffic to pods, and what scales them: Services, ingresses and gateway routes, autoscalers. */
import type { YAMLMap } from 'yaml';
import type { Ranged } from '../../text.ts';
import { rangeOf } from '../nodes.ts';
import type { AutoscalerFacts, IngressFacts, KubernetesServiceFacts, Templated } from './facts.ts';
import type { Manifest } from './manifest.ts';
import { readScrape } from './scraping.ts';

/** Annotations of controllers and clouds that hold the path of their health check. */
const healthPathAnnotations = [
  'alb.ingress.kubernetes.io/healthcheck-path',
  'haproxy-ingress.github.io/health-check-uri',
  'service.beta.kubernetes.io/aws-load-balancer-healthcheck-path',
  'service.beta.kubernetes.io/azure-load-balancer-health-probe-request-path',
];

export function readService(manifest: Manifest, root: YAMLMap, object: number): KubernetesServiceFacts {
  const spec = manifest.get(root, 'spec');
  const type = manifest.plain(manifest.get(spec, 'type'));
  const selector = manifest.record(spec, 'selector');
  const healthPath = readHealthPath(manifest, root);
  const scrape = readScrape(manifest, manifest.get(root, 'metadata'));
  const specMap = manifest.map(spec);
  const selectorKey = specMap && manifest.key(specMap, 'selector');
  return {
    object,
    ...(type !== undefined && { type }),
    selector: selector.values,
    selectorTemplated: selector.templated || (specMap !== undefined && manifest.filled(specMap)),
    ...(selectorKey && { selectorRange: rangeOf(selectorKey) }),
    headless: manifest.plain(manifest.get(spec, 'clusterIP')) === 'None',
    ...(scrape && { scrape }),
    portsTemplated: specMap !== undefined && manifest.outputUnder(specMap, 'ports').length > 0,
    ports: manifest.items(manifest.get(spec, 'ports')).flatMap((item) => {
      const port = manifest.number(manifest.get(item, 'port'));
      const target = manifest.scalar(manifest.get(item, 'targetPort'));
      const targetPort = manifest.port(target);
      const name = manifest.plain(manifest.get(item, 'name'));
      const protocol = manifest.plain(manifest.get(item, 'protocol'));
      if (!port) return [];
      return [
        {
          port,
          ...(targetPort && { targetPort }),
          ...(targetPort?.known && typeof target?.value === 'string' && { targetIsName: true as const }),
          ...(name !== undefined && { name }),
          ...(protocol !== undefined && { protocol }),
        },
      ];
    }),
    ...(healthPath && { healthPath }),
  };
}

/** An Ingress of any version. */
export function readIngress(manifest: Manifest, root: YAMLMap, object: number): IngressFacts {
  const spec = manifest.get(root, 'spec');
  const backends: IngressFacts['backends'][number][] = [];
  const add = (backend: unknown, path?: string, isDefault = false): void => {
    const service =
      manifest.text(manifest.get(backend, 'service', 'name')) ??
      manifest.text(manifest.get(backend, 'serviceName'));
    const port =
      manifest.port(manifest.get(backend, 'service', 'port', 'number')) ??
      manifest.port(manifest.get(backend, 'service', 'port', 'name')) ??
      manifest.port(manifest.get(backend, 'servicePort'));
    if (!service) return;
    backends.push({
      service,
      ...(path !== undefined && { path }),
      ...(port && { port }),
      ...(isDefault && { isDefault }),
    });
  };
  add(manifest.get(spec, 'defaultBackend') ?? manifest.get(spec, 'backend'), undefined, true);
  for (const rule of manifest.items(manifest.get(spec, 'rules'))) {
    for (const item of manifest.items(manifest.get(rule, 'http', 'paths'))) {
      add(manifest.get(item, 'backend'), manifest.plain(manifest.get(item, 'path')));
    }
  }
  const healthPath = readHealthPath(manifest, root);
  return { object, backends, ...(healthPath && { healthPath }) };
}

/** A route of the Gateway API. */
export function readGatewayRoute(manifest: Manifest, root: YAMLMap, object: number): IngressFacts {
  const backends = manifest.items(manifest.get(root, 'spec', 'rules')).flatMap((rule) => {
    const match = manifest.items(manifest.get(rule, 'matches'))[0];
    const path = manifest.plain(manifest.get(match, 'path', 'value'));
    return manifest.items(manifest.get(rule, 'backendRefs')).flatMap((reference) => {
      const service = manifest.text(manifest.get(reference, 'name'));
      const kind = manifest.plain(manifest.get(reference, 'kind')) ?? 'Service';
      const port = manifest.port(manifest.get(reference, 'port'));
      // In another namespace it is another team's.
      const elsewhere = manifest.get(reference, 'namespace') !== undefined;
      if (!service || kind !== 'Service' || elsewhere) return [];
      return [{ service, ...(path !== undefined && { path }), ...(port && { port }) }];
    });
  });
  return { object, backends };
}

/** A HorizontalPodAutoscaler of any version, or KEDA's ScaledObject. */
export function readAutoscaler(
  manifest: Manifest,
  root: YAMLMap,
  object: number,
): AutoscalerFacts | undefined {
  const spec = manifest.get(root, 'spec');
  const name = manifest.text(manifest.get(spec, 'scaleTargetRef', 'name'));
  if (!name) return undefined;
  const count = (...keys: string[]): Templated<number> | undefined =>
    keys.map((key) => manifest.number(manifest.get(spec, key))).find((found) => found !== undefined);
  const apiVersion = manifest.plain(manifest.get(spec, 'scaleTargetRef', 'apiVersion'));
  const min = count('minReplicas', 'minReplicaCount');
  const max = count('maxReplicas', 'maxReplicaCount');
  return {
    object,
    target: {
      kind: manifest.plain(manifest.get(spec, 'scaleTargetRef', 'kind')) ?? 'Deployment',
      name,
      ...(apiVersion !== undefined && { apiVersion }),
    },
    ...(min && { min }),
    ...(max && { max }),
    ...(manifest.map(spec) && { spec: rangeOf(manifest.map(spec)!) }),
    metrics: [...readMetrics(manifest, spec), ...readTriggers(manifest, spec)],
  };
}

type Metric = AutoscalerFacts['metrics'][number];

function readMetrics(manifest: Manifest, spec: unknown): Metric[] {
  const cpu = manifest.scalar(manifest.get(spec, 'targetCPUUtilizationPercentage'));
  const old: Metric[] = cpu ? [{ resource: 'cpu', relative: true, range: rangeOf(cpu) }] : [];
  const metrics = manifest.items(manifest.get(spec, 'metrics')).flatMap((item): Metric[] => {
    const metric = manifest.get(item, 'resource') ?? manifest.get(item, 'containerResource');
    const name = manifest.ranged(manifest.get(metric, 'name'));
    const resource = resourceOf(name?.value);
    if (!name || !resource) return [];
    const container = manifest.plain(manifest.get(metric, 'container'));
    const relative =
      manifest.get(metric, 'target', 'averageUtilization') ??
      manifest.get(metric, 'targetAverageUtilization');
    return [
      {
        resource,
        relative: relative !== undefined,
        range: name.range,
        ...(container !== undefined && { container }),
      },
    ];
  });
  return [...old, ...metrics];
}

/** KEDA's triggers on CPU and memory, which it makes a HorizontalPodAutoscaler of. */
function readTriggers(manifest: Manifest, spec: unknown): Metric[] {
  return manifest.items(manifest.get(spec, 'triggers')).flatMap((item) => {
    const type = manifest.ranged(manifest.get(item, 'type'));
    const resource = resourceOf(type?.value);
    if (!type || !resource) return [];
    const measure =
      manifest.plain(manifest.get(item, 'metricType')) ??
      manifest.plain(manifest.get(item, 'metadata', 'type'));
    const container = manifest.plain(manifest.get(item, 'metadata', 'containerName'));
    return [
      {
        resource,
        relative: measure === 'Utilization',
        range: type.range,
        ...(container !== undefined && { container }),
      },
    ];
  });
}

function resourceOf(name: string | undefined): Metric['resource'] | undefined {
  return name === 'cpu' || name === 'memory' ? name : undefined;
}

function readHealthPath(manifest: Manifest, root: YAMLMap): Ranged<string> | undefined {
  const annotations = manifest.get(root, 'metadata', 'annotations');
  for (const name of healthPathAnnotations) {
    const path = manifest.ranged(manifest.get(annotations, name));
    if (path) return path;
  }
  return undefined;
}
