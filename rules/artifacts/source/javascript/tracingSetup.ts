/**
 * What an OpenTelemetry SDK is given where it is started. Defaults as of sdk-node 0.20x and sdk-trace 2.x: NodeSDK takes
 * its name, exporter and sampler from the environment, and OTLP over HTTP where that says nothing; a provider of one's
 * own has no exporter but those it is given. It must never know the environment.
 */
import type { TracingSetup } from '../facts.ts';
import { visitAll, type Syntax } from '../syntax.ts';
import type { Code } from './code.ts';
import {
  argumentsOf,
  calledName,
  hasSpread,
  propertyOf,
  receiverOf,
  stringContent,
  unwrap,
} from './expressions.ts';

/** @returns undefined where the call starts no SDK whose making is in sight */
export function setupOf(call: Syntax, origin: string, code: Code): TracingSetup | undefined {
  if (origin === '@vercel/otel.registerOTel()') return setupOfVercel(call, code);
  const sdk = madeBy(call, origin);
  const made = code.definition(sdk);
  if (!sdk || made?.type !== 'new_expression' || isHalfTyped(made)) return undefined;
  const isNodeSdk = /\.NodeSDK\(\)$/.test(code.origin(made) ?? '');
  if (!isNodeSdk && !/\.\w*TracerProvider\(\)$/.test(code.origin(made) ?? '')) return undefined;
  const [given] = argumentsOf(made);
  const options = given ? readable(given, code) : 'none';
  const kept = sdk.type === 'identifier' && code.declaration(sdk.text, sdk) ? sdk.text : undefined;
  const use = useOf(kept, sdk, code);
  return {
    ...(options !== undefined && {
      ...serviceNameOf(options, code),
      ...samplerOf(options),
      ...(isNodeSdk ? exporterOfSdk(options, code) : exporterOfProvider(options, use, code)),
    }),
    ...(use.flush && !/\bSimpleSpanProcessor\b/.test(code.text) && { flush: use.flush }),
    ...(kept !== undefined && { local: kept }),
  };
}

/** What is missing to the end may still come. */
function isHalfTyped(node: Syntax): boolean {
  let broken = false;
  visitAll(node.parent ?? node, ({ type, start, end }) => {
    broken ||= type === 'ERROR' || (start === end && type !== 'arguments');
  });
  return broken;
}

type Options = Syntax | 'none';

/** An object literal of which every key is known. */
function readable(node: Syntax, code: Code): Syntax | undefined {
  const made = code.definition(node);
  return made?.type === 'object' && !hasSpread(made) ? made : undefined;
}

/** What is started: the SDK that `start` or `register` is called on, or is given to the API. */
function madeBy(call: Syntax, origin: string): Syntax | undefined {
  if (/\.NodeSDK\(\)$/.test(origin)) return call;
  const sdk = /\.setGlobalTracerProvider\(\)$/.test(origin) ? argumentsOf(call)[0] : receiverOf(call);
  return sdk && unwrap(sdk);
}

function optionOf(options: Options, ...names: readonly string[]): Syntax | undefined {
  if (options === 'none') return undefined;
  for (const name of names) {
    const value = propertyOf(options, name);
    if (value && value.text !== 'undefined') return value;
  }
  return undefined;
}

const namesService = /service\.name|\b\w*SERVICE_NAME\b/;

function serviceNameOf(options: Options, code: Code): Pick<TracingSetup, 'serviceName'> {
  if (optionOf(options, 'serviceName')) return { serviceName: 'set' };
  const resource = optionOf(options, 'resource');
  if (!resource) return { serviceName: 'missing' };
  const made = code.definition(resource);
  if (namesService.test(made?.text ?? '')) return { serviceName: 'set' };
  const [attributes] = made ? argumentsOf(made) : [];
  const known = attributes && readable(attributes, code);
  if (!known) return {};
  return { serviceName: namesService.test(known.text) || /\[/.test(known.text) ? 'set' : 'missing' };
}

function samplerOf(options: Options): Pick<TracingSetup, 'sampler'> {
  return { sampler: optionOf(options, 'sampler', 'traceSampler') ? 'set' : 'missing' };
}

type Exporter = Pick<TracingSetup, 'exporter' | 'protocol' | 'endpoint'>;

function exporterOfSdk(options: Options, code: Code): Exporter {
  const exporter = optionOf(options, 'traceExporter');
  const processors = optionOf(options, 'spanProcessors', 'spanProcessor');
  if (processors) return exporterOfProcessors(processors, code);
  return exporter ? exporterOf(exporter, code) : { exporter: 'default', endpoint: 'standard' };
}

function exporterOfProvider(options: Options, use: Use, code: Code): Exporter {
  const processors = optionOf(options, 'spanProcessors');
  const added = use.calls.filter((call) => calledName(call) === 'addSpanProcessor');
  if (processors && added.length === 0) return exporterOfProcessors(processors, code);
  if (processors) return {};
  if (added.length > 0) return joined(added.map((call) => exporterOfProcessor(argumentsOf(call)[0], code)));
  return use.escapes || code.text.includes('addSpanProcessor') ? {} : { exporter: 'missing' };
}

function exporterOfProcessors(node: Syntax, code: Code): Exporter {
  const list = code.definition(node);
  if (list?.type === 'new_expression') return exporterOfProcessor(list, code);
  if (list?.type !== 'array' || hasSpread(list)) return {};
  if (list.children.length === 0) return { exporter: 'missing' };
  return joined(list.children.map((item) => exporterOfProcessor(item, code)));
}

/** `new BatchSpanProcessor(exporter)`; what other processors do is theirs to know. */
function exporterOfProcessor(node: Syntax | undefined, code: Code): Exporter {
  const made = code.definition(node);
  if (!made || !/\.(?:Batch|Simple)SpanProcessor\(\)$/.test(code.origin(made) ?? '')) return {};
  return exporterOf(argumentsOf(made)[0], code);
}

function exporterOf(node: Syntax | undefined, code: Code): Exporter {
  const made = code.definition(node);
  const origin = code.origin(made) ?? '';
  if (/\.ConsoleSpanExporter\(\)$/.test(origin)) return { exporter: 'console' };
  const spoken = /^@opentelemetry\/exporter-(?:trace-)?otlp-(grpc|http|proto)\.OTLPTraceExporter\(\)$/.exec(
    origin,
  );
  if (!made || !spoken) return /Exporter\(\)$/.test(origin) ? { exporter: 'set' } : {};
  const [given] = argumentsOf(made);
  const options = given && readable(given, code);
  const url = options && optionOf(options, 'url');
  const literal = url && code.definition(url);
  return {
    exporter: 'set',
    protocol: spoken[1] === 'grpc' ? 'grpc' : 'http',
    ...(!given || (options && !url) ? { endpoint: 'standard' } : {}),
    ...(literal?.type === 'string' && {
      endpoint: { value: stringContent(literal), range: { start: literal.start + 1, end: literal.end - 1 } },
    }),
  };
}

/** Of several exporters one that sends is enough. */
function joined(all: readonly Exporter[]): Exporter {
  const sending = all.find(({ exporter }) => exporter === 'set');
  if (sending) return all.length === 1 ? sending : { exporter: 'set' };
  return all.every(({ exporter }) => exporter === 'console') ? { exporter: 'console' } : {};
}

/** `registerOTel('web')`. It runs on a platform that flushes for it. */
function setupOfVercel(call: Syntax, code: Code): TracingSetup | undefined {
  const [given] = argumentsOf(call);
  const options = given ? readable(given, code) : 'none';
  if (given && code.definition(given)?.type === 'string')
    return { serviceName: 'set', exporter: 'default', endpoint: 'standard' };
  if (options === undefined) return undefined;
  const exporter = optionOf(options, 'traceExporter', 'spanProcessors');
  return {
    ...serviceNameOf(options, code),
    ...samplerOf(options),
    ...(!exporter && { exporter: 'default', endpoint: 'standard' }),
  };
}

interface Use {
  /** Methods called on the SDK. */
  readonly calls: readonly Syntax[];
  /** It is passed on, so what is done with it is not all in sight. */
  readonly escapes: boolean;
  readonly flush?: 'set' | 'missing';
}

/** What a file does with the SDK that it keeps under a name, or under none. */
function useOf(name: string | undefined, sdk: Syntax, code: Code): Use {
  const flushes = /\.(?:shutdown|forceFlush)\b/.test(code.text);
  if (name === undefined) {
    // Given back, passed on or kept in a field where it was made.
    const escapes = sdk.parent?.type !== 'member_expression';
    return { calls: [], escapes, ...(flushes ? { flush: 'set' } : escapes ? {} : { flush: 'missing' }) };
  }
  const calls: Syntax[] = [];
  let escapes = false;
  visitAll(code.root, (node) => {
    if (!/^(?:shorthand_property_)?identifier$/.test(node.type) || node.text !== name) return;
    const parent = node.parent!;
    if (parent.type === 'member_expression' && parent.children[0] === node) {
      if (parent.parent?.type === 'call_expression') calls.push(parent.parent);
      else escapes = true;
    } else if (parent.type === 'variable_declarator' && parent.children[0] === node)
      escapes ||= parent.parent?.parent?.type === 'export_statement';
    else if (!isGivenToApi(parent)) escapes = true;
  });
  return { calls, escapes, ...(flushes ? { flush: 'set' } : escapes ? {} : { flush: 'missing' }) };
}

function isGivenToApi(args: Syntax): boolean {
  return args.type === 'arguments' && calledName(args.parent!) === 'setGlobalTracerProvider';
}
