/** Where tracing is started. `tracing` and its subscriber alone only log. */
import type { TracingFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import { functionOf, type Code } from './code.ts';

const starting: readonly (readonly [RegExp, string])[] = [
  [/^tracing_opentelemetry::(?:layer|OpenTelemetryLayer::new)$|^OpenTelemetryLayer::new$/, 'opentelemetry'],
  [/^opentelemetry::global::set_tracer_provider$|^global::set_tracer_provider$/, 'opentelemetry'],
  [
    /^opentelemetry_(?:otlp|jaeger|zipkin|datadog|stackdriver|application_insights)::new_\w*pipeline$/,
    'opentelemetry',
  ],
  [/^init_tracing_opentelemetry::/, 'opentelemetry'],
  [/^(?:datadog_opentelemetry|dd_trace)::/, 'datadog'],
  [/^logfire::configure$/, 'logfire'],
  [/^(?:fastrace|minitrace)::set_reporter$/, 'fastrace'],
];

export function tracingOf(call: Syntax, code: Code): TracingFact | undefined {
  const origin = code.origin(functionOf(call));
  const vendor = starting.find(([pattern]) => pattern.test(origin))?.[1];
  return vendor === undefined ? undefined : { vendor, range: call.range };
}
