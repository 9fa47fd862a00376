/** Kotlin. Files in which no fact may stand are found by words in the raw text and not parsed. */
import type { TextFile } from '../../artifact.ts';
import type { FlagKeyConstantFact, ListenFact, SourceFacts } from '../facts.ts';
import { retriesOf } from '../jvm/retries.ts';
import { frameworksOf, routersOf } from '../jvm/routes.ts';
import { mayReadFlags } from '../java/flags.ts';
import { noFacts, type FactLists, type Language } from '../language.ts';
import { Syntax } from '../syntax.ts';
import { argumentsOf, calledName, Code, receiverOf } from './code.ts';
import { flagReadOfCall } from './flags.ts';
import { ktorListenOf, ktorRouters } from './ktor.ts';

export const kotlin: Language = {
  id: 'kotlin',
  extensions: ['.kt'],
  grammar: () => 'kotlin',
  mayHold: (text) => holding.test(text) || mayReadFlags.test(text),
  extract,
};

const holding =
  /@(?:Rest)?Controller\b|\bio\.micronaut\.http\.annotation\b|@RepositoryRestResource\b|@\w*Mapping\b|@(?:Application)?Path\b|@(?:Server)?WebSocket\b|@ServerEndpoint\b|@GrpcService\b|\bHealthIndicator\b|\b(?:runApplication|SpringApplication|Micronaut|embeddedServer|EngineMain)\b|\bfun\s+(?:Application|Rout\w+)\.|\b(?:Netty)?ServerBuilder\b|\baddShutdownHook\b|\bRestTemplate\(|\bRouterFunction\b|\brouter\s*\{|\bRetry(?:Template|Config|Policy)\b|@Retryable\b|\bWebClient\b|\bgetenv\b|\b(?:GlobalOpenTelemetry|OpenTelemetrySdk|SdkTracerProvider|AutoConfiguredOpenTelemetrySdk|KtorServerTelemetry|KtorServerTracing)\b|\bobject\s+\w{0,60}(?:Toggle|Feature|Flag)\w{0,60}\s*\{/;

function extract(file: TextFile): SourceFacts {
  const { text } = file;
  const facts = noFacts();
  const code = new Code(new Syntax(file.tree('kotlin').rootNode, text), text);
  facts.imports.push(...code.imports);
  const imports = code.imports.map(({ specifier }) => specifier);
  facts.routers.push(...routersOf(code.classes, frameworksOf(imports)));
  if (imports.some((name) => name.startsWith('io.ktor.'))) facts.routers.push(...ktorRouters(code));
  // Functional routes of Spring are nested in ways that are not followed.
  if (
    /\bRouterFunction\b|\b(?:coR|r)outer\s*\{/.test(text) &&
    imports.some((name) => name.startsWith('org.springframework.'))
  )
    facts.routers.push({
      local: 'router',
      framework: 'spring',
      range: { start: 0, end: 0 },
      routes: [],
      mounts: [],
      complete: false,
    });
  for (const call of code.calls) readCall(call, code, facts);
  facts.retries.push(...retriesOf(code, imports, { calledName, receiverOf, argumentsOf }));
  facts.listens.push(...applicationsIn(text));
  facts.flagKeys.push(...flagKeysIn(text));
  if (mayReadFlags.test(text))
    facts.flags.push(...code.calls.flatMap((call) => flagReadOfCall(call, code) ?? []));
  for (const { name, range, supertypes, annotations } of code.classes) {
    const value = supertypes.includes('HealthImplBase') ? 'grpc.health.v1.Health' : name;
    if (value !== name || annotations.some((annotation) => annotation.name === 'GrpcService'))
      facts.grpc.push({ range, services: [{ value, range }] });
  }
  return { language: 'kotlin', ...facts };
}

/** Constants that Java asks for flags by: `object ToggleName { const val NEW_CHECKOUT = "new-checkout" }`. */
function flagKeysIn(text: string): FlagKeyConstantFact[] {
  const owner = /\bobject\s+(\w{0,60}(?:Toggle|Feature|Flag)\w{0,60})\s*\{/.exec(text);
  if (!owner) return [];
  const constants = text.matchAll(
    /^[ \t]*const[ \t]+val[ \t]+([^\s:=]{1,120})[^\n="]{0,40}=[ \t]*"([\w.:/-]{1,120})"/gm,
  );
  return [...constants]
    .filter(({ index }) => index > owner.index)
    .map(({ 0: whole, 1: name, 2: value, index }) => {
      const end = index + whole.length - 1;
      return {
        name: `${owner[1]}.${name}`,
        key: { value: value!, range: { start: end - value!.length, end } },
      };
    });
}

/** By text: the grammar stumbles over the arguments that are spread behind a type, as in `runApplication<App>(*args)`. */
function applicationsIn(text: string): ListenFact[] {
  const found =
    /^[^\n/]*?\b(runApplication<[\w.]+>|SpringApplication\.run|Micronaut\.(?:run|build))\s*\(/m.exec(text);
  if (!found || /WebApplicationType\.NONE/.test(text)) return [];
  const start = found.index + found[0].indexOf(found[1]!);
  const isSpring = !found[1]!.startsWith('Micronaut');
  return [
    {
      protocol: 'http',
      framework: isSpring ? 'spring-boot' : 'micronaut',
      router: isSpring ? 'spring' : 'micronaut',
      range: { start, end: start + found[1]!.length },
    },
  ];
}

const tracers: readonly (readonly [receiver: RegExp, name: RegExp])[] = [
  [/(?:^|\.)(?:OpenTelemetrySdk|SdkTracerProvider)$/, /^builder$/],
  [/(?:^|\.)AutoConfiguredOpenTelemetrySdk$/, /^(?:initialize|builder)$/],
  [/(?:^|\.)GlobalOpenTelemetry$/, /^set$/],
];

function readCall(call: Syntax, code: Code, facts: FactLists): void {
  const name = calledName(call);
  const receiver = receiverOf(call)?.text ?? '';
  const { range } = call;
  // `route("/x") { … }` is two calls, one in the other, of one name.
  if (
    call.parent?.type === 'call_expression' &&
    call.parent.child('annotated_lambda') &&
    call.parent.children[0] === call
  )
    return;
  const listen = ktorListenOf(call, code);
  if (listen) facts.listens.push(listen);
  if (
    tracers.some(([type, method]) => type.test(receiver) && method.test(name)) ||
    /^(?:KtorServerTelemetry|KtorServerTracing)$/.test(
      name === 'install' ? (argumentsOf(call)[0]?.text ?? '') : '',
    )
  )
    facts.tracing.push({ vendor: 'opentelemetry', range });
  if (name === 'addShutdownHook') facts.signals.push({ signal: 'SIGTERM', range, drains: true });
  if (name === 'getenv') {
    const variable = code.value(argumentsOf(call)[0]).text;
    if (variable) facts.environment.push(variable);
  }
  if (name === 'forPort' && /ServerBuilder$/.test(receiver)) {
    const { text, variable } = code.value(argumentsOf(call)[0]);
    const port = Number(text?.value);
    facts.listens.push({
      protocol: 'grpc',
      framework: 'grpc',
      range,
      ...(text && Number.isInteger(port) && { port: { value: port, range: text.range } }),
      ...(variable !== undefined && { portVariable: variable }),
    });
  }
  if (name === 'addService' && code.text.includes('ServerBuilder')) {
    const [service] = argumentsOf(call);
    if (service)
      facts.grpc.push({
        range,
        services: [
          {
            value: /getHealthService|healthService/.test(service.text)
              ? 'grpc.health.v1.Health'
              : service.text.slice(0, 80),
            range: service.range,
          },
        ],
      });
  }
  if (name === 'RestTemplate' && receiver === '') {
    const known =
      argumentsOf(call).length === 0 && !/timeout|requestFactory|customiz|interceptor/i.test(code.text);
    facts.calls.push({
      client: 'RestTemplate',
      range,
      callee: 'RestTemplate',
      timeout: known ? 'missing' : 'unknown',
    });
  }
}
