/** A server that counts nothing: whether it is slow, busy or failing is known only once somebody complains. */
import { libraryOf } from '../../model/libraries.ts';
import type { Model, Service } from '../../model/model.ts';
import { scrapes } from '../../model/scrapes.ts';
import type { Evidence, Place } from '../../text.ts';
import { defineRule } from '../rule.ts';

export default defineRule({
  id: 'tracing/metrics-missing',
  title: 'A service exports no metrics.',
  area: 'tracing',
  section: '§4',
  level: 'warning',
  joins: true,
  fix: 'none',
  messages: {
    missing: {
      text: 'Nothing in {service} exports metrics: no client of Prometheus, StatsD or OpenTelemetry, and no agent. How busy it is, how slow and how often it fails can be neither seen nor alerted on.',
    },
  },
  check(model, report) {
    const mesh = meshOf(model);
    for (const service of model.services) {
      if (service.role !== 'production' || service.runs || !isDeployed(service)) continue;
      const { code } = service;
      const listen = code?.listens.find(({ at }) => model.role(at.file) === 'production');
      if (!code) {
        report.unknown(service, 'Its code is not here, or is in a language that is not read.');
        continue;
      }
      if (!listen) continue;
      const exported = exporterOf(model, service);
      if (exported) {
        report.met(service, exported);
        continue;
      }
      const open = whyOpen(model, service, mesh);
      if (open) report.unknown(service, open.why, open.at);
      else report.gap({ message: 'missing', data: { service: service.name }, at: listen.at, service });
    }
  },
});

function isDeployed({ dockerfiles, composeServices, workloads }: Service): boolean {
  return dockerfiles.length + composeServices.length + workloads.length > 0;
}

/** Libraries that are there to export metrics. */
const exporting =
  /prometheus|^prom-client$|prom[-_]bundle|promster|micrometer-registry|(?:hot-shots|dogstatsd|node-statsd|statsd|datadog-metrics)|metrics-exporter|exporter-(?:metrics|prometheus)|^app-metrics|mp-metrics|microprofile-metrics|^yabeda/i;

/** Words in names of libraries that may export metrics, or may not. */
const may =
  /metric|telemetry|otel|micrometer|actuator|monitor|observab|instrument|newrelic|new_relic|datadog|ddtrace|dd-trace|elastic-?apm|applicationinsights|honeycomb|dynatrace|instana|appsignal|skylight|scout|sentry|servicedefaults|weaveworks\/common|dskit|expvar|go-micro|go-zero|kratos|encore|opencensus|spring-cloud|spring-boot-admin|swagger-stats|express-status-monitor|uptrace|signoz/i;

/** What OpenTelemetry needs for traces alone: in Go and Python, metrics need a module of their own besides. */
const forTraces =
  /^(?:go\.opentelemetry\.io\/otel(?:\/(?:attribute|baggage|codes|propagation|semconv.*|trace|sdk|sdk\/(?:trace|resource)|exporters\/(?:otlp\/otlptrace.*|jaeger|zipkin|stdout\/stdouttrace)))?|go\.opentelemetry\.io\/contrib\/(?:instrumentation|propagators|detectors)\/.*|opentelemetry(?:[.-](?:api|sdk|trace|sdk\.trace.*|sdk\.resources|instrumentation.*|propagate|propagators.*|semconv.*|context|baggage|exporter[.-].*trace.*|exporter-otlp.*|distro|proto|semantic-conventions|util.*))?)$/;

/** Not `/sites/:id/metrics`, which tells users of their sites. */
const metricsPath = /^\/?(?:[\w.-]+\/){0,2}(?:metrics|prometheus|prom)\/?$/i;

function exporterOf(model: Model, service: Service): Evidence | undefined {
  const { metrics, routes } = service.code!;
  const [metric] = metrics;
  if (metric) return { at: metric.at, message: `It declares ${metric.name?.value ?? 'a metric'}.` };
  const route = routes.find(({ path }) => metricsPath.test(path));
  if (route) return { at: route.at, message: `It serves ${route.path}.` };
  const library = libraryOf(model, service, (name) => exporting.test(name));
  return library && { at: library.at, message: `It ${library.message}.` };
}

interface Open {
  readonly why: string;
  readonly at?: Place;
}

function whyOpen(model: Model, service: Service, mesh: Place | undefined): Open | undefined {
  const { tracing, code, root } = service;
  const [trace] = tracing;
  const isForTraces = onlyTraces(service);
  if (trace && !isForTraces) return { why: 'Whatever traces it may send metrics as well.', at: trace.at };
  const scrape = scrapes(model).find((one) => one.service === service);
  if (scrape) return { why: 'Prometheus is sent to it.', at: scrape.at };
  const annotated = service.workloads.find(({ facts }) => facts.scrape);
  if (annotated) return { why: 'Prometheus is sent to its pods.', at: { file: annotated.file } };
  if (mesh) return { why: 'A service mesh counts its requests.', at: mesh };
  const library = libraryOf(
    model,
    service,
    (name) => may.test(name) && !(isForTraces && forTraces.test(name)),
  );
  if (library) return { why: `It ${library.message}, which may export metrics.`, at: library.at };
  const elsewhere = code!.unresolved.find(({ value }) => may.test(value) || /-sdk$/.test(value));
  if (elsewhere) return { why: `It is built with ${elsewhere.value}, which is not here.`, at: elsewhere.at };
  const file = root === undefined ? undefined : model.files.under(root).find((path) => namedFor.test(path));
  return file === undefined
    ? undefined
    : { why: `${file} has a name as if it were about metrics.`, at: { file } };
}

/** Its tracing is set up in code, in a language where metrics would be seen beside it. */
function onlyTraces({ tracing, language }: Service): boolean {
  return (
    (language === 'go' || language === 'python') &&
    tracing.every(({ by, vendor }) => by === 'code' && vendor === 'opentelemetry')
  );
}

const namedFor = /(?:^|\/)[^/]*(?:metrics|prometheus|statsd|telemetry)[^/]*\.\w+$/i;

/** Where pods are given a sidecar that counts their requests. */
function meshOf({ kubernetesObjects, workloads }: Model): Place | undefined {
  for (const { file, facts } of kubernetesObjects) {
    const marks = [...Object.entries(facts.labels), ...Object.entries(facts.annotations)];
    if (marks.some(([key, value]) => isMesh(key, value))) return { file, range: facts.kindRange };
  }
  const meshed = workloads.find(({ facts }) =>
    [...Object.entries(facts.podLabels), ...Object.entries(facts.podAnnotations)].some(([key, value]) =>
      isMesh(key, value),
    ),
  );
  return meshed && { file: meshed.file };
}

function isMesh(key: string, value: string): boolean {
  return (
    /^(?:istio-injection|istio\.io\/(?:rev|dataplane-mode)|sidecar\.istio\.io\/inject|linkerd\.io\/inject|consul\.hashicorp\.com\/connect-inject|kuma\.io\/sidecar-injection|dapr\.io\/enabled)$/.test(
      key,
    ) && !/^(?:false|disabled)$/.test(value)
  );
}
