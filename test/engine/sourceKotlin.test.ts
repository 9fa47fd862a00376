/** What Kotlin services say about themselves, in the forms that people write. */
import { deepEqual, ok } from 'node:assert/strict';
import fc from 'fast-check';
import type { SourceFacts } from '../../rules/artifacts/source/facts.ts';
import { source } from '../../rules/artifacts/source/source.ts';
import { loadGrammar } from '../../rules/workspace/grammars.ts';
import { textFile } from '../../rules/workspace/textFile.ts';

function read(code: string): SourceFacts {
  const text = `package shop\nimport io.ktor.server.routing.*\nimport org.springframework.boot.*\n${code}\n`;
  ok(source.mayHold(text, 'A.kt'), 'the text is worth reading');
  const file = textFile('A.kt', text);
  try {
    return source.parse(file).facts!;
  } finally {
    file.dispose();
  }
}

function routesOf({ routers }: SourceFacts): string[] {
  return routers.flatMap(({ local, prefix = '', routes, mounts, complete, parameterOf }) => {
    const name = parameterOf?.function ?? local;
    return [
      ...routes.map(({ method, path }) => `${name}: ${method} ${prefix}${path.value}`),
      ...mounts.map(
        ({ prefix: at, target, static: files }) => `${name}: ${at.value} > ${files ? 'files' : target}`,
      ),
      ...(complete ? [] : [`${name}: …`]),
    ];
  });
}

describe('source in Kotlin', () => {
  before(() => loadGrammar('kotlin'));

  describe('routes', () => {
    const cases: Readonly<Record<string, [code: string, routes: string[]]>> = {
      Ktor: [
        `const val ONE = "/{id}"
fun Application.module() {
  install(CallLogging)
  routing {
    get { }
    route("/users") { authenticate("jwt") { post(ONE) { call.respond(users.get("x")) } } }
    get("/files/{path...}") { }
    staticResources("/static", "files")
    orders(repository)
  }
}`,
        [
          'ktor 0: GET /',
          'ktor 0: POST /users/{id}',
          'ktor 0: GET /files/*',
          'ktor 0: /static > files',
          'ktor 0:  > orders',
        ],
      ],
      'Ktor, in functions of their own': [
        'fun Route.orders() = route("/orders") { get("/all") { } }\nfun Application.configure() { routing { orders() } }',
        ['orders: GET /orders/all', 'configure:  > orders'],
      ],
      'Ktor, with what is said about a route': [
        'fun Route.a() { get("/x") { call.respond(map.get("y")) }.describe { tag("z") } }',
        ['a: GET /x'],
      ],
      'Ktor, in a loop or by a receiver': [
        'fun Route.a() { for (p in all) { get(p) { } } }\nfun Route.b() { all.forEach { get(it) { } } }\nfun Route.c(r: Route) { r.get("/x") { } }',
        ['a: …', 'b: …', 'c: …'],
      ],
      'Ktor, by what cannot be read': [
        'fun Application.module() { intercept(Call) { }\n routing { get(path()) { }\n get<Articles> { } } }',
        ['ktor 0: …'],
      ],
      Spring: [
        '@RestController @RequestMapping("/users") class Users(private val all: All) { @GetMapping("/{id}") fun one(): User = x\n @PostMapping(value = ["/a", "/b"]) fun add() {} }',
        ['Users: GET /users/{id}', 'Users: POST /users/a', 'Users: POST /users/b'],
      ],
      'Spring, by functions': ['fun a() = router { GET("/x") { x } }', ['router: …']],
    };
    for (const [name, [code, routes]] of Object.entries(cases))
      it(name, () => deepEqual(routesOf(read(code)), routes));
  });

  it('knows where a server starts, and on which port', () => {
    const listens = (code: string): unknown[] =>
      read(code).listens.map(({ framework, port, portVariable }) => [framework, port?.value, portVariable]);
    deepEqual(
      listens(
        'fun main() { embeddedServer(Netty, port = System.getenv("PORT")?.toInt() ?: 8080) { module() }.start(wait = true) }',
      ),
      [['ktor', 8080, 'PORT']],
    );
    deepEqual(listens('fun main(args: Array<String>) = io.ktor.server.netty.EngineMain.main(args)'), [
      ['ktor-engine', undefined, undefined],
    ]);
    deepEqual(listens('fun main(args: Array<String>) { runApplication<Shop>(*args) }'), [
      ['spring-boot', undefined, undefined],
    ]);
    deepEqual(listens('fun main() { ServerBuilder.forPort(9090).addService(A()).build() }'), [
      ['grpc', 9090, undefined],
    ]);
  });

  it('knows tracing, hooks, variables and clients without a limit', () => {
    const { tracing, signals, environment, calls } = read(
      'fun main() { AutoConfiguredOpenTelemetrySdk.initialize()\n Runtime.getRuntime().addShutdownHook(Thread { stop() })\n val a = System.getenv("A")\n val t = RestTemplate() }',
    );
    deepEqual(
      [tracing[0]?.vendor, signals[0]?.drains, environment[0]?.value, calls[0]?.timeout],
      ['opentelemetry', true, 'A', 'missing'],
    );
  });

  it('reads half-typed code', () => {
    const whole =
      '@RestController class A { @GetMapping("/a" + B) fun a() { RestTemplate(System.getenv("A") ?: "x") } }\nfun Application.module() { routing { route("/x") { get("/y") { } users() } } }';
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(40), (start, length) => {
        const file = textFile('A.kt', whole.slice(0, start) + whole.slice(start + length));
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
