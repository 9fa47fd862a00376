/** Where tracing is started. An import of an API, an exporter or an error tracker starts nothing. */
import type { TracingFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import { calledName, type Code } from './code.ts';
import { setupOf } from './tracingSetup.ts';

const startingCalls: readonly (readonly [RegExp, string])[] = [
  [/^opentelemetry\.trace\.set_tracer_provider\(\)$/, 'opentelemetry'],
  [/^opentelemetry\.instrumentation\.[\w.]+\(\)\.instrument\(\)$/, 'opentelemetry'],
  [/^opentelemetry\.instrumentation\.[\w.]+(?:\(\))?\.instrument_app\(\)$/, 'opentelemetry'],
  [/^opentelemetry\.instrumentation\.auto_instrumentation\.initialize\(\)$/, 'opentelemetry'],
  [/^azure\.monitor\.opentelemetry\.configure_azure_monitor\(\)$/, 'azure'],
  [/^logfire\.(?:configure|instrument_\w+)\(\)$/, 'logfire'],
  [/^ddtrace\.(?:patch_all|patch)\(\)$|^ddtrace\.contrib\.[\w.]+\(\)$/, 'datadog'],
  [/^elasticapm\.(?:Client|instrument|contrib\.[\w.]+)\(\)$/, 'elastic'],
  [/^newrelic\.agent\.initialize\(\)$/, 'newrelic'],
  [/^aws_xray_sdk\.(?:core\.patch_all|core\.xray_recorder\.configure|ext\.[\w.]+)\(\)$/, 'xray'],
  [/^opencensus\.(?:ext|trace)\.[\w.]*(?:Middleware|Tracer)\(\)$/, 'opencensus'],
  [/^jaeger_client\.Config\(\)\.(?:initialize_tracer|new_tracer)\(\)$/, 'jaeger'],
  [/^skywalking\.agent\.start\(\)$/, 'skywalking'],
  [/^honeycomb\.opentelemetry\.configure_opentelemetry\(\)$/, 'honeycomb'],
  [/^beeline\.init\(\)$/, 'honeycomb'],
  [/^uptrace\.configure_opentelemetry\(\)$/, 'opentelemetry'],
  [/^splunk_otel\.(?:init_splunk_otel|start_tracing|tracing\.start_tracing)\(\)$/, 'splunk'],
  [/^appsignal\.(?:Appsignal\(\)\.)?start\(\)$/, 'appsignal'],
];

/** Sentry tracks errors alone until it is told to trace. */
const sentryTraces =
  /\b(?:traces_sample_rate\s*=(?!\s*(?:0(?:\.0+)?(?![\d.])|None\b))|traces_sampler\s*=|enable_tracing\s*=\s*True)/;

const startingModules: Readonly<Record<string, string>> = {
  'ddtrace.auto': 'datadog',
  instana: 'instana',
  autodynatrace: 'dynatrace',
};

export function tracingByImport(specifier: string): string | undefined {
  return Object.hasOwn(startingModules, specifier) ? startingModules[specifier] : undefined;
}

export function tracingOf(call: Syntax, code: Code): TracingFact | undefined {
  const origin = code.origin(call) ?? '';
  const middleware = middlewareVendor(call, origin, code);
  const sentry = origin === 'sentry_sdk.init()' && sentryTraces.test(call.text) ? 'sentry' : undefined;
  const vendor = middleware ?? sentry ?? startingCalls.find(([pattern]) => pattern.test(origin))?.[1];
  const added = vendor === undefined && addsExporter(call, code);
  if (vendor === undefined && !added) return undefined;
  const setup = vendor === 'opentelemetry' || added ? setupOf(call, origin, code) : undefined;
  return { vendor: vendor ?? 'opentelemetry', ...(setup && { setup }), range: call.range };
}

/** An exporter that a file adds to a provider which another one has made. */
function addsExporter(call: Syntax, code: Code): boolean {
  return (
    calledName(call) === 'add_span_processor' &&
    !/\bTracerProvider\(/.test(code.root.text) &&
    /^[ \t]*(?:from|import)[ \t]+opentelemetry\b/m.test(code.root.text)
  );
}

/** Settings of Django name the applications that trace. */
export function tracingInText(node: Syntax): TracingFact | undefined {
  const found =
    /^['"](elasticapm\.contrib\.django|ddtrace\.contrib\.django|opencensus\.ext\.django\.middleware\.OpencensusMiddleware|aws_xray_sdk\.ext\.django)['"]$/.exec(
      node.text,
    );
  return found ? { vendor: found[1]!.split('.')[0]!, range: node.range } : undefined;
}

/** `app.add_middleware(OpenTelemetryMiddleware)` */
function middlewareVendor(call: Syntax, origin: string, code: Code): string | undefined {
  if (/\.(?:OpenTelemetryMiddleware)\(\)$/.test(origin)) return 'opentelemetry';
  if (!origin.endsWith('.add_middleware()')) return undefined;
  const given = code.origin(call.field('arguments')?.children[0]) ?? '';
  return /^(opentelemetry|elasticapm|ddtrace|aws_xray_sdk|opencensus)\./.exec(given)?.[1];
}
