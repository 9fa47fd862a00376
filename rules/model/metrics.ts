/**
 * Which service a metric's name says it is of, and whether that service declares it. It must never know who asks for
 * metrics, and answers only where all that the service declares is known.
 */
import { comparable } from './anchors.ts';
import { nearest } from '../nearest.ts';
import type { Located, Model, Service } from './model.ts';

export interface MetricOwner {
  readonly service: Service;
  /** What it declares under the same first word, as Prometheus calls it. */
  readonly declared: readonly Located<string>[];
}

/** First words that libraries, platforms and well-known exporters use for metrics of their own. */
const common =
  /^(?:http|https|grpc|rpc|api|app|web|db|sql|client|server|service|request|process|system|go|nodejs|node|python|jvm|dotnet|container|kube|kubelet|etcd|apiserver|coredns|prometheus|alertmanager|grafana|loki|tempo|redis|mysql|postgres|postgresql|pg|mongodb|kafka|rabbitmq|elasticsearch|nginx|envoy|istio|traefik|haproxy|caddy|otelcol|otel|traces|calls|up|scrape|probe|job|queue|cache|cluster|instance|hikaricp|logback|tomcat|executor|flagd|argocd|cert|velero|keda|thanos|cortex|mimir|collector|worker|gateway|proxy|worker|events|spring)$/;

/**
 * @returns a function from a metric's name to the service it must be of; undefined for one that may be anybody's: its
 *   first word is no service's name, or that service declares none with it, or one whose name is computed
 */
export function metricOwners(model: Model): (metric: string) => MetricOwner | undefined {
  const byWord = new Map<string, MetricOwner | 'several'>();
  for (const service of model.services) {
    const metrics = service.role === 'production' && !service.runs ? (service.code?.metrics ?? []) : [];
    if (metrics.length === 0 || metrics.some(({ name }) => !name)) continue;
    const declared = metrics.map(({ name, at }) => ({ value: exposed(name!.value), at }));
    for (const name of new Set([service.name, ...service.names])) {
      const word = comparable(name);
      const own = declared.filter(({ value }) => firstWord(value) === word);
      if (word === '' || common.test(word) || own.length === 0) continue;
      const before = byWord.get(word);
      byWord.set(
        word,
        before && (before === 'several' || before.service !== service)
          ? 'several'
          : { service, declared: own },
      );
    }
  }
  // Shared code, tools and tests may declare more under the same word.
  const elsewhere = new Set<string>();
  let open = false;
  for (const [file, { metrics }] of model.sources)
    for (const { name } of metrics) {
      if (!name) open ||= model.serviceOf(file) === undefined && model.role(file) === 'production';
      else elsewhere.add(exposed(name.value));
    }
  return (metric) => {
    const found = open ? undefined : byWord.get(firstWord(metric));
    if (!found || found === 'several' || metric.includes(':')) return undefined;
    const isDeclared = [...elsewhere].some((name) => isSeriesOf(metric, name));
    return isDeclared ? { service: found.service, declared: [] } : found;
  };
}

/** Whether a series is of a metric: itself, or what a histogram, a unit or an exporter makes of its name. */
export function isSeriesOf(series: string, metric: string): boolean {
  const base = metric.replace(/_total$/, '');
  if (!series.startsWith(base)) return false;
  return /^(?:_(?:total|created|bucket|sum|count|max|min|info|ratio|percent|seconds|milliseconds|microseconds|bytes))*$/.test(
    series.slice(base.length),
  );
}

/** What of a service's metrics was most likely meant by a name that it does not declare. */
export function meantMetric(metric: string, { declared }: MetricOwner): Located<string> | undefined {
  const suffix = /_(?:bucket|sum|count)$/.exec(metric)?.[0] ?? '';
  const own = (name: string): string => name.replace(/^[^_]+_/, '').replace(/_total$/, '');
  const near = nearest(
    own(metric.slice(0, metric.length - suffix.length)),
    declared.map(({ value }) => own(value)),
  );
  const found = near === undefined ? undefined : declared.find(({ value }) => own(value) === near);
  return found && { value: found.value + suffix, at: found.at };
}

/** As Prometheus calls it: OpenTelemetry and Micrometer write dots. */
export function exposed(name: string): string {
  return name.replace(/[^a-zA-Z0-9_]/g, '_');
}

function firstWord(metric: string): string {
  return metric.slice(0, Math.max(0, metric.indexOf('_'))).toLowerCase();
}
