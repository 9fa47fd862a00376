/** Where Rust servers start to listen, HTTP and gRPC, and which gRPC services they have. */
import type { GrpcServerFact, ListenFact } from '../facts.ts';
import { visitAll, type Syntax } from '../syntax.ts';
import {
  argumentsOf,
  chainOf,
  functionAround,
  functionOf,
  methodOf,
  outermost,
  unwrap,
  type Chain,
  type Code,
} from './code.ts';
import type { Routers } from './routers.ts';
import { portOf, type Port } from './values.ts';

export function listenOf(call: Syntax, code: Code, routers: Routers): ListenFact | undefined {
  const origin = code.origin(functionOf(call));
  if (/^axum::serve$/.test(origin)) return axum(call, code, routers);
  if (/^(?:actix_web::)?HttpServer::new$/.test(origin)) return actix(call, code, routers);
  if (/^rocket::(?:build|custom|ignite)$/.test(origin)) {
    const router = routers.served(call);
    // Rocket drains on SIGTERM by itself: https://rocket.rs/guide/v0.5/configuration/#ctrl-c
    return { ...http('rocket', call), drains: true, ...(router !== undefined && { router }) };
  }
  if (/^warp::serve$/.test(origin)) return warp(call, code);
  const name = methodOf(call);
  if (name === undefined) return undefined;
  if (/^serve(?:_with_shutdown|_with_incoming|_with_incoming_shutdown)?$/.test(name))
    return served(call, name, code, routers);
  if (name === 'serve_connection' && !/axum/.test(code.root.text)) return http('hyper', call);
  if (name !== 'run') return undefined;
  const { head } = chainOf(call);
  const made = code.origin(head.type === 'call_expression' ? functionOf(head) : undefined);
  if (!/^poem::Server::new$/.test(made)) return undefined;
  return { ...http('poem', call), ...boundTo(argumentsOf(head)[0], code) };
}

function http(framework: string, { range }: Syntax): ListenFact {
  return { protocol: 'http', framework, range };
}

/** `axum::serve(listener, app)` */
function axum(call: Syntax, code: Code, routers: Routers): ListenFact {
  const [listener, app] = argumentsOf(call);
  const router = routers.served(app);
  return { ...http('axum', call), ...boundTo(listener, code), ...(router !== undefined && { router }) };
}

/** `axum::Server::bind(&addr).serve(…)`, `axum_server::bind(addr).serve(…)`, `tonic::transport::Server::builder()…serve(addr)`. */
function served(call: Syntax, name: string, code: Code, routers: Routers): ListenFact | undefined {
  const { head, links } = resolved(chainOf(call), code);
  const origin = code.origin(head.type === 'call_expression' ? functionOf(head) : undefined);
  const [first] = argumentsOf(call);
  if (
    /^(?:axum|hyper)::Server::(?:bind|try_bind|from_tcp)$|^axum_server::(?:bind|bind_rustls|bind_openssl|from_tcp)$/.test(
      origin,
    )
  ) {
    const framework = /^hyper/.test(origin) ? 'hyper' : 'axum';
    const router = routers.served(first);
    return {
      ...http(framework, call),
      ...portOf(argumentsOf(head)[0], code),
      ...(router !== undefined && { router }),
    };
  }
  const isTonic =
    /(?:^|::)Server::builder$/.test(origin) &&
    links.some(({ name: link }) => /^add_(?:optional_)?(?:service|routes)$/.test(link));
  if (!isTonic) return undefined;
  return {
    protocol: 'grpc',
    framework: 'tonic',
    range: call.range,
    ...(/incoming/.test(name) ? boundTo(first, code) : portOf(first, code)),
  };
}

function actix(call: Syntax, code: Code, routers: Routers): ListenFact {
  const { links } = resolved(chainOf(outermost(call)), code);
  const bound = bindOf(links) ?? keptAndBound(call, code);
  const router = routers.served(argumentsOf(call)[0]);
  const port = bound
    ? methodOf(bound)!.startsWith('listen')
      ? boundTo(argumentsOf(bound).at(0), code)
      : portOf(argumentsOf(bound)[0], code)
    : {};
  // Beside another, it is one that the program itself stops.
  const drains =
    !links.some(({ name }) => name === 'disable_signals') ||
    code.root.text.split('HttpServer::new').length > 2;
  return {
    ...http('actix-web', call),
    ...port,
    ...(drains && { drains: true as const }),
    ...(router !== undefined && { router }),
  };
}

function bindOf(links: Chain['links']): Syntax | undefined {
  return links.find(({ name }) => /^(?:bind|listen)(?:_|$)/.test(name))?.call;
}

/** `let server = HttpServer::new(…); server.bind(…)` */
function keptAndBound(call: Syntax, code: Code): Syntax | undefined {
  const fn = functionAround(call);
  const name = outermost(call).parent?.field('pattern')?.text.replace(/^mut /, '');
  if (!fn || name === undefined) return undefined;
  return code.calls.find(
    (other) =>
      fn.contains(other) &&
      /^(?:bind|listen)(?:_|$)/.test(methodOf(other) ?? '') &&
      chainOf(other).head.text === name,
  );
}

/** `warp::serve(routes).run(([0, 0, 0, 0], 3030))` */
function warp(call: Syntax, code: Code): ListenFact {
  const { links } = chainOf(outermost(call));
  const run = links.find(({ name }) => /^(?:run|try_bind|bind)/.test(name));
  return { ...http('warp', call), ...(run && portOf(argumentsOf(run.call)[0], code)) };
}

/** The port of `TcpListener::bind(…)`, or of a name that was given one. */
function boundTo(node: Syntax | undefined, code: Code, steps = 0): Port {
  if (!node || steps > 8) return {};
  const { head } = chainOf(node);
  if (head.type === 'identifier') return boundTo(code.value(head), code, steps + 1);
  const isListener = /(?:^|::)(?:TcpListener|TcpIncoming)::(?:bind|new)$/.test(
    code.origin(head.type === 'call_expression' ? functionOf(head) : undefined),
  );
  return isListener ? portOf(argumentsOf(head)[0], code) : {};
}

/** A chain that goes on with a name, as one with what the name was given. */
function resolved(chain: Chain, code: Code, steps = 0): Chain {
  const value = chain.head.type === 'identifier' ? code.value(chain.head) : undefined;
  if (!value || steps > 8) return chain;
  const before = resolved(chainOf(unwrap(value)), code, steps + 1);
  return { head: before.head, links: [...before.links, ...chain.links] };
}

/** `add_service(GreeterServer::new(greeter))`; the health service comes from `tonic_health`. */
export function grpcOf(call: Syntax, code: Code): GrpcServerFact | undefined {
  const origin = code.origin(functionOf(call));
  const { range } = call;
  if (/^tonic_health::(?:server::)?\w+/.test(origin))
    return { range, services: [{ value: 'grpc.health.v1.Health', range }] };
  if (!/^add_(?:optional_)?service$/.test(methodOf(call) ?? '')) return undefined;
  const services: string[] = [];
  const [given] = argumentsOf(call);
  if (given)
    visitAll(given, (node) => {
      const name =
        node.type === 'call_expression'
          ? /(?:^|::)(\w+)Server::(?:new|with_interceptor)$/.exec(code.origin(functionOf(node)))?.[1]
          : undefined;
      if (name !== undefined) services.push(name === 'Health' ? 'grpc.health.v1.Health' : name);
    });
  return { range, services: services.map((value) => ({ value, range })) };
}
