/** What leads traffic to pods, and what scales them: Services, ingresses and gateway routes, autoscalers. */
import type { YAMLMap } from 'yaml';
import type { Ranged } from '../../text.ts';
import type { AutoscalerFacts, IngressFacts, KubernetesServiceFacts, Templated } from './facts.ts';
import type { Manifest } from './manifest.ts';

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
  return {
    object,
    ...(type !== undefined && { type }),
    selector: selector.values,
    selectorTemplated: selector.templated,
    ports: manifest.items(manifest.get(spec, 'ports')).flatMap((item) => {
      const port = manifest.number(manifest.get(item, 'port'));
      const targetPort = manifest.port(manifest.get(item, 'targetPort'));
      const name = manifest.plain(manifest.get(item, 'name'));
      return port ? [{ port, ...(targetPort && { targetPort }), ...(name !== undefined && { name }) }] : [];
    }),
    ...(healthPath && { healthPath }),
  };
}

/** An Ingress of any version. */
export function readIngress(manifest: Manifest, root: YAMLMap, object: number): IngressFacts {
  const spec = manifest.get(root, 'spec');
  const backends: IngressFacts['backends'][number][] = [];
  const add = (backend: unknown, path?: string): void => {
    const service =
      manifest.text(manifest.get(backend, 'service', 'name')) ??
      manifest.text(manifest.get(backend, 'serviceName'));
    if (service) backends.push({ service, ...(path !== undefined && { path }) });
  };
  add(manifest.get(spec, 'defaultBackend') ?? manifest.get(spec, 'backend'));
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
      return service && kind === 'Service' ? [{ service, ...(path !== undefined && { path }) }] : [];
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
  const min = count('minReplicas', 'minReplicaCount');
  const max = count('maxReplicas', 'maxReplicaCount');
  return {
    object,
    target: { kind: manifest.plain(manifest.get(spec, 'scaleTargetRef', 'kind')) ?? 'Deployment', name },
    ...(min && { min }),
    ...(max && { max }),
  };
}

function readHealthPath(manifest: Manifest, root: YAMLMap): Ranged<string> | undefined {
  const annotations = manifest.get(root, 'metadata', 'annotations');
  for (const name of healthPathAnnotations) {
    const path = manifest.ranged(manifest.get(annotations, name));
    if (path) return path;
  }
  return undefined;
}
