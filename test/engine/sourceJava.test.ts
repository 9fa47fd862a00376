/** What Java services say about themselves, in the forms that people write. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import fc from 'fast-check';
import type { SourceFacts } from '../../rules/artifacts/source/facts.ts';
import { source } from '../../rules/artifacts/source/source.ts';
import { loadGrammar } from '../../rules/workspace/grammars.ts';
import { textFile } from '../../rules/workspace/textFile.ts';

const packages: Readonly<Record<string, string>> = {
  RequestMapping: 'org.springframework.web.bind.annotation',
  GetMapping: 'org.springframework.web.bind.annotation',
  RepositoryRestResource: 'org.springframework.data.rest.core.annotation',
  Path: 'jakarta.ws.rs',
  ApplicationPath: 'jakarta.ws.rs',
  Get: 'io.micronaut.http.annotation',
  SpringApplication: 'org.springframework.boot',
  Micronaut: 'io.micronaut.runtime',
  ServerBuilder: 'io.grpc',
  HttpServer: 'com.sun.net.httpserver',
  RestTemplate: 'org.springframework.web.client',
  RestClient: 'org.springframework.web.client',
  HttpRequest: 'java.net.http',
  URL: 'java.net',
  OkHttpClient: 'okhttp3',
  SdkTracerProvider: 'io.opentelemetry.sdk.trace',
  GlobalTracer: 'io.opentracing.util',
};

function read(code: string): SourceFacts {
  const used = Object.entries(packages).filter(([name]) => new RegExp(`\\b${name}\\b`).test(code));
  const text = `package shop;\n${used.map(([name, from]) => `import ${from}.${name};\n`).join('')}\n${code}\n`;
  ok(source.mayHold(text, 'A.java'), 'the text is worth reading');
  const file = textFile('A.java', text);
  try {
    return source.parse(file).facts!;
  } finally {
    file.dispose();
  }
}

function routesOf({ routers }: SourceFacts): string[] {
  return routers.flatMap(({ prefix = '', routes, complete }) => [
    ...routes.map(({ method, path }) => `${method} ${prefix} ${path.value}`),
    ...(complete ? [] : ['…']),
  ]);
}

describe('source in Java', () => {
  before(() => loadGrammar('java'));

  it('claims what is built, not tests', () => {
    deepEqual(
      ['src/main/java/A.java', 'src/test/java/A.java', 'src/main/java/ATest.java'].map(source.claims),
      [true, false, false],
    );
  });

  describe('routes', () => {
    const cases: Readonly<Record<string, [code: string, routes: string[]]>> = {
      'Spring, by class and method': [
        `@RestController @RequestMapping("/users") class Users {
          static final String ONE = "/{id}";
          @GetMapping List<User> all() {}
          @GetMapping({ONE, "/by" + "-id"}) User one() {}
          @RequestMapping(path = "/x", method = {RequestMethod.PUT, RequestMethod.POST}) void put() {}
          @RequestMapping("/any/**") void any() {} }`,
        [
          'GET /users ',
          'GET /users /{id}',
          'GET /users /by-id',
          'PUT /users /x',
          'POST /users /x',
          'ALL /users /any/*',
        ],
      ],
      'Spring, with two prefixes': [
        '@Controller @RequestMapping({"/a", "/b"}) class C { @GetMapping("/x") void x() {} }',
        ['GET /a /x', 'GET /b /x'],
      ],
      'Spring, with a path that settings decide': [
        '@RestController class C { @GetMapping("${path}") void x() {} @GetMapping(Paths.Y) void y() {} }',
        ['…'],
      ],
      'repositories that Spring Data serves': [
        '@RepositoryRestResource(path = "orders") interface Orders extends CrudRepository<Order, Long> {} @RepositoryRestResource(path = "hidden", exported = false) interface Hidden {}',
        ['ALL  orders', 'ALL  orders/*'],
      ],
      'clients, which serve nothing': ['@FeignClient("a") interface A { @GetMapping("/x") void x(); }', []],
      'JAX-RS': [
        '@Path("/orders") class Orders { @GET List<Order> all() {} @POST @Path("{id}") void add() {} }',
        ['GET /orders ', 'POST /orders {id}'],
      ],
      'JAX-RS, with a class below': ['@Path("/a") class A { @Path("b") B below() {} }', ['…']],
      Micronaut: [
        '@Controller("/pets") class Pets { @Get("/{id}{?full}") Pet one() {} @Post void add() {} } class X { @Get int y; }',
        ['GET /pets /{id}', 'POST /pets '],
      ],
      "the JDK's server": [
        'class M { void main() { HttpServer.create(new InetSocketAddress(80), 0).createContext("/health", h); } }',
        ['ALL  /health', 'ALL  /health/*'],
      ],
    };
    for (const [name, [code, routes]] of Object.entries(cases))
      it(name, () => deepEqual(routesOf(read(code)), routes));
  });

  describe('listens', () => {
    const cases: Readonly<
      Record<string, [code: string, framework: string, port?: number, variable?: string]>
    > = {
      'Spring Boot': ['class A { void main() { SpringApplication.run(A.class, args); } }', 'spring-boot'],
      Micronaut: ['class A { void main() { Micronaut.run(A.class, args); } }', 'micronaut'],
      'gRPC, by the environment': [
        'class A { void main() { int port = Integer.parseInt(System.getenv().getOrDefault("PORT", "9555")); ServerBuilder.forPort(port).build().start(); } }',
        'grpc',
        9555,
        'PORT',
      ],
      'gRPC, by a constant': [
        'class A { static final int PORT = 50_051; void main() { ServerBuilder.forPort(PORT); } }',
        'grpc',
        50051,
      ],
      'gRPC, where whoever calls decides': [
        'class A { A(int port) { ServerBuilder.forPort(port); } }',
        'grpc',
      ],
      "the JDK's server": [
        'class A { void main() { HttpServer.create(new InetSocketAddress("0.0.0.0", 8000), 0); } }',
        'jdk-http',
        8000,
      ],
    };
    for (const [name, [code, framework, port, variable]] of Object.entries(cases))
      it(name, () => {
        const { listens } = read(code);
        deepEqual(
          listens.map((listen) => [listen.framework, listen.port?.value, listen.portVariable]),
          [[framework, port, variable]],
        );
      });

    it('not where there is no web server', () => {
      const code =
        'class A { void main() { new SpringApplicationBuilder(A.class).web(WebApplicationType.NONE).run(); SpringApplication.x(); } }';
      equal(read(code).listens.length, 0);
    });
  });

  it('knows who adds a health service to a gRPC server', () => {
    const { grpc } = read(
      'class A { void main() { ServerBuilder.forPort(1).addService(new Orders()).addService(health.getHealthService()); } }',
    );
    ok(grpc.flatMap(({ services }) => services).some(({ value }) => value === 'grpc.health.v1.Health'));
  });

  it('tells calls that wait for ever from those that do not', () => {
    const timeouts = (code: string): string[] =>
      read(`class A { void a() { ${code} } }`).calls.map(({ timeout }) => timeout);
    deepEqual(timeouts('new RestTemplate().getForObject(url, X.class);'), ['missing']);
    deepEqual(timeouts('new RestTemplate(factory);'), ['unknown']);
    deepEqual(timeouts('t = new RestTemplate(); t.setRequestFactory(f);'), ['unknown']);
    deepEqual(timeouts('RestClient.create("http://x");'), ['missing']);
    deepEqual(timeouts('HttpRequest.newBuilder().uri(u).build();'), ['missing']);
    deepEqual(timeouts('HttpRequest.newBuilder().uri(u).timeout(t).build();'), ['set']);
    deepEqual(timeouts('HttpRequest.newBuilder().uri(u);'), ['unknown']);
    deepEqual(timeouts('new URL(u).openStream();'), ['missing']);
    deepEqual(timeouts('c = new URL(u).openConnection(); c.setReadTimeout(1);'), ['set']);
    deepEqual(timeouts('new OkHttpClient();'), ['set']);
  });

  it('knows what starts tracing, and what closes at the end', () => {
    const { tracing, signals } = read(
      'class A { void a() { SdkTracerProvider.builder(); GlobalTracer.register(t); Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop())); } }',
    );
    deepEqual(
      tracing.map(({ vendor }) => vendor),
      ['opentelemetry', 'opentracing'],
    );
    deepEqual(
      signals.map(({ drains }) => drains),
      [true],
    );
    const prints = read(
      'class A { void a() { Runtime.getRuntime().addShutdownHook(new Thread(() -> log.info("bye"))); } }',
    );
    equal(prints.signals[0]!.drains, false);
  });

  it('reads half-typed code', () => {
    const whole =
      '@RestController class A { @GetMapping("/a" + B) void a() { new RestTemplate(x ? 1 : System.getenv("A")); ServerBuilder.forPort(PORT).addService( } }';
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(40), (start, length) => {
        const file = textFile('A.java', whole.slice(0, start) + whole.slice(start + length));
        try {
          ok(source.parse(file).facts);
        } finally {
          file.dispose();
        }
      }),
      { numRuns: 200 },
    );
  });
});
