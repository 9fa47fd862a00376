/** What manifests say about being scraped by Prometheus: annotations, and the endpoints of monitors. */
import { isScalar, type YAMLMap } from 'yaml';
import { entriesOf, rangeOf } from '../nodes.ts';
import type { MonitorEndpoint, ScrapeFacts } from './facts.ts';
import type { Manifest } from './manifest.ts';

/** @param metadata of a pod or a Service; undefined is returned where it does not plainly ask to be scraped */
export function readScrape(manifest: Manifest, metadata: unknown): ScrapeFacts | undefined {
  const entries = entriesOf(manifest.get(metadata, 'annotations'));
  const asked = entries.find(({ key }) => key === 'prometheus.io/scrape');
  if (!asked || manifest.plain(asked.value) !== 'true') return undefined;
  const valueOf = (key: string): unknown =>
    entries.find((entry) => entry.key === `prometheus.io/${key}`)?.value;
  const port = manifest.port(valueOf('port'));
  const path = manifest.text(valueOf('path'));
  return { range: rangeOf(asked.keyNode), ...(port && { port }), ...(path && { path }) };
}

/** `endpoints` of a ServiceMonitor, `podMetricsEndpoints` of a PodMonitor. */
export function readEndpoints(manifest: Manifest, root: YAMLMap): MonitorEndpoint[] {
  const spec = manifest.get(root, 'spec');
  const list = manifest.get(spec, 'endpoints') ?? manifest.get(spec, 'podMetricsEndpoints');
  return manifest.items(list).flatMap((item) => {
    const map = manifest.map(item);
    if (!map) return [];
    const port = manifest.text(manifest.get(map, 'port'));
    const target = manifest.get(map, 'targetPort') ?? manifest.get(map, 'portNumber');
    const targetPort = manifest.port(target);
    const path = manifest.text(manifest.get(map, 'path'));
    const isRewritten = manifest
      .items(manifest.get(map, 'relabelings'))
      .some((rule) =>
        /^__(?:address|metrics_path)__$/.test(manifest.plain(manifest.get(rule, 'targetLabel')) ?? ''),
      );
    return {
      range: rangeOf(map),
      ...(port && { port }),
      ...(targetPort && { targetPort }),
      ...(path && { path }),
      open: isRewritten || manifest.filled(map) || map.items.some(({ key }) => !isScalar(key)),
    };
  });
}
