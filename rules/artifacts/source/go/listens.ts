/** Where Go servers start to listen, HTTP and gRPC, and which gRPC services they have. */
import { isAuxiliary } from '../auxiliary.ts';
import type { GrpcServerFact, ListenFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import { argumentsOf, calledName, keyOf, receiverOf, unwrap, type Code } from './code.ts';
import { handlerOf, type Reference, type Routers } from './routers.ts';
import { valueOf } from './values.ts';

export function listenOf(call: Syntax, code: Code, routers: Routers): ListenFact | undefined {
  const origin = code.origin(call) ?? '';
  const name = calledName(call) ?? '';
  const args = argumentsOf(call);
  if (/^net\/http\.ListenAndServe(?:TLS)?$/.test(origin))
    return withTimeout('missing', http(call, code, routers, args[0], args.at(-1)));
  if (/^net\/http\.Serve(?:TLS)?$/.test(origin))
    return withTimeout('missing', http(call, code, routers, address(args[0], code), args[1]));
  const receiver = receiverOf(call);
  if (!receiver || origin !== '') return undefined;
  if (/^(?:ListenAndServe|Serve)(?:TLS)?$/.test(name)) {
    const server = made(receiver, code, 'net/http.Server');
    if (server) {
      const at = name.startsWith('Serve') ? address(args[0], code) : keyOf(server, 'Addr');
      const handler = server.type === 'composite_literal' ? handlerOf(server) : undefined;
      const isWhole =
        server.type === 'composite_literal' && (handler !== undefined || !code.fields.has('Handler'));
      return withTimeout(readTimeoutOf(server, code), http(call, code, routers, at, handler, isWhole));
    }
    if (name !== 'Serve' || !made(receiver, code, 'google.golang.org/grpc.Server')) return undefined;
    return fact(call, code, 'grpc', 'grpc-go', address(args[0], code));
  }
  const framework = /^Run(?:TLS)?$/.test(name)
    ? 'gin'
    : /^Start(?:TLS)?$/.test(name)
      ? 'echo'
      : /^Listen(?:TLS)?$/.test(name)
        ? 'fiber'
        : undefined;
  const reference = framework && routers.of(receiver);
  if (reference?.router.framework !== framework) return undefined;
  return reference && fact(call, code, 'http', framework!, args[0], reference);
}

/** net/http waits for ever for a request's header unless told otherwise: https://pkg.go.dev/net/http#Server. */
function readTimeoutOf(server: Syntax, code: Code): ListenFact['readTimeout'] {
  if (server.type !== 'composite_literal') return undefined;
  if (keyOf(server, 'ReadHeaderTimeout') ?? keyOf(server, 'ReadTimeout')) return 'set';
  // Set later, on this server or on one that cannot be told from it.
  return /\.Read(?:Header)?Timeout\b/.test(code.text) ? undefined : 'missing';
}

function withTimeout(
  readTimeout: ListenFact['readTimeout'],
  listen: ListenFact | undefined,
): ListenFact | undefined {
  return listen && readTimeout ? { ...listen, readTimeout } : listen;
}

/** Services registered here; none where something else may register more. */
export function grpcOf(code: Code): { servers: readonly GrpcServerFact[]; known: boolean } {
  const services: GrpcServerFact['services'][number][] = [];
  let known = true;
  if (!code.text.includes('google.golang.org/grpc')) return { servers: [], known };
  for (const call of code.calls) {
    const name = calledName(call) ?? '';
    const args = argumentsOf(call);
    const registered = /^Register(\w+)Server$/.exec(name)?.[1];
    if (registered !== undefined && args.length === 2) {
      const value = registered === 'Health' ? 'grpc.health.v1.Health' : registered;
      services.push({ value, range: call.range });
    } else if (args.some((argument) => made(argument, code, 'google.golang.org/grpc.Server'))) {
      const plain = /^Register/.test(name) && !/health/i.test(call.text);
      if (!plain && !code.function(name)) known = false;
    }
  }
  return { servers: services.length > 0 ? [{ range: services[0]!.range, services }] : [], known };
}

function http(
  call: Syntax,
  code: Code,
  routers: Routers,
  at: Syntax | undefined,
  handler: Syntax | undefined,
  certain = true,
): ListenFact | undefined {
  const isDefault = certain && (handler === undefined || handler.text === 'nil');
  const reference = isDefault ? { router: routers.default(call), prefix: '' } : routers.handler(handler);
  if (reference && servesNoUsers(reference, code)) return undefined;
  if (handler && /^promhttp\.|[pP]rometheus\.Handler|[mM]etrics/.test(handler.text)) return undefined;
  return fact(call, code, 'http', 'net/http', at, reference);
}

function servesNoUsers({ router }: Reference, code: Code): boolean {
  const isEmpty = router.routes.length + router.mounts.length === 0;
  const profiles = router.local === 'http.DefaultServeMux' && code.text.includes('"net/http/pprof"');
  return isEmpty ? profiles : isAuxiliary(router);
}

function fact(
  call: Syntax,
  code: Code,
  protocol: ListenFact['protocol'],
  framework: string,
  at: Syntax | undefined,
  reference?: Reference,
): ListenFact | undefined {
  const { text, variable, flag } = at ? valueOf(at, code) : { text: '' };
  // What only this machine can reach has no users.
  if (/^(?:localhost|127\.|\[::1\])/.test(text)) return undefined;
  const port = /(?:^|:)(\d{1,5})$/.exec(text)?.[1];
  const field = /\.(\w*(?:Port|Addr|Address))\b(?!.*\.\w*(?:Port|Addr|Address)\b)/.exec(at?.text ?? '')?.[1];
  return {
    protocol,
    framework,
    range: call.range,
    ...(port !== undefined && at && { port: { value: Number(port), range: at.range } }),
    ...(variable !== undefined && /^\w+$/.test(variable) && { portVariable: variable }),
    ...(port === undefined && variable === undefined && field !== undefined && { portField: field }),
    ...(flag !== undefined && /^[\w.-]+$/.test(flag) && { portFlag: flag }),
    ...(reference?.prefix === '' && { router: reference.router.local }),
  };
}

/** The address that a listener was opened for. */
function address(listener: Syntax | undefined, code: Code): Syntax | undefined {
  const call = listener && source(listener, code, (node) => /^net\.Listen$/.test(code.origin(node) ?? ''));
  return call && argumentsOf(call)[1];
}

/** Where a value of a type is made, or is declared to be of it; undefined where it is none. */
function made(node: Syntax, code: Code, type: string): Syntax | undefined {
  const maker = type.replace(/\.(\w+)$/, '.New$1');
  return source(node, code, (value) => {
    const origin = code.origin(value);
    return origin === type || origin === maker;
  });
}

function source(node: Syntax, code: Code, matches: (node: Syntax) => boolean, steps = 0): Syntax | undefined {
  const bare = unwrap(node);
  if (matches(bare)) return bare;
  if (steps > 3) return undefined;
  const given =
    bare.type === 'identifier'
      ? code.declarations(bare)
      : bare.type === 'selector_expression'
        ? code.fields.get(bare.children[1]?.text ?? '')
        : undefined;
  for (const { value } of given?.slice(0, 8) ?? []) {
    const found = value && source(value, code, matches, steps + 1);
    if (found) return found;
  }
  return given?.map(({ type }) => type).find((type) => type && matches(type));
}
