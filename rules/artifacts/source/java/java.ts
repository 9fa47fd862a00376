/** Java. Files in which no fact may stand are found by words in the raw text and not parsed. */
import type { TextFile } from '../../artifact.ts';
import type { SourceFacts } from '../facts.ts';
import { retriesOf } from '../jvm/retries.ts';
import { frameworksOf, routersOf } from '../jvm/routes.ts';
import { noFacts, type FactLists, type Language } from '../language.ts';
import { Syntax } from '../syntax.ts';
import { outgoingCallOf } from './calls.ts';
import { argumentsOf, calledName, Code, receiverOf } from './code.ts';
import { flagKeysIn, flagReadOfCall, mayReadFlags } from './flags.ts';
import { grpcOf, listenOf } from './listens.ts';
import { annotatedMetrics, metricOf } from './metrics.ts';
import { programmaticRouters } from './routes.ts';
import { tracingOf } from './tracing.ts';

export const java: Language = {
  id: 'java',
  extensions: ['.java'],
  grammar: () => 'java',
  mayHold: (text) => holding.test(text) || mayReadFlags.test(text),
  extract,
};

const holding =
  /@(?:Rest)?Controller\b|\bio\.micronaut\.http\.annotation\b|@RepositoryRestResource\b|@\w*Mapping\b|@(?:Application)?Path\b|@(?:Server)?WebSocket\b|@ServerEndpoint\b|@(?:WebServlet|Singleton|GrpcService|GRpcService)\b|\b(?:SpringApplication|SpringApplicationBuilder|Micronaut|Quarkus)\b|\b(?:Netty)?ServerBuilder\b|\bnewServerBuilderForPort\b|\bHttpServer\b|\bRouterFunctions?\b|\bViewControllerRegistry\b|\bResourceHandlerRegistry\b|\bServletRegistrationBean\b|\bHealthIndicator\b|\baddShutdownHook\b|\bRestTemplate\b|\bRestClient\b|\bWebClient\b|\bOkHttpClient\b|\bHttpClients?\b|\bHttpRequest\b|\bopenConnection\b|\bopenStream\b|\bGlobalOpenTelemetry\b|\bOpenTelemetrySdk\b|\bAutoConfiguredOpenTelemetrySdk\b|\bSdkTracerProvider\b|\bGlobalTracer\b|\bElasticApmAttacher\b|\bApplicationInsights\b|\bTracing\.newBuilder\b|\bRetry(?:Template|Config|Policy)\b|@Retryable\b|\bgetenv\b|\bio\.(?:micrometer|prometheus)\./;

function extract(file: TextFile): SourceFacts {
  const { text } = file;
  const facts = noFacts();
  const code = new Code(new Syntax(file.tree('java').rootNode, text), text);
  facts.imports.push(...code.imports);
  const imports = code.imports.map(({ specifier }) => specifier);
  facts.routers.push(...routersOf(code.classes, frameworksOf(imports)), ...programmaticRouters(code));
  for (const call of code.calls) readCall(call, code, facts);
  facts.retries.push(...retriesOf(code, imports, { calledName, receiverOf, argumentsOf }));
  for (const creation of code.creations) {
    const outgoing = outgoingCallOf(creation, code);
    if (outgoing) facts.calls.push(outgoing);
    const listen = listenOf(creation, code);
    if (listen) facts.listens.push(listen);
  }
  facts.metrics.push(...annotatedMetrics(text));
  facts.grpc.push(...grpcOf(code));
  for (const { index, 1: name = '' } of text.matchAll(injected))
    facts.environment.push({ value: name, range: { start: index, end: index + '@Value'.length } });
  if (mayReadFlags.test(text)) facts.flagKeys.push(...flagKeysIn(code.root, code));
  return { language: 'java', ...facts };
}

/** Spring gives the value of a property, and of a variable of the same name. */
const injected = /@Value\("[^"$\n]{0,200}\$\{([A-Z][A-Z0-9_]{1,100})[:}]/g;

function readCall(call: Syntax, code: Code, facts: FactLists): void {
  const listen = listenOf(call, code);
  if (listen) facts.listens.push(listen);
  const outgoing = outgoingCallOf(call, code);
  if (outgoing) facts.calls.push(outgoing);
  const tracing = tracingOf(call, code);
  if (tracing) facts.tracing.push(tracing);
  const metric = metricOf(call, code);
  if (metric) facts.metrics.push(metric);
  const flag = flagReadOfCall(call, code);
  if (flag) facts.flags.push(flag);
  const name = calledName(call);
  if (name === 'addShutdownHook')
    facts.signals.push({ signal: 'SIGTERM', range: call.range, drains: drainsIn(call) });
  if (/^(?:getenv|getOrDefault)$/.test(name) && /^System\b/.test(receiverOf(call)?.text ?? '')) {
    const variable = code.value(argumentsOf(call)[0]).text;
    if (variable) facts.environment.push(variable);
  }
}

/** A hook that only prints closes nothing. */
function drainsIn(call: Syntax): boolean {
  const hook = argumentsOf(call)[0]?.text ?? '';
  return (
    !/->|\brun\s*\(/.test(hook) || /shut|stop|close|terminat|drain|destroy|await|\bthis\b|::/i.test(hook)
  );
}
