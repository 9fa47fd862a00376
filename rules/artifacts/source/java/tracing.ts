/** Where tracing is started in Java code. What agents and starters bring is not said in code. */
import type { TracingFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import { calledName, receiverOf, type Code } from './code.ts';

const starting: readonly (readonly [receiver: string, method: RegExp, vendor: string])[] = [
  ['io.opentelemetry.sdk.OpenTelemetrySdk', /^builder$/, 'opentelemetry'],
  ['io.opentelemetry.sdk.trace.SdkTracerProvider', /^builder$/, 'opentelemetry'],
  [
    'io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk',
    /^(?:initialize|builder)$/,
    'opentelemetry',
  ],
  ['io.opentelemetry.api.GlobalOpenTelemetry', /^set$/, 'opentelemetry'],
  ['brave.Tracing', /^newBuilder$/, 'zipkin'],
  ['io.opentracing.util.GlobalTracer', /^(?:register|registerIfAbsent)$/, 'opentracing'],
  ['co.elastic.apm.attach.ElasticApmAttacher', /^attach$/, 'elastic'],
  ['com.microsoft.applicationinsights.attach.ApplicationInsights', /^attach$/, 'azure'],
  ['io.opencensus.exporter.trace.stackdriver.StackdriverTraceExporter', /^createAndRegister$/, 'opencensus'],
];

export function tracingOf(call: Syntax, code: Code): TracingFact | undefined {
  const receiver = receiverOf(call)?.text;
  const name = calledName(call);
  const found = starting.find(([type, method]) => method.test(name) && code.is(receiver, type));
  return found && { vendor: found[2], range: call.range };
}
