/** Ruby. Files in which no fact may stand are found by words in the raw text and not parsed. */
import type { TextFile } from '../../artifact.ts';
import type { ListenFact, SourceFacts } from '../facts.ts';
import { noFacts, type FactLists, type Language } from '../language.ts';
import { Syntax, visitAll } from '../syntax.ts';
import { argumentsOf, methodOf, option, portOf, receiverOf, textOf } from './code.ts';
import { flagReadOfCall, mayReadFlags } from './flags.ts';
import { railsRoutes } from './rails.ts';
import { isClassic, sinatraRouters } from './sinatra.ts';

export const ruby: Language = {
  id: 'ruby',
  extensions: ['.rb', '.ru'],
  grammar: () => 'ruby',
  mayHold: (text) => holding.test(text) || mayReadFlags.test(text),
  extract,
};

const holding =
  /\.routes\.draw\b|\bSinatra\b|['"]sinatra['"]|\bGrape::API\b|<\s*Roda\b|\bOpenTelemetry::SDK\b|\bDatadog\b|\bddtrace\b|\bElasticAPM\b|\bSentry\.init\b|\bHoneycomb\b|\bGRPC::RpcServer\b|^[ \t]*(?:port|bind)[ \t(]+(?:ENV|["'\d])|^[ \t]*(?:namespace|resources?|scope|mount)[ \t(]+["':]|^run[ \t(]|\bTyphoeus\b|^[ \t]*retry[ \t]*$|\bSignal\.trap\b|^[ \t]*trap[ \t(]|\bmiddleware\.(?:use|insert|unshift)|\bENV(?:\[|\.fetch)/m;

function extract(file: TextFile): SourceFacts {
  const facts = noFacts();
  const root = new Syntax(file.tree('ruby').rootNode, file.text);
  const rails = railsRoutes(root);
  if (rails) facts.routers.push(rails);
  facts.routers.push(...sinatraRouters(root));
  const isPuma =
    !rails &&
    root.children.some(
      (child) =>
        child.type === 'call' &&
        /^(?:threads|workers|preload_app!|pidfile|plugin|bind|port)$/.test(methodOf(child)),
    );
  const readsFlags = mayReadFlags.test(file.text);
  visitAll(root, (node) => {
    if (node.type === 'element_reference' && node.children[0]?.text === 'ENV')
      environment(node.children[1], facts);
    if (node.type === 'call') call(node, facts, isPuma);
    const flag = readsFlags && node.type === 'call' ? flagReadOfCall(node, file.text) : undefined;
    if (flag) facts.flags.push(flag);
    if (node.type === 'retry' && isEndless(node))
      facts.retries.push({ kind: 'forever', what: 'this rescue', range: node.range });
  });
  if (isClassic(root)) facts.listens.push(classic(root));
  if (/^[ \t]*run[ \t(]/m.test(file.text) && root.children.some((child) => methodOf(child) === 'map'))
    facts.routers.push({
      local: 'rack',
      framework: 'rack',
      range: root.range,
      routes: [],
      mounts: [],
      complete: false,
    });
  return { language: 'ruby', ...facts };
}

function environment(name: Syntax | undefined, facts: FactLists): void {
  const text = textOf(name);
  if (text) facts.environment.push(text);
}

const rescues: ReadonlySet<string> = new Set(['rescue']);
/** Errors of the network, and all errors: others are often made by what is tried, and gone when it is tried again. */
const remote =
  /^rescue\s*(?:=>|$|\n)|StandardError|Exception|Timeout|Net::|Errno|Socket|Connection|Redis|Faraday|HTTP|PG::/;

/** A `retry` below a `rescue` that neither counts nor decides anything. */
function isEndless(node: Syntax): boolean {
  const text = node.closest(rescues)?.text;
  return (
    text !== undefined &&
    remote.test(text) &&
    !/\b(?:if|unless|case|raise|return|break|next)\b|attempt|retries|tries|count|max|[-+]=/i.test(text)
  );
}

/** Middleware that answers no path of its own. */
const quiet =
  /^(?:(?:::)?(?:Rack::(?!Static|Health|Heartbeat|Directory)|ActionDispatch::|ActiveRecord::|Rails::Rack|OpenTelemetry::|Datadog::|Warden|RequestStore|OmniAuth|BatchLoader|Apartment|Sentry|Airbrake|Bullet)|["'](?:Rack|ActionDispatch|ActiveRecord|OmniAuth|Warden)::)/;

const sentryTraces = /\btraces_sample_rate\s*=(?!\s*(?:0(?:\.0+)?(?![\d.])|nil\b))|\btraces_sampler\s*=/;

function call(node: Syntax, facts: FactLists, isPuma: boolean): void {
  const name = methodOf(node);
  const receiver = receiverOf(node)?.text ?? '';
  const [first] = argumentsOf(node);
  const { range } = node;
  if (receiver === 'ENV' && name === 'fetch') environment(first, facts);
  const listen = listenOf(
    node,
    name,
    receiver,
    first,
    isPuma,
    facts.routers.some(({ framework }) => framework === 'sinatra'),
  );
  if (listen) facts.listens.push(listen);
  const vendor = vendorOf(receiver, name, first, node);
  if (vendor !== undefined) facts.tracing.push({ vendor, range });
  if (name === 'trap' && (receiver === '' || receiver === 'Signal')) {
    const signal = textOf(first)?.value.replace(/^(?:SIG)?/, 'SIG');
    if (signal !== undefined) facts.signals.push({ signal, range, drains: true });
  }
  if (name === 'run_till_terminated_or_interrupted')
    facts.signals.push({ signal: 'SIGTERM', range, drains: true });
  if (/(?:^|\.)middleware$/.test(receiver) && /^(?:use|insert\w*|unshift)$/.test(name)) {
    const given = /^insert/.test(name) ? argumentsOf(node)[1] : first;
    if (!quiet.test(given?.text ?? ''))
      facts.routers.push({
        local: `middleware#${node.start}`,
        framework: 'rack',
        range,
        routes: [],
        mounts: [],
        complete: false,
      });
  }
  if (name === 'handle' && /Health::Checker/.test(first?.text ?? ''))
    facts.grpc.push({ range, services: [{ value: 'grpc.health.v1.Health', range }] });
  // libcurl waits for ever: https://curl.se/libcurl/c/CURLOPT_TIMEOUT.html
  if (
    (receiver === 'Typhoeus' && /^(?:get|post|put|patch|delete|head)$/.test(name)) ||
    (receiver === 'Typhoeus::Request' && name === 'new')
  ) {
    const set = option(node, 'timeout') ?? option(node, 'timeout_ms');
    const isOpen =
      node.field('arguments')?.children.some(({ type }) => /splat/.test(type)) ||
      argumentsOf(node).length > 1;
    facts.calls.push({
      client: 'typhoeus',
      callee: `${receiver}.${name}`,
      range,
      timeout: set ? 'set' : isOpen ? 'unknown' : 'missing',
    });
  }
}

function vendorOf(
  receiver: string,
  name: string,
  first: Syntax | undefined,
  { text }: Syntax,
): string | undefined {
  // Sentry tracks errors alone until it is told to trace.
  if (/^(?:::)?Sentry$/.test(receiver) && name === 'init' && sentryTraces.test(text)) return 'sentry';
  if (/^(?:::)?OpenTelemetry::SDK$/.test(receiver) && name === 'configure') return 'opentelemetry';
  if (/^(?:::)?Datadog(?:::Tracing)?$/.test(receiver) && name === 'configure') return 'datadog';
  if (/^(?:::)?Honeycomb$/.test(receiver) && name === 'configure') return 'honeycomb';
  if (/^(?:::)?ElasticAPM(?:::\w+)?$/.test(receiver) && name === 'start') return 'elastic';
  const required = name === 'require' ? textOf(first)?.value : undefined;
  return /^(?:ddtrace|datadog)\/auto_instrument$/.test(required ?? '') ? 'datadog' : undefined;
}

function listenOf(
  { range, parent }: Syntax,
  name: string,
  receiver: string,
  first: Syntax | undefined,
  isPuma: boolean,
  isSinatra: boolean,
): ListenFact | undefined {
  if (
    isPuma &&
    receiver === '' &&
    (name === 'port' || (name === 'bind' && /tcp:|ssl:/.test(first?.text ?? '')))
  )
    return { protocol: 'http', framework: 'puma', drains: true, range, ...portOf(first) };
  // `App.run! if app_file == $0`
  if (name === 'run!' && /^[A-Z]/.test(receiver) && isSinatra)
    return {
      protocol: 'http',
      framework: 'sinatra',
      drains: true,
      range,
      ...(parent?.type === 'program' && { router: receiver }),
    };
  if (name !== 'add_http2_port') return undefined;
  return { protocol: 'grpc', framework: 'grpc', range, ...portOf(first) };
}

/** http://sinatrarb.com/configuration.html: port 4567, or PORT. */
function classic(root: Syntax): ListenFact {
  const set = root.children.find(
    (child) =>
      child.type === 'call' && methodOf(child) === 'set' && textOf(argumentsOf(child)[0])?.value === 'port',
  );
  const { range } = root.children[0] ?? root;
  const port = set ? portOf(argumentsOf(set)[1]) : { port: { value: 4567, range }, portVariable: 'PORT' };
  return {
    protocol: 'http',
    framework: 'sinatra',
    router: 'main',
    drains: true,
    range: set?.range ?? range,
    ...port,
  };
}
