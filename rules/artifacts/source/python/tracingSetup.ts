/**
 * What a tracer provider is given where it becomes the global one. Defaults as of opentelemetry-sdk 1.x: a provider has
 * no exporter but those it is given, takes its name and sampler from the environment, and flushes itself at exit. It
 * must never know the environment.
 */
import type { TracingSetup } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import { argumentsOf, calledName, hasSplat, keyword, type Code } from './code.ts';

const provider = /^opentelemetry\.sdk\.trace\.TracerProvider\(\)$/;

/** Of `set_tracer_provider(…)`, and of `add_span_processor(…)` in a file that makes no provider. */
export function setupOf(call: Syntax, origin: string, code: Code): TracingSetup | undefined {
  if (calledName(call) === 'add_span_processor') return exporterOfProcessor(call, code);
  if (origin !== 'opentelemetry.trace.set_tracer_provider()') return undefined;
  const [given] = argumentsOf(call);
  const made = madeOf(given, code);
  if (!given || !made || !provider.test(code.origin(made) ?? '')) return undefined;
  const isOpen = hasSplat(made);
  const resource = keyword(made, 'resource') ?? argumentsOf(made)[1];
  const sampler = keyword(made, 'sampler') ?? argumentsOf(made)[0];
  const local = given.type === 'identifier' ? given.text : undefined;
  return {
    ...(!isOpen && serviceNameOf(resource, code)),
    ...(!isOpen && { sampler: sampler ? 'set' : 'missing' }),
    ...exportersIn(local, code),
    ...(local !== undefined && { local }),
  };
}

/** The one value that a name stands for. */
function madeOf(node: Syntax | undefined, code: Code): Syntax | undefined {
  if (node?.type !== 'identifier') return node;
  const values = code.values(node.text);
  return values.length === 1 ? values[0] : undefined;
}

const namesService = /service\.name|\b\w*SERVICE_NAME\b/;

function serviceNameOf(resource: Syntax | undefined, code: Code): Pick<TracingSetup, 'serviceName'> {
  if (!resource) return { serviceName: 'missing' };
  const made = madeOf(resource, code);
  if (namesService.test(made?.text ?? '')) return { serviceName: 'set' };
  if (made?.type !== 'call' || hasSplat(made)) return {};
  if (!/^opentelemetry\.sdk\.resources\.Resource(?:\.create)?\(\)$/.test(code.origin(made) ?? '')) return {};
  const attributes = madeOf(keyword(made, 'attributes') ?? argumentsOf(made)[0], code);
  if (attributes?.type !== 'dictionary' || /\*\*/.test(attributes.text))
    return attributes ? {} : { serviceName: 'missing' };
  return { serviceName: namesService.test(attributes.text) ? 'set' : 'missing' };
}

type Exporter = Pick<TracingSetup, 'exporter' | 'protocol' | 'endpoint'>;

function exportersIn(local: string | undefined, code: Code): Exporter {
  const added = code.calls.filter((call) => calledName(call) === 'add_span_processor');
  if (added.length === 0) return isOnlyHere(local, code) ? { exporter: 'missing' } : {};
  const all = added.map((call) => exporterOfProcessor(call, code));
  const sending = all.find(({ exporter }) => exporter === 'set');
  if (sending) return all.length === 1 ? sending : { exporter: 'set' };
  return all.every(({ exporter }) => exporter === 'console') ? { exporter: 'console' } : {};
}

/** `provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))` */
function exporterOfProcessor(call: Syntax, code: Code): Exporter {
  const processor = madeOf(argumentsOf(call)[0], code);
  if (!/\.(?:Batch|Simple)SpanProcessor\(\)$/.test(code.origin(processor) ?? '')) return {};
  const exporter = madeOf(argumentsOf(processor!)[0] ?? keyword(processor!, 'span_exporter'), code);
  const origin = code.origin(exporter) ?? '';
  if (/\.ConsoleSpanExporter\(\)$/.test(origin)) return { exporter: 'console' };
  const spoken =
    /^opentelemetry\.exporter\.otlp\.proto\.(grpc|http)\.trace_exporter\.OTLPSpanExporter\(\)$/.exec(origin);
  if (!exporter || !spoken) return /Exporter\(\)$/.test(origin) ? { exporter: 'set' } : {};
  const given = keyword(exporter, 'endpoint') ?? argumentsOf(exporter)[0];
  const literal = code.string(given);
  return {
    exporter: 'set',
    protocol: spoken[1] as 'grpc' | 'http',
    ...(literal ? { endpoint: literal } : !given && !hasSplat(exporter) && { endpoint: 'standard' }),
  };
}

/** Whether nothing else can add an exporter: the provider is named once more at most, where it becomes the global one. */
function isOnlyHere(local: string | undefined, code: Code): boolean {
  const { text } = code.root;
  if (/span_processor|get_tracer_provider/.test(text)) return false;
  return local === undefined || text.match(new RegExp(`\\b${local}\\b`, 'g'))?.length === 2;
}
