/** Where tracing is started in C#. What is attached by a profiler is not said in code. */
import type { TracingFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import { calledName, receiverOf } from './code.ts';

const starting: readonly (readonly [RegExp, string])[] = [
  [/^(?:WithTracing|AddOpenTelemetryTracing|CreateTracerProviderBuilder)$/, 'opentelemetry'],
  [/^(?:UseAzureMonitor|AddApplicationInsightsTelemetry\w*)$/, 'azure'],
  [/^(?:AddElasticApm\w*|AddAllElasticApm|UseElasticApm|UseAllElasticApm)$/, 'elastic'],
  [/^(?:RegisterXRayForAllServices|UseXRay)$/, 'xray'],
  [/^AddDistributedTracing\w*$/, 'opentelemetry'],
  [/^(?:AddSkyAPM|AddSkyWalking\w*)$/, 'skywalking'],
  [/^(?:AddHoneycomb|UseHoneycomb)$/, 'honeycomb'],
  [/^(?:AddJaeger|AddJaegerTracing)$/, 'jaeger'],
];

export function tracingOf(call: Syntax): TracingFact | undefined {
  const name = calledName(call);
  const vendor =
    starting.find(([pattern]) => pattern.test(name))?.[1] ??
    (name === 'UseSentry' && /Traces/.test(call.text) ? 'sentry' : undefined) ??
    (name === 'Configure' && receiverOf(call)?.text === 'Tracer' ? 'datadog' : undefined);
  return vendor === undefined ? undefined : { vendor, range: call.range };
}
