/** Calls over the network, and whether each has a time limit. It must never know what is called. */
import type { OutgoingCallFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import type { Code } from './code.ts';
import {
  argumentsOf,
  calledName,
  calleeOf,
  functionTypes,
  hasSpread,
  propertyOf,
  receiverOf,
  unwrap,
} from './expressions.ts';

type Timeout = OutgoingCallFact['timeout'];

interface Client {
  readonly origin: RegExp;
  readonly client: string;
  /** Option names that bound the time. */
  readonly options: RegExp;
  /** Which arguments may be the options; without it, the last object of all. */
  readonly at?: (call: Syntax) => number;
}

const fetchOptions = /^(?:signal|timeout|dispatcher|agent)$/;
const verbs = '(?:get|head|delete|options|post|put|patch|request|postForm|putForm|patchForm)';

/**
 * Clients that wait for ever, or for minutes, unless told otherwise. ky (10 s), mysql2 (10 s to connect), ioredis (10 s)
 * and mongoose (30 s) have defaults that a service can live with, and are not here.
 */
const clients: readonly Client[] = [
  {
    origin: /^(?::(?:globalThis\.)?fetch|undici\.fetch)\(\)$/,
    client: 'fetch',
    options: /^(?:signal|dispatcher)$/,
    at: () => 1,
  },
  {
    origin: /^(?:node-fetch|cross-fetch|isomorphic-fetch|node-fetch-native)(?:\.fetch)?\(\)$/,
    client: 'node-fetch',
    options: fetchOptions,
    at: () => 1,
  },
  {
    origin: new RegExp(`^axios(?:\\.${verbs})?\\(\\)$`),
    client: 'axios',
    options: /^(?:timeout|signal|cancelToken)$/,
    at: axiosConfig,
  },
  { origin: /^axios\.create\(\)$/, client: 'axios', options: /^(?:timeout|signal)$/, at: () => 0 },
  {
    origin: /^got(?:\.got)?(?:\.(?:get|post|put|patch|head|delete|stream|extend))?\(\)$/,
    client: 'got',
    options: /^(?:timeout|signal)$/,
  },
  {
    origin: /^request(?:-promise(?:-native)?)?(?:\.(?:get|post|put|patch|head|del|delete|defaults))?\(\)$/,
    client: 'request',
    options: /^timeout$/,
  },
  {
    origin: /^needle(?:\.(?:get|post|put|patch|head|delete|request))?\(\)$/,
    client: 'needle',
    options: /timeout$/,
  },
  {
    origin: /^undici\.(?:request|stream)\(\)$/,
    client: 'undici',
    options: /^(?:signal|dispatcher|headersTimeout|bodyTimeout)$/,
    at: () => 1,
  },
  { origin: /^https?\.(?:request|get)\(\)$/, client: 'http', options: /^(?:timeout|signal)$/ },
  { origin: /^pg\.(?:Pool|Client)\(\)$/, client: 'pg', options: /^connectionTimeoutMillis$/, at: () => 0 },
];

const superagent = /^superagent\.(?:get|post|put|patch|head|del|delete)\(\)$/;
const grpcClient = /^(?:@grpc\/grpc-js|grpc)\.loadPackageDefinition\(\)(?:\.\w+)+\(\)\.(\w+)\(\)$/;
const coverings: readonly (readonly [RegExp, string])[] = [[/^undici\.setGlobalDispatcher\(\)$/, 'fetch']];

export function outgoingCallOf(call: Syntax, code: Code): OutgoingCallFact | undefined {
  const origin = code.origin(call);
  if (origin === undefined) return undefined;
  const covering = coverings.find(([pattern]) => pattern.test(origin))?.[1];
  if (covering) return fact(call, covering, 'set', true);
  if (superagent.test(origin)) return fact(call, 'superagent', chainHas(call, 'timeout') ? 'set' : 'missing');
  if (grpcClient.test(origin)) return grpcCall(call, code, origin);
  const client = clients.find((candidate) => candidate.origin.test(origin));
  if (!client) return undefined;
  const args = argumentsOf(call);
  // A path without a host can only be asked by a browser; `agent` without arguments is no call.
  if (args[0] && /^[`'"]\//.test(args[0].text)) return undefined;
  if (args.length === 0 && client.client !== 'pg' && !/\.create\(\)$/.test(origin)) return undefined;
  return fact(call, client.client, timeoutOf(call, client, code));
}

/** `axios.defaults.timeout = 5000` */
export function defaultTimeoutOf(assignment: Syntax, code: Code): OutgoingCallFact | undefined {
  const [target] = assignment.children;
  if (!target || !/\.defaults\.timeout$/.test(target.text)) return undefined;
  const origin = code.origin(target);
  if (origin !== 'axios.defaults.timeout') return undefined;
  return { client: 'axios', range: target.range, callee: target.text, timeout: 'set', coversClient: true };
}

function fact(call: Syntax, client: string, timeout: Timeout, coversClient = false): OutgoingCallFact {
  const written = calleeOf(call).text.replace(/\s+/g, '');
  const callee = written.length > 60 ? (calledName(call) ?? client) : written;
  return {
    client,
    range: call.range,
    callee: call.type === 'new_expression' ? `new ${callee}` : callee,
    timeout,
    ...(coversClient && { coversClient }),
  };
}

function timeoutOf(call: Syntax, client: Client, code: Code): Timeout {
  const args = argumentsOf(call);
  if (args.some(({ type }) => type === 'spread_element')) return 'unknown';
  if (client.client === 'http' && setsTimeoutLater(call)) return 'set';
  if (client.client === 'axios' && instanceDefault(call)) return 'set';
  const index = client.at?.(call);
  const candidates = index === undefined ? args : args.slice(index, index + 1);
  const verdicts = candidates.map((argument) => timeoutIn(argument, client, code));
  if (verdicts.includes('set')) return 'set';
  if (verdicts.includes('unknown')) return 'unknown';
  // `fetch(request)`, `fetch(buildRequest(url))`: the request may bring its own signal.
  const first = args[0] && unwrap(args[0]);
  const named = first && /^(?:call|new)_expression$/.test(first.type) ? calleeOf(first) : first;
  if (client.options.test('signal') && named && /req(?:uest)?$/i.test(named.text)) return 'unknown';
  return 'missing';
}

function timeoutIn(argument: Syntax, client: Client, code: Code): Timeout {
  const written = code.definition(argument);
  if (!written) return 'unknown';
  if (written.type !== 'object') {
    // A URL or a callback is no options.
    if (functionTypes.has(written.type) || /string|regex|number|true|false|null/.test(written.type))
      return 'missing';
    if (client.at === undefined && argument === argumentsOf(argument.parent!.parent!)[0]) return 'missing';
    return 'unknown';
  }
  for (const entry of written.children) {
    const key = entry.type === 'pair' ? entry.children[0]!.text : entry.text;
    if (client.options.test(key.replace(/^['"]|['"]$/g, ''))) return 'set';
  }
  return hasSpread(written) ? 'unknown' : 'missing';
}

function axiosConfig(call: Syntax): number {
  const name = calledName(call) ?? '';
  if (/^(?:post|put|patch|postForm|putForm|patchForm)$/.test(name) && receiverOf(call)) return 2;
  if (name === 'request' || (!receiverOf(call) && argumentsOf(call).length === 1)) return 0;
  return 1;
}

/** `const request = http.get(…); request.setTimeout(…)`, or the same in a chain. */
function setsTimeoutLater(call: Syntax): boolean {
  if (chainHas(call, 'setTimeout')) return true;
  const fn = call.closest(functionTypes);
  return /\.setTimeout\(|['"]timeout['"]/.test(fn?.text ?? '');
}

/** `const api = axios.create(); api.defaults.timeout = 5000` */
function instanceDefault(call: Syntax): boolean {
  const name = call.parent?.type === 'variable_declarator' ? call.parent.children[0]?.text : undefined;
  if (name === undefined) return false;
  let root = call;
  while (root.parent) root = root.parent;
  return root.text.includes(`${name}.defaults.timeout`);
}

function chainHas(call: Syntax, method: string): boolean {
  let node: Syntax | undefined = call.parent;
  while (
    node &&
    /^(?:member_expression|call_expression|await_expression|parenthesized_expression)$/.test(node.type)
  ) {
    if (node.type === 'call_expression' && calledName(node) === method) return true;
    node = node.parent;
  }
  return false;
}

function grpcCall(call: Syntax, code: Code, origin: string): OutgoingCallFact | undefined {
  const method = grpcClient.exec(origin)![1]!;
  if (/^(?:close|getChannel|waitForReady|makeUnaryRequest)$/.test(method)) return undefined;
  const args = argumentsOf(call).map((argument) => code.definition(argument));
  const bounded = args.some((argument) => argument?.type === 'object' && propertyOf(argument, 'deadline'));
  const readable = args
    .slice(1)
    .every((argument) => argument && (argument.type === 'object' || functionTypes.has(argument.type)));
  return fact(call, 'grpc', bounded ? 'set' : readable ? 'missing' : 'unknown');
}
