/** Where servers start to listen, on which port. */
import type { ListenFact } from '../facts.ts';
import type { Ranged } from '../../../text.ts';
import type { Syntax } from '../syntax.ts';
import type { Code } from './code.ts';
import { argumentsOf, calledName, nameGivenTo, propertyOf, receiverOf, unwrap } from './expressions.ts';
import { constant } from './constants.ts';
import { serverMaker, type Router, type Routers } from './routers.ts';

interface Port {
  readonly port?: Ranged<number>;
  readonly portVariable?: string;
}

/** Names of values that are servers, where where they come from is not seen. */
const serverNames = /(?:^|[.#])\w*(?:server|app|fastify|httpServer|api)$/i;

const honoServe = /^(?:@hono\/node-server|@hono\/node-server\.default)\.serve\(\)$/;

export function listenOf(call: Syntax, code: Code, routers: Routers): ListenFact | undefined {
  const method = calledName(call);
  const origin = code.origin(call);
  if (origin !== undefined && honoServe.test(origin)) return served(call, code, routers, 'hono');
  if (origin === ':Bun.serve()') return served(call, code, routers, 'bun');
  if (origin === ':Deno.serve()') return served(call, code, routers, 'deno');
  if (method === 'listen' || method === 'start') return listened(call, method, code, routers);
  return undefined;
}

/** `export default { port: 3000, fetch: app.fetch }`, which Bun serves. */
export function exportedServer(object: Syntax, code: Code, routers: Routers): ListenFact | undefined {
  const fetch = propertyOf(object, 'fetch');
  const port = propertyOf(object, 'port');
  if (!fetch || !port) return undefined;
  const router = routerOfFetch(fetch, routers);
  if (!router) return undefined;
  return {
    protocol: 'http',
    framework: router.framework,
    ...portOf(code, port),
    router: router.local,
    range: port.range,
  };
}

function listened(call: Syntax, method: string, code: Code, routers: Routers): ListenFact | undefined {
  const receiver = receiverOf(call);
  if (!receiver) return undefined;
  const router = routers.of(receiver);
  const origin = code.origin(receiver);
  const isServer = origin !== undefined && serverMaker.test(origin);
  const args = argumentsOf(call);
  if (method === 'start') return undefined;
  if (!router && !isServer) {
    // A server from elsewhere: what it listens on is known, what it serves is not.
    const own = origin === undefined || /^(?:[.@~:]|#(?:http|https)\.Server$)/.test(origin);
    if (!own || !serverNames.test(receiver.text) || args.length === 0) return undefined;
  }
  if (!router && args.length === 0) return undefined;
  const framework = router?.framework ?? 'http';
  const closable = isServer || framework === 'fastify' || framework === 'nestjs';
  const server =
    nameGivenTo(call) ?? (closable && /^[\w$.]+$/.test(receiver.text) ? receiver.text : undefined);
  return {
    protocol: 'http',
    framework,
    ...portOf(code, args[0]),
    ...(router && { router: router.from ?? router.local }),
    ...(server !== undefined && { server }),
    range: call.range,
  };
}

function served(call: Syntax, code: Code, routers: Routers, framework: string): ListenFact {
  const args = argumentsOf(call);
  const objects = args.map((argument) => code.definition(argument)).filter((node) => node?.type === 'object');
  const option = (key: string): Syntax | undefined =>
    objects.map((object) => propertyOf(object!, key)).find((value) => value);
  const router =
    args.map((argument) => routerOfFetch(argument, routers)).find((found) => found) ??
    routerOfFetch(option('fetch'), routers);
  const server = nameGivenTo(call);
  // The default of @hono/node-server and Bun; Deno's is 8000.
  const fallback = option('port') ? undefined : framework === 'deno' ? 8000 : 3000;
  return {
    protocol: 'http',
    framework: router?.framework ?? framework,
    ...(fallback === undefined
      ? portOf(code, option('port'))
      : { port: { value: fallback, range: call.range } }),
    ...(router && { router: router.from ?? router.local }),
    ...(server !== undefined && { server }),
    range: call.range,
  };
}

/** `app`, or `app.fetch`. */
function routerOfFetch(node: Syntax | undefined, routers: Routers): Router | undefined {
  if (!node) return undefined;
  const bare = unwrap(node);
  const router = routers.of(bare);
  if (router) return router;
  return bare.type === 'member_expression' && bare.children.at(-1)?.text === 'fetch'
    ? routers.of(bare.children[0])
    : undefined;
}

/** `listen(port)`, `listen({ port })`. */
export function portOf(code: Code, node: Syntax | undefined): Port {
  if (!node) return {};
  const written = code.definition(node);
  const found = constant(code, written?.type === 'object' ? propertyOf(written, 'port') : node);
  if (!found) return {};
  const number = typeof found.value === 'string' && found.value !== '' ? Number(found.value) : found.value;
  const valid = typeof number === 'number' && Number.isInteger(number) && number >= 0 && number < 65536;
  return {
    ...(valid && { port: { value: number, range: found.range } }),
    ...(found.variable !== undefined && { portVariable: found.variable }),
  };
}
