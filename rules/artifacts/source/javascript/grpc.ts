/** gRPC servers of @grpc/grpc-js and NestJS microservices: services added, and where they listen. */
import type { GrpcServerFact, ListenFact } from '../facts.ts';
import type { Ranged } from '../../../text.ts';
import type { Syntax } from '../syntax.ts';
import type { Code } from './code.ts';
import { argumentsOf, calledName, nameGivenTo, propertyOf, receiverOf, unwrap } from './expressions.ts';
import { constant } from './constants.ts';

const serverOrigin = /^(?:@grpc\/grpc-js|grpc|@grpc\/grpc-js\.\w+)\.Server\(\)$/;

/** What a health service is called in the protocol that probes speak. */
export const healthService = 'grpc.health.v1.Health';

interface Server extends GrpcServerFact {
  readonly services: Ranged<string>[];
}

export class GrpcServers {
  readonly servers: Server[] = [];
  readonly #byNode = new Map<Syntax, Server>();
  readonly #code: Code;

  constructor(code: Code) {
    this.#code = code;
  }

  /** Reads a call on a server. */
  read(call: Syntax): ListenFact | undefined {
    const origin = this.#code.origin(call);
    if (origin !== undefined && serverOrigin.test(origin)) {
      this.#of(call);
      return undefined;
    }
    const method = calledName(call);
    const receiver = receiverOf(call);
    if (method === 'createMicroservice') return this.#nestMicroservice(call);
    if (!receiver) return undefined;
    if (method === 'addToServer') return void this.#addHealth(call);
    if (!this.#isServer(receiver)) return undefined;
    if (method === 'addService' || method === 'addProtoService') this.#addService(call, receiver);
    return method === 'bindAsync' || method === 'bind' ? this.#listen(call, receiver) : undefined;
  }

  /** `new HealthImplementation(statusMap).addToServer(server)` of grpc-health-check. */
  #addHealth(call: Syntax): void {
    const origin = this.#code.origin(receiverOf(call)) ?? '';
    const [server] = argumentsOf(call);
    if (!/^(?:grpc-health-check|grpc-js-health-check)\b/.test(origin) || !server) return;
    this.#of(this.#code.definition(server) ?? server).services.push({
      value: healthService,
      range: call.range,
    });
  }

  #addService(call: Syntax, receiver: Syntax): void {
    const [definition] = argumentsOf(call);
    const server = this.#of(this.#code.definition(receiver) ?? receiver);
    if (definition) server.services.push({ value: this.#serviceName(definition), range: definition.range });
  }

  /** `shopProto.CurrencyService.service` → `CurrencyService`. */
  #serviceName(definition: Syntax): string {
    const origin = this.#code.origin(definition) ?? '';
    const written = unwrap(definition).text;
    if (/^(?:grpc-health-check|grpc-js-health-check)\b/.test(origin)) return healthService;
    if (/grpc\.health\.v1|\bhealth\w*(?:\[['"]v1['"]\]|\.v1)?\.Health\b/i.test(`${origin} ${written}`))
      return healthService;
    const name = written.replace(/\.service$/, '').replace(/\(\)$/, '');
    const last = name.slice(name.lastIndexOf('.') + 1);
    return /^health(?:service|check)?(?:definition)?$/i.test(last.replace(/[-_]/g, ''))
      ? healthService
      : last;
  }

  #listen(call: Syntax, receiver: Syntax): ListenFact {
    this.#of(this.#code.definition(receiver) ?? receiver);
    const [address] = argumentsOf(call);
    const server = /^[\w$.]+$/.test(receiver.text) ? receiver.text : undefined;
    return {
      protocol: 'grpc',
      framework: 'grpc',
      ...this.#port(address),
      ...(server !== undefined && { server }),
      range: call.range,
    };
  }

  /** The port of `0.0.0.0:50051`, `` `0.0.0.0:${PORT}` ``, `'[::]:' + port`. */
  #port(address: Syntax | undefined): Pick<ListenFact, 'port' | 'portVariable'> {
    if (!address) return {};
    const whole = constant(this.#code, address);
    const last = this.#code.definition(address);
    const part =
      last && /^(?:template_string|binary_expression)$/.test(last.type) ? last.children.at(-1) : undefined;
    const tail = constant(this.#code, part?.type === 'template_substitution' ? part.children[0] : part);
    const written = /:(\d{1,5})$/.exec(String(whole?.value ?? ''))?.[1] ?? String(tail?.value ?? '');
    const variable = tail?.variable ?? whole?.variable;
    const number = /^\d{1,5}$/.test(written) ? Number(written) : undefined;
    return {
      ...(number !== undefined && { port: { value: number, range: (whole ?? tail)!.range } }),
      ...(variable !== undefined && { portVariable: variable }),
    };
  }

  /** `NestFactory.createMicroservice(AppModule, { transport: Transport.GRPC, options: { url } })` */
  #nestMicroservice(call: Syntax): ListenFact | undefined {
    const object = this.#code.definition(argumentsOf(call)[1]);
    if (object?.type !== 'object' || !/GRPC/.test(propertyOf(object, 'transport')?.text ?? ''))
      return undefined;
    const options = propertyOf(object, 'options');
    const url = options && this.#code.property(options, 'url');
    const server = nameGivenTo(call);
    this.#of(call);
    return {
      protocol: 'grpc',
      framework: 'nestjs',
      ...this.#port(url),
      ...(server !== undefined && { server }),
      range: call.range,
    };
  }

  #isServer(node: Syntax): boolean {
    const origin = this.#code.origin(node);
    return (
      origin !== undefined && (serverOrigin.test(origin) || /^#(?:@grpc\/grpc-js|grpc)\.Server$/.test(origin))
    );
  }

  #of(node: Syntax): Server {
    let server = this.#byNode.get(node);
    if (!server) {
      server = { range: node.range, services: [] };
      this.#byNode.set(node, server);
      this.servers.push(server);
    }
    return server;
  }
}
