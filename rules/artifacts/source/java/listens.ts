/** Where a Java program starts to listen. What a framework listens on by convention is not said in code. */
import type { GrpcServerFact, ListenFact } from '../facts.ts';
import type { Syntax } from '../syntax.ts';
import { argumentsOf, calledName, following, receiverOf, type Code } from './code.ts';

const starts: readonly (readonly [name: string, methods: RegExp, framework: string])[] = [
  ['org.springframework.boot.SpringApplication', /^run$/, 'spring-boot'],
  ['io.micronaut.runtime.Micronaut', /^(?:run|build)$/, 'micronaut'],
  ['io.quarkus.runtime.Quarkus', /^run$/, 'quarkus'],
];

export function listenOf(node: Syntax, code: Code): ListenFact | undefined {
  const http = { protocol: 'http' as const, range: node.range };
  if (node.type === 'object_creation_expression') {
    const type = node.field('type')?.text;
    const boot =
      code.is(type, 'org.springframework.boot.SpringApplication') ||
      code.is(type, 'org.springframework.boot.builder.SpringApplicationBuilder');
    const web = boot && !/WebApplicationType\.NONE|\.web\(false\)/.test(code.text);
    return web ? { ...http, framework: 'spring-boot', router: 'spring' } : undefined;
  }
  const name = calledName(node);
  const receiver = receiverOf(node)?.text;
  for (const [type, methods, framework] of starts) {
    if (!methods.test(name) || !code.is(receiver, type)) continue;
    const router = framework === 'spring-boot' ? 'spring' : framework;
    return { ...http, framework, router };
  }
  return grpcListenOf(node, code) ?? jdkListenOf(node, code);
}

/** `ServerBuilder.forPort(port)…start()` */
function grpcListenOf(call: Syntax, code: Code): ListenFact | undefined {
  const name = calledName(call);
  if (!isGrpcBuilder(call, code)) return undefined;
  // In-process servers and those of tests have no port.
  const [first] = argumentsOf(call);
  const value = code.value(name === 'forAddress' ? undefined : first);
  return {
    protocol: 'grpc',
    framework: 'grpc',
    range: call.range,
    ...portOf(value),
  };
}

function isGrpcBuilder(call: Syntax, code: Code): boolean {
  const name = calledName(call);
  const receiver = receiverOf(call)?.text ?? '';
  if (name === 'newServerBuilderForPort') return code.uses(/^io\.grpc\b/);
  return /^(?:forPort|forAddress)$/.test(name) && /ServerBuilder$/.test(receiver) && code.uses(/^io\.grpc\b/);
}

/** `HttpServer.create(new InetSocketAddress(8080), 0)` of the JDK. */
function jdkListenOf(call: Syntax, code: Code): ListenFact | undefined {
  if (calledName(call) !== 'create' || !code.is(receiverOf(call)?.text, 'com.sun.net.httpserver.HttpServer'))
    return undefined;
  const [address] = argumentsOf(call);
  const port = address?.type === 'object_creation_expression' ? argumentsOf(address).at(-1) : undefined;
  return {
    protocol: 'http',
    framework: 'jdk-http',
    range: call.range,
    router: 'jdk-http',
    ...portOf(code.value(port)),
  };
}

function portOf({ text, variable }: ReturnType<Code['value']>): Pick<ListenFact, 'port' | 'portVariable'> {
  const port = Number(text?.value);
  return {
    ...(text && Number.isInteger(port) && { port: { value: port, range: text.range } }),
    ...(variable !== undefined && { portVariable: variable }),
  };
}

/** Services added to a gRPC server; the health service is known by who makes it. */
export function grpcOf(code: Code): GrpcServerFact[] {
  const found: GrpcServerFact[] = [];
  const health = 'grpc.health.v1.Health';
  for (const call of code.calls) {
    const name = calledName(call);
    if (name === 'getHealthService')
      found.push({ range: call.range, services: [{ value: health, range: call.range }] });
    if (!isGrpcBuilder(call, code)) continue;
    for (const next of following(call)) {
      const [service] = argumentsOf(next);
      if (calledName(next) !== 'addService' || !service) continue;
      found.push({
        range: next.range,
        services: [{ value: service.text.slice(0, 80), range: service.range }],
      });
    }
  }
  for (const { name, range, supertypes, annotations } of code.classes) {
    if (supertypes.includes('HealthImplBase')) found.push({ range, services: [{ value: health, range }] });
    else if (annotations.some((annotation) => /^(?:GrpcService|GRpcService)$/.test(annotation.name)))
      found.push({ range, services: [{ value: name, range }] });
  }
  return found;
}
