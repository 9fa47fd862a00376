/** Where tracing is started in Go. An import of an API, an exporter or an instrumentation starts nothing. */
import type { TracingFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import type { Code } from './code.ts';
import { setupOf } from './tracingSetup.ts';

const starting: readonly (readonly [RegExp, string])[] = [
  [/^go\.opentelemetry\.io\/otel\.SetTracerProvider$/, 'opentelemetry'],
  [/^go\.opentelemetry\.io\/otel\/sdk\/trace\.NewTracerProvider$/, 'opentelemetry'],
  [/^go\.opentelemetry\.io\/contrib\/(?:otelconf|config)\.NewSDK$/, 'opentelemetry'],
  [/\/(?:otelconfig|launcher)\.Configure\w*$/i, 'opentelemetry'],
  [/\/uptrace\w*(?:\/uptrace)?\.ConfigureOpentelemetry$/i, 'opentelemetry'],
  [/^go\.opencensus\.io\/trace\.RegisterExporter$/, 'opencensus'],
  [/dd-trace-go\/(?:ddtrace\/)?tracer\.Start$/i, 'datadog'],
  [/\/opentracing-go\.(?:SetGlobalTracer|InitGlobalTracer)$/, 'opentracing'],
  [/\/zipkin-go(?:-opentracing)?\.NewTracer$/, 'zipkin'],
  [/\/jaeger-client-go(?:\/config)?\.(?:NewTracer|FromEnv|Configuration|InitGlobalTracer)$/, 'jaeger'],
  [
    /\/instana\/go-sensor\.(?:NewSensor|NewSensorWithTracer|NewTracer|NewTracerWithOptions|InitCollector|InitSensor)$/,
    'instana',
  ],
  [/\/newrelic\/go-agent(?:\/newrelic)?\.NewApplication$/, 'newrelic'],
  [/\/beeline-go\.Init$/, 'honeycomb'],
  [/\/aws-xray-sdk-go\/xray\.(?:Configure|Handler)$/, 'xray'],
  [/\/go2sky\.NewTracer$/, 'skywalking'],
  // Packages of a team or its platform that do nothing else.
  [
    /(?:^|[/_-])(?:tracing|tracer|telemetry|otel\w*|opentelemetry|observability|o11y|apm|instrumentation)\.(?:Init|Setup|Set|Start|New|Configure|Must|Register|Install|Bootstrap|Enable|Create)\w*$/i,
    'opentelemetry',
  ],
];

const noStart =
  /^go\.opentelemetry\.io\/(?!otel\.SetTracerProvider|otel\/sdk\/trace\.NewTracerProvider|contrib\/(?:otelconf|config)\.)/;

export function tracingOf(call: Syntax, code: Code): TracingFact | undefined {
  const origin = code.origin(call);
  if (origin === undefined || noStart.test(origin)) return undefined;
  const sentry = /\/sentry-go\.Init$/.test(origin) && call.text.includes('Traces');
  const vendor = sentry ? 'sentry' : starting.find(([pattern]) => pattern.test(origin))?.[1];
  if (vendor === undefined) return undefined;
  const setup = setupOf(call, origin, code);
  return { vendor, ...(setup && { setup }), range: call.range };
}

/** Elastic's agent starts with the package. */
export function tracingByImport(specifier: string): string | undefined {
  return /^go\.elastic\.co\/apm/.test(specifier) ? 'elastic' : undefined;
}
