/**
 * What a tracer provider is given where it is made. Defaults as of go.opentelemetry.io/otel/sdk 1.x: a provider has no
 * exporter but those it is given, takes its name and sampler from the environment, and never flushes itself. It must
 * never know the environment.
 */
import type { TracingSetup } from '../facts.ts';
import { visitAll, type Syntax } from '../syntax.ts';
import { argumentsOf, receiverOf, unwrap, type Code } from './code.ts';
import { fixedText } from './values.ts';

const sdk = 'go.opentelemetry.io/otel/sdk/trace';
const exporters = 'go.opentelemetry.io/otel/exporters';

/** Of `sdktrace.NewTracerProvider(…)`. */
export function setupOf(call: Syntax, origin: string, code: Code): TracingSetup | undefined {
  if (origin !== `${sdk}.NewTracerProvider`) return undefined;
  const options = argumentsOf(call).map((option) => [code.origin(option) ?? '', option] as const);
  // Options that are made elsewhere may be any.
  const isOpen = options.some(
    ([name, option]) => option.type !== 'call_expression' || !name.startsWith(`${sdk}.With`),
  );
  const given = (...names: readonly string[]): Syntax | undefined =>
    options.find(([name]) => names.some((one) => name === `${sdk}.${one}`))?.[1];
  const local = nameOf(call);
  const missing = isOpen ? {} : ({ sampler: 'missing' } as const);
  const flush = flushOf(call, local, code);
  return {
    ...serviceNameOf(given('WithResource'), isOpen, code),
    ...(given('WithSampler') ? { sampler: 'set' as const } : missing),
    ...exporterOf(given('WithBatcher', 'WithSyncer', 'WithSpanProcessor'), isOpen, code),
    // What is sent at once needs no flush.
    ...(flush && !given('WithSyncer') && { flush }),
    ...(local !== undefined && { local: local.text }),
  };
}

/** The local variable that the provider is kept under. */
function nameOf(call: Syntax): Syntax | undefined {
  const list = call.parent;
  const statement = list?.type === 'expression_list' ? list.parent : undefined;
  if (statement?.type !== 'short_var_declaration') return undefined;
  const name = statement.children[0]?.children[0];
  return name?.type === 'identifier' ? name : undefined;
}

const namesService = /\bServiceName\w*\b|service\.name/;

function serviceNameOf(
  option: Syntax | undefined,
  isOpen: boolean,
  code: Code,
): Pick<TracingSetup, 'serviceName'> {
  if (namesService.test(code.text))
    return option || isOpen ? { serviceName: 'set' } : { serviceName: 'missing' };
  if (isOpen) return {};
  if (!option) return { serviceName: 'missing' };
  const made = madeOf(argumentsOf(option)[0], code);
  const isPlain = made?.type === 'call_expression' && !/\.\.\.|\battr\w*\b(?!\.)/i.test(made.text);
  return isPlain && /\/otel\/sdk\/resource\./.test(code.origin(made) ?? '') ? { serviceName: 'missing' } : {};
}

/** The one value that a name was given. */
function madeOf(node: Syntax | undefined, code: Code): Syntax | undefined {
  const bare = node && unwrap(node);
  if (bare?.type !== 'identifier') return bare;
  const values = (code.declarations(bare) ?? []).filter(({ value }) => value?.type !== 'nil');
  return values.length === 1 && values[0]!.value ? unwrap(values[0]!.value) : undefined;
}

type Exporter = Pick<TracingSetup, 'exporter' | 'protocol' | 'endpoint'>;

function exporterOf(option: Syntax | undefined, isOpen: boolean, code: Code): Exporter {
  if (!option) return isOpen || /\bRegisterSpanProcessor\b/.test(code.text) ? {} : { exporter: 'missing' };
  let made = madeOf(argumentsOf(option)[0], code);
  const origin = (): string => code.origin(made) ?? '';
  if (/^\S+\/sdk\/trace\.New(?:Batch|Simple)SpanProcessor$/.test(origin()))
    made = madeOf(argumentsOf(made!)[0], code);
  if (origin() === `${exporters}/stdout/stdouttrace.New`) return { exporter: 'console' };
  if (origin() === `${exporters}/otlp/otlptrace.New`) made = madeOf(argumentsOf(made!)[1], code);
  const spoken = /\/otlptrace(grpc|http)\.New(?:Client)?$/.exec(origin());
  if (!made || !spoken)
    return /^(?:github\.com|go\.opentelemetry\.io)\//.test(origin()) ? { exporter: 'set' } : {};
  return { exporter: 'set', protocol: spoken[1] as 'grpc' | 'http', ...endpointOf(made, code) };
}

function endpointOf(made: Syntax, code: Code): Pick<TracingSetup, 'endpoint'> {
  const options = argumentsOf(made).filter((option) => option.type === 'call_expression');
  const others = argumentsOf(made).filter(
    (option) => !/^(?:ctx|context\.\w+\(\))$/.test(option.text) && !options.includes(option),
  );
  const given = options.find((option) =>
    /\.With(?:Endpoint(?:URL)?|GRPCConn)$/.test(code.origin(option) ?? ''),
  );
  if (!given) return others.length > 0 ? {} : { endpoint: 'standard' };
  const [address] = argumentsOf(given);
  const text = fixedText(address, code);
  return text === undefined || !address ? {} : { endpoint: { value: text, range: address.range } };
}

/** `missing` only where the provider stays in a local variable, and its function shuts nothing down. */
function flushOf(call: Syntax, local: Syntax | undefined, code: Code): TracingSetup['flush'] {
  const fn = code.topFunction(call);
  if (/\b(?:Shutdown|ForceFlush)\b/.test(fn?.text ?? code.text)) return 'set';
  if (call.parent?.type === 'argument_list' && isGlobal(call.parent, code)) return 'missing';
  if (!local || !fn) return undefined;
  let escapes = false;
  visitAll(fn, (node) => {
    if (node.type !== 'identifier' || node.text !== local.text || node.start === local.start) return;
    const parent = node.parent!;
    const called = parent.type === 'selector_expression' && parent.parent?.type === 'call_expression';
    if (!(called && receiverOf(parent.parent!) === node) && !isGlobal(parent, code)) escapes = true;
  });
  return escapes ? undefined : 'missing';
}

/** The arguments of `otel.SetTracerProvider(tp)`. */
function isGlobal(list: Syntax, code: Code): boolean {
  return code.origin(list.parent) === 'go.opentelemetry.io/otel.SetTracerProvider';
}
