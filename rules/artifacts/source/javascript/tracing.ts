/** Where tracing is started. An import of an API, an exporter or an error tracker starts nothing. */
import type { TracingFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import type { Code } from './code.ts';
import { calledName, receiverOf } from './expressions.ts';
import { setupOf } from './tracingSetup.ts';

/** Modules that start tracing by being imported. */
const startingModules: readonly (readonly [RegExp, string])[] = [
  [
    /^@opentelemetry\/auto-instrumentations-node\/register$|^@elastic\/opentelemetry-node(?:\/sdk)?$/,
    'opentelemetry',
  ],
  [/^@azure\/monitor-opentelemetry\/loader$/, 'azure'],
  [/^dd-trace\/(?:init|initialize\.mjs)(?:\.js)?$/, 'datadog'],
  [/^elastic-apm-node\/start(?:\.js)?$/, 'elastic'],
  [/^newrelic$/, 'newrelic'],
  [/^appdynamics$/, 'appdynamics'],
  [/^@dynatrace\/oneagent$/, 'dynatrace'],
  [/^solarwinds-apm$/, 'solarwinds'],
  [/^@splunk\/otel\/instrument(?:\.js)?$/, 'splunk'],
];

/** Calls that start tracing, by what is called. */
const startingCalls: readonly (readonly [RegExp, string])[] = [
  [/^@opentelemetry\/sdk-node(?:\.\w+)*\.NodeSDK\(\)(?:\.start\(\))?$/, 'opentelemetry'],
  [/^@opentelemetry\/instrumentation\.registerInstrumentations\(\)$/, 'opentelemetry'],
  [
    /^@opentelemetry\/sdk-trace(?:-(?:node|base|web))?\.\w*TracerProvider\(\)\.register\(\)$/,
    'opentelemetry',
  ],
  [/^@opentelemetry\/api\.trace\.setGlobalTracerProvider\(\)$/, 'opentelemetry'],
  [/^@vercel\/otel\.registerOTel\(\)$/, 'opentelemetry'],
  [/^honeycomb-beeline\(\)$/, 'honeycomb'],
  [/^@honeycombio\/opentelemetry-(?:node|web)\.\w+SDK\(\)\.start\(\)$/, 'honeycomb'],
  [
    /^@uptrace\/node\.configureOpentelemetry\(\)$|^@hyperdx\/node-opentelemetry\.init(?:SDK)?\(\)$/,
    'opentelemetry',
  ],
  [/^@azure\/monitor-opentelemetry\.useAzureMonitor\(\)$/, 'azure'],
  [/^applicationinsights\.(?:setup\(\)(?:\.\w+\(\))*\.)?start\(\)$/, 'azure'],
  [/^dd-trace(?:\.tracer)?\.init\(\)$/, 'datadog'],
  [/^elastic-apm-node\.start\(\)$/, 'elastic'],
  [/^@google-cloud\/trace-agent\.start\(\)$/, 'google'],
  [/^@splunk\/otel\.start\(\)$/, 'splunk'],
  [/^@instana\/collector(?:\(\)|\.\w+\(\))$/, 'instana'],
  [/^zipkin\.Tracer\(\)$/, 'zipkin'],
  [/^jaeger-client\.initTracer(?:FromEnv)?\(\)$/, 'jaeger'],
  [/^@appsignal\/nodejs\.Appsignal\(\)$/, 'appsignal'],
];

/** Sentry tracks errors alone until it is told to trace. */
const sentryTraces =
  /\b(?:tracesSampleRate\s*[:,}](?!\s*(?:0(?:\.0*)?|undefined)\s*[,}])|tracesSampler\s*[:,}(])/;

export function tracingByImport(specifier: string): string | undefined {
  return startingModules.find(([pattern]) => pattern.test(specifier))?.[1];
}

export function tracingOf(call: Syntax, code: Code): TracingFact | undefined {
  const origin = code.origin(call);
  if (origin === undefined) return undefined;
  const isSentry =
    /^@sentry\/(?:node|bun|deno|nestjs|nextjs|nuxt|remix|react-router|sveltekit|solidstart|astro)\.init\(\)$/.test(
      origin,
    ) && sentryTraces.test(call.text);
  const vendor = isSentry ? 'sentry' : startingCalls.find(([pattern]) => pattern.test(origin))?.[1];
  if (vendor === undefined) return undefined;
  const setup = vendor === 'opentelemetry' ? setupOf(call, origin, code) : undefined;
  return { vendor, ...(setup && { setup }), range: call.range };
}

/** `new NodeSDK()` counts where it is started, unless that is in another file. */
export function withoutRepeats(tracing: readonly TracingFact[], started: readonly Syntax[]): TracingFact[] {
  const receivers = started
    .filter((call) => calledName(call) === 'start')
    .map((call) => receiverOf(call))
    .filter((node) => node !== undefined);
  if (receivers.length === 0) return [...tracing];
  const starts = started.filter((call) => call.type === 'call_expression');
  return tracing.filter(({ range }) =>
    starts.some((call) => call.start === range.start && call.end === range.end),
  );
}
