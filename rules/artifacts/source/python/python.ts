/** Python. Files in which no fact may stand are found by their imports in the raw text and not parsed. */
import type { TextFile } from '../../artifact.ts';
import type { ListenFact, SignalFact, SourceFacts } from '../facts.ts';
import { noFacts, type FactLists, type Language } from '../language.ts';
import { Syntax, visitAll } from '../syntax.ts';
import { defaultTimeoutOf, outgoingCallOf } from './calls.ts';
import { argumentsOf, calledName, Code, keyword, receiverOf } from './code.ts';
import { swallowedOf } from './errors.ts';
import { eventOf } from './events.ts';
import { flagKeysIn, flagReadOfCall, mayReadFlags } from './flags.ts';
import { metricOf } from './metrics.ts';
import { requiredBy } from './required.ts';
import { retryOf, retryOfDecorator, retryOfLoop } from './retries.ts';
import { Routes } from './routes.ts';
import { scheduleOf } from './schedules.ts';
import { stateOf, stateOfSetting } from './state.ts';
import { storeOf } from './stores.ts';
import { tracingByImport, tracingInText, tracingOf } from './tracing.ts';

export const python: Language = {
  id: 'python',
  extensions: ['.py'],
  grammar: () => 'python',
  mayHold: (text) => holding.test(text) || mayReadFlags.test(text),
  extract,
};

const holding =
  /\bcreate_(?:async_)?engine\(|\bSESSION_(?:TYPE|ENGINE)\b|\bos\.(?:environ|getenv)\b|^[ \t]*(?:from|import)[ \t]+(?:\.|flask|fastapi|starlette|aiohttp|uvicorn|hypercorn|grpc|http\.server|django\.(?:urls|conf\.urls|core\.[aw]sgi)|requests|httpx|urllib|signal|opentelemetry|ddtrace|elasticapm|newrelic|sentry_sdk|logfire|azure\.monitor|aws_xray_sdk|opencensus|jaeger_client|skywalking|honeycomb|beeline|uptrace|prometheus_client|tenacity|backoff|retrying|urllib3|flask_limiter|slowapi|cachetools|asyncpg|psycopg_pool|apscheduler|flask_apscheduler|splunk_otel|posthog|segment|analytics|rudder(?:stack|_analytics)|mixpanel|amplitude|instana|autodynatrace|appsignal)|['"](?:elasticapm|ddtrace|opencensus|aws_xray_sdk)\.|\burlpatterns\b|_to_server\(|^[ \t]*@\w+\.(?:route|get|post|put|patch|delete|head|api_route|websocket)\(|\.(?:include_router|register_blueprint|add_url_rule|add_route)\(/m;

/** Scripts and commands that a person or a timer starts: nobody waits for them. */
const script = /\bBaseCommand\b|\bfrom alembic\b|\bimport (?:click|typer)\b/;

function extract(file: TextFile): SourceFacts {
  const { text } = file;
  const facts = noFacts();
  const code = new Code(new Syntax(file.tree('python').rootNode, text));
  const routes = new Routes(code);
  facts.imports.push(...code.imports);
  facts.required.push(...requiredBy(code.root));
  for (const { specifier, range } of code.imports) {
    const vendor = tracingByImport(specifier);
    if (vendor !== undefined) facts.tracing.push({ vendor, range });
  }
  for (const call of code.calls) readCall(call, code, routes, facts);
  readRare(code, text, facts);
  visitAll(code.root, (node) => {
    const variable =
      node.type === 'subscript' ? /^(?:os\.)?environ\[['"](\w+)['"]\]$/.exec(node.text)?.[1] : undefined;
    if (variable !== undefined) facts.environment.push({ value: variable, range: node.range });
    const retry = node.type === 'while_statement' ? retryOfLoop(node, code) : undefined;
    if (retry) facts.retries.push(retry);
    const swallowed = node.type === 'while_statement' ? swallowedOf(node) : undefined;
    if (swallowed) facts.swallowed.push(swallowed);
    const tracing = node.type === 'string' ? tracingInText(node) : undefined;
    if (tracing) facts.tracing.push(tracing);
  });
  for (const assignment of /\bSESSION_(?:TYPE|ENGINE)\b/.test(text) ? code.assignments : []) {
    const state = stateOfSetting(assignment, code);
    if (state) facts.state.push(state);
  }
  facts.routers.push(...routes.found);
  if (mayReadFlags.test(text)) facts.flagKeys.push(...flagKeysIn(code));
  if (script.test(text) || (/__name__\s*==\s*['"]__main__['"]/.test(text) && facts.listens.length === 0))
    facts.calls = [];
  return { language: 'python', ...facts };
}

function readCall(call: Syntax, code: Code, routes: Routes, facts: FactLists): void {
  const listen = listenOf(call, code, routes);
  if (listen) facts.listens.push(listen);
  const service = grpcServiceOf(call, code);
  if (service !== undefined)
    facts.grpc.push({ range: call.range, services: [{ value: service, range: call.range }] });
  const tracing = tracingOf(call, code);
  if (tracing) facts.tracing.push(tracing);
  const signal = signalOf(call, code);
  if (signal) facts.signals.push(signal);
  const outgoing = outgoingCallOf(call, code) ?? defaultTimeoutOf(call, code);
  if (outgoing) facts.calls.push(outgoing);
  const variable = /^os\.(?:environ\.get|getenv)\(\)$/.test(code.origin(call) ?? '')
    ? code.string(argumentsOf(call)[0])
    : undefined;
  if (variable) facts.environment.push(variable);
  const flag = flagReadOfCall(call, code);
  if (flag) facts.flags.push(flag);
  const schedule = scheduleOf(call, code);
  if (schedule) facts.schedules.push(schedule);
  const metric = metricOf(call, code);
  if (metric) facts.metrics.push(metric);
  const event = eventOf(call, code);
  if (event) facts.events.push(event);
}

/** What few files hold: calls are looked at again only where the text names what it takes. */
function readRare(code: Code, text: string, facts: FactLists): void {
  const may = {
    retries: /tenacity|\bretrying\b|\bbackoff\b|\bRetry\(/.test(text),
    state: /flask_limiter|slowapi|cachetools|request\.files/.test(text),
    stores: /\bcreate_(?:async_)?engine\b|asyncpg|psycopg_pool/.test(text),
  };
  if (!Object.values(may).includes(true)) return;
  for (const call of code.calls) {
    const retry = may.retries ? retryOf(call, code) : undefined;
    if (retry) facts.retries.push(retry);
    const state = may.state ? stateOf(call, code) : undefined;
    if (state) facts.state.push(state);
    const store = may.stores ? storeOf(call, code) : undefined;
    if (store) facts.stores.push(store);
  }
  if (!may.retries) return;
  for (const decorator of code.decorators) {
    const retry = retryOfDecorator(decorator, code);
    if (retry) facts.retries.push(retry);
  }
}

function listenOf(call: Syntax, code: Code, routes: Routes): ListenFact | undefined {
  const origin = code.origin(call) ?? '';
  const [first, second] = argumentsOf(call);
  const base = { range: call.range, ...(isGuarded(call) && { asMain: true as const }) };
  const http = { ...base, protocol: 'http' as const };
  const port = code.port(keyword(call, 'port'));
  if (/^uvicorn\.run\(\)$|^hypercorn\.(?:asyncio\.serve|run\.run)\(\)$/.test(origin)) {
    const named = code.string(first)?.value.split(':')[1];
    const router = named === undefined ? routes.served(first, 'asgi') : routes.framework(named) && named;
    return { ...http, ...port, framework: 'uvicorn', drains: true, ...(router !== undefined && { router }) };
  }
  if (origin === 'aiohttp.web.run_app()') {
    const router = routes.served(first, 'aiohttp');
    return { ...http, ...port, framework: 'aiohttp', drains: true, ...(router !== undefined && { router }) };
  }
  if (/^http\.server\.(?:Threading)?HTTPServer\(\)\.serve_forever\(\)$/.test(origin))
    // In a thread it stands beside what the process is for.
    return /\bThread\b/.test(code.root.text) ? undefined : { ...http, framework: 'http.server' };
  if (/^grpc\.(?:aio\.)?server\(\)\.start\(\)$/.test(origin)) {
    const server = receiverOf(call)?.text;
    const bound = code.calls.find(
      (other) => /^add_(?:in)?secure_port$/.test(calledName(other)) && receiverOf(other)?.text === server,
    );
    return { ...base, ...(bound && code.port(argumentsOf(bound)[0])), protocol: 'grpc', framework: 'grpcio' };
  }
  if (calledName(call) !== 'run') return undefined;
  const owner = receiverOf(call);
  const known = owner && routes.framework(owner.text);
  const isModule = owner !== undefined && code.origin(owner) === owner.text;
  const asFlask = !isModule && ['host', 'port', 'debug'].some((name) => keyword(call, name));
  if (owner?.type !== 'identifier' || (known !== 'flask' && !(asFlask && importsFlask.test(code.root.text))))
    return undefined;
  const router = routes.served(owner, 'flask');
  const bound = keyword(call, 'port') ? port : code.port(second);
  return { ...http, ...bound, framework: 'flask', ...(router !== undefined && { router }) };
}

const importsFlask = /^\s*(?:from|import)\s+flask\b/m;
const guards: ReadonlySet<string> = new Set(['if_statement']);

/** Below `if __name__ == '__main__'`: only where this very file is started. */
function isGuarded(node: Syntax): boolean {
  return node.closest(guards)?.field('condition')?.text.includes('__main__') ?? false;
}

/** `demo_pb2_grpc.add_EmailServiceServicer_to_server(service, server)` */
function grpcServiceOf(call: Syntax, code: Code): string | undefined {
  const name = /^add_(\w+)Servicer_to_server$/.exec(calledName(call))?.[1];
  if (name !== undefined) return name === 'Health' ? 'grpc.health.v1.Health' : name;
  const given = argumentsOf(call).some((argument) =>
    /^grpc\.(?:aio\.)?server\(\)$/.test(code.origin(argument) ?? ''),
  );
  return given && /health/i.test(call.field('function')?.text ?? '') ? 'grpc.health.v1.Health' : undefined;
}

function signalOf(call: Syntax, code: Code): SignalFact | undefined {
  const origin = code.origin(call) ?? '';
  if (origin !== 'signal.signal()' && calledName(call) !== 'add_signal_handler') return undefined;
  const [number, handler] = argumentsOf(call);
  const signal = /\bSIG[A-Z0-9]+$/.exec(number?.text ?? '')?.[0];
  // The variable of a loop over signals.
  const named = signal ?? (/\bSIGTERM\b/.test(code.root.text) ? 'SIGTERM' : undefined);
  if (named === undefined || !handler) return undefined;
  return { signal: named, range: call.range, drains: drains(handler, code) };
}

/** False only for what leaves at once: a handler that does no more than log and exit, where nothing is done at exit. */
function drains(handler: Syntax, code: Code): boolean {
  if (/\bSIG_(?:DFL|IGN)$/.test(handler.text)) return false;
  const fn =
    handler.type === 'identifier'
      ? code.functions.get(handler.text)
      : handler.type === 'lambda'
        ? handler
        : undefined;
  if (!fn || /\bfinally\b|\batexit\b|\bwith\b/.test(code.root.text)) return true;
  const calls: string[] = [];
  visitAll(fn, (node) => {
    if (node.type === 'call') calls.push(node.field('function')?.text ?? '');
  });
  const leaves = /^(?:sys\.exit|exit|quit|os\._exit)$/;
  const leavesOrLogs = /^(?:sys\.exit|exit|quit|os\._exit|print|log(?:ger|ging)?\.\w+)$/;
  return !(calls.some((name) => leaves.test(name)) && calls.every((name) => leavesOrLogs.test(name)));
}
