/** What Go services say about themselves, in the forms that people write. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import fc from 'fast-check';
import type { SourceFacts } from '../../rules/artifacts/source/facts.ts';
import { source } from '../../rules/artifacts/source/source.ts';
import { loadGrammar } from '../../rules/workspace/grammars.ts';
import { textFile } from '../../rules/workspace/textFile.ts';

const packages = {
  http: 'net/http',
  signal: 'os/signal',
  mux: 'github.com/gorilla/mux',
  chi: 'github.com/go-chi/chi/v5',
  gin: 'github.com/gin-gonic/gin',
  echo: 'github.com/labstack/echo/v4',
  fiber: 'github.com/gofiber/fiber/v2',
  grpc: 'google.golang.org/grpc',
  sdktrace: 'go.opentelemetry.io/otel/sdk/trace',
  tracer: 'gopkg.in/DataDog/dd-trace-go.v1/ddtrace/tracer',
};

/** A file of package main with the packages that the code names. */
function program(code: string): string {
  const used = Object.entries(packages).filter(([name]) => new RegExp(`\\b${name}\\.`).test(code));
  const imports = used.map(([name, path]) => `\t${name} "${path}"`).join('\n');
  return `package main\n\nimport (\n\t"os"\n${imports}\n)\n\n${code}\n`;
}

function read(code: string): SourceFacts {
  const text = program(code);
  ok(source.mayHold(text, 'main.go'), 'the text is worth reading');
  const file = textFile('main.go', text);
  try {
    return source.parse(file).facts!;
  } finally {
    file.dispose();
  }
}

function routesOf({ routers }: SourceFacts): string[] {
  return routers.flatMap(({ routes, mounts, complete }) => [
    ...routes.map(({ method, path }) => `${method} ${path.value}`),
    ...mounts.map(({ prefix, static: files, target }) => `${prefix.value} > ${files ? '(static)' : target}`),
    ...(complete ? [] : ['…']),
  ]);
}

describe('source in Go', () => {
  before(() => loadGrammar('go'));

  it('claims what is built, not tests', () => {
    deepEqual(['main.go', 'main_test.go'].map(source.claims), [true, false]);
  });

  it('reads what is imported, and where a program starts', () => {
    const { imports, exports } = read('func main() { http.Get(os.Args[1]) }');
    deepEqual(
      imports.map(({ specifier }) => specifier),
      ['os', 'net/http'],
    );
    deepEqual(exports, [{ name: 'main', local: 'main' }]);
  });

  describe('routes', () => {
    const cases: Record<string, [code: string, routes: string[]]> = {
      'net/http': [
        'func main() { http.HandleFunc("/a", h); m := http.NewServeMux(); m.HandleFunc("GET /b/{id}", h); m.Handle("/s/", http.FileServer(d)) }',
        ['ALL /a', 'GET /b/{id}', '/s/ > (static)'],
      ],
      'a handler for everything below': [
        'func main() { http.HandleFunc("/", hello) }\nfunc hello(w http.ResponseWriter, r *http.Request) { w.Write(nil) }',
        ['ALL /*'],
      ],
      'a handler that looks at the path': [
        'func main() { http.HandleFunc("/", hello) }\nfunc hello(w http.ResponseWriter, r *http.Request) { serve(r.URL.Path) }',
        ['ALL /*', '…'],
      ],
      'gorilla/mux': [
        'func main() { r := mux.NewRouter(); r.HandleFunc("/a", h).Methods("POST"); r.Methods("GET").Path("/b").Handler(h); s := r.PathPrefix("/v1").Subrouter(); s.HandleFunc("/c", h) }',
        ['POST /a', 'GET /b', 'ALL /v1/c'],
      ],
      chi: [
        'func main() { r := chi.NewRouter(); r.Get("/a", h); r.Route("/v1", func(r chi.Router) { r.Post("/b", h) }); s := chi.NewRouter(); s.Get("/c", h); r.Mount("/s", s) }',
        ['GET /a', 'POST /v1/b', '/s > chi.NewRouter() 1', 'GET /c'],
      ],
      gin: [
        'func main() { r := gin.Default(); v1 := r.Group("/v1"); v1.GET("/a", h); r.Handle("POST", "/b", h); r.Static("/s", "./s") }',
        ['GET /v1/a', 'POST /b', '/s > (static)'],
      ],
      'echo and fiber': [
        'func main() { e := echo.New(); e.GET("/a", h); f := fiber.New(); f.Get("/b", h) }',
        ['GET /a', 'GET /b'],
      ],
      'a function of the file that adds routes': [
        'func main() { r := gin.New(); add(r) }\nfunc add(r *gin.Engine) { r.GET("/a", h) }',
        [' > add(r)', 'GET /a'],
      ],
      'a function of another file': ['func main() { r := gin.New(); other.Add(r) }', ['…']],
      'middleware that may answer': [
        'func main() { r := chi.NewRouter(); r.Use(Heartbeat("/ping")) }',
        ['…'],
      ],
      'a computed path': ['func main() { r := mux.NewRouter(); r.HandleFunc(path("/a"), h) }', ['…']],
    };
    for (const [name, [code, routes]] of Object.entries(cases))
      it(name, () => deepEqual(routesOf(read(code)), routes));
  });

  describe('listens', () => {
    const cases: Record<string, [code: string, listens: string[]]> = {
      'a literal': [
        'func main() { http.HandleFunc("/a", h); http.ListenAndServe(":8080", nil) }',
        ['http 8080 http.DefaultServeMux'],
      ],
      'a variable of the environment': [
        'func main() { port := "80"; if os.Getenv("PORT") != "" { port = os.Getenv("PORT") }; r := mux.NewRouter(); r.HandleFunc("/a", h); http.ListenAndServe(":"+port, r) }',
        ['http 80 PORT mux.NewRouter()'],
      ],
      'a variable of the environment, put into an address that has a default': [
        'const defaultAddr = ":8080"\nfunc main() { addr := defaultAddr; if p := os.Getenv("PORT"); p != "" { addr = ":" + p }; r := mux.NewRouter(); r.HandleFunc("/a", h); http.ListenAndServe(addr, r) }',
        ['http 8080 PORT mux.NewRouter()'],
      ],
      'a variable of the environment, for which there is no default': [
        'func main() { var addr string; if p := os.Getenv("PORT"); p != "" { addr = ":" + p }; r := mux.NewRouter(); r.HandleFunc("/a", h); http.ListenAndServe(addr, r) }',
        ['http PORT mux.NewRouter()'],
      ],
      'a flag': [
        'func main() { p := flag.String("port", "80", ""); http.ListenAndServe(":"+*p, other()) }',
        ['http 80'],
      ],
      'a server': [
        'func main() { m := http.NewServeMux(); m.HandleFunc("/a", h); s := &http.Server{Addr: ":81", Handler: m}; s.ListenAndServe() }',
        ['http 81 http.NewServeMux()'],
      ],
      frameworks: [
        'func main() { g := gin.New(); g.Run(":1"); e := echo.New(); e.Start(":2"); f := fiber.New(); f.Listen(":3") }',
        ['http 1 gin.New()', 'http 2 echo.New()', 'http 3 fiber.New()'],
      ],
      gRPC: [
        'func main() { l, _ := net.Listen("tcp", fmt.Sprintf(":%d", 50051)); s := grpc.NewServer(); pb.RegisterCartServer(s, c); s.Serve(l) }',
        ['grpc'],
      ],
      'nothing that users ask': [
        'func main() { go http.ListenAndServe("localhost:6060", nil); m := http.NewServeMux(); m.Handle("/metrics", h); http.ListenAndServe(":9090", m) }',
        [],
      ],
    };
    for (const [name, [code, expected]] of Object.entries(cases))
      it(name, () => {
        const listens = read(code).listens.map(({ protocol, port, portVariable, router }) =>
          [protocol, port?.value, portVariable, router].filter((part) => part !== undefined).join(' '),
        );
        deepEqual(listens, expected);
      });
  });

  it('names the gRPC services', () => {
    const { grpc } = read(
      'func main() { s := grpc.NewServer(); pb.RegisterCartServer(s, c); healthpb.RegisterHealthServer(s, h) }',
    );
    deepEqual(
      grpc.flatMap(({ services }) => services.map(({ value }) => value)),
      ['Cart', 'grpc.health.v1.Health'],
    );
  });

  it('sees tracing where it starts', () => {
    const vendors = (code: string): string[] => read(code).tracing.map(({ vendor }) => vendor);
    deepEqual(vendors('func main() { sdktrace.NewTracerProvider() }'), ['opentelemetry']);
    deepEqual(vendors('func main() { tracer.Start() }'), ['datadog']);
    deepEqual(vendors('func main() { go initTracing(); http.Get(u) }\nfunc initTracing() {}'), []);
  });

  describe('signals', () => {
    const notify = 'c := make(chan os.Signal, 1); signal.Notify(c, syscall.SIGTERM, os.Interrupt); ';
    const cases: Record<string, [code: string, signals: string[]]> = {
      'a shutdown': [
        `func main() { s := &http.Server{}; ${notify} <-c; s.Shutdown(ctx) }`,
        ['SIGTERM drains', 'SIGINT drains'],
      ],
      'an exit': [`func main() { ${notify} log.Fatal(<-c) }`, ['SIGTERM', 'SIGINT']],
      'what is elsewhere': [
        `func main() { ${notify} <-c; app.stopAll() }`,
        ['SIGTERM drains', 'SIGINT drains'],
      ],
      'other signals': ['func main() { signal.Notify(c, syscall.SIGUSR1) }', ['SIGUSR1']],
    };
    for (const [name, [code, expected]] of Object.entries(cases))
      it(name, () => {
        const found = read(code).signals.map(({ signal, drains }) => signal + (drains ? ' drains' : ''));
        deepEqual(found, expected);
      });
  });

  it('tells calls without a time limit', () => {
    const timeouts = (code: string): string[] => read(code).calls.map(({ timeout }) => timeout);
    deepEqual(timeouts('func main() { http.Get(u); http.DefaultClient.Do(r) }'), ['missing', 'missing']);
    deepEqual(timeouts('func main() { c := &http.Client{Timeout: t}; c.Get(u) }'), ['set']);
    deepEqual(timeouts('func main() { c := &http.Client{}; c.Get(u) }'), ['missing']);
    deepEqual(timeouts('func main() { c := &http.Client{Transport: t}; c.Get(u) }'), ['unknown']);
    deepEqual(timeouts('func main() { http.Get("http://localhost/healthz") }'), []);
    deepEqual(timeouts('func f() { http.NewRequestWithContext(x); http.DefaultClient.Do(r) }'), ['unknown']);
  });

  it('survives any damage, with ranges inside of the text', () => {
    const whole = program(`var port = "80"
func main() { r := mux.NewRouter(); s := r.PathPrefix("/v1").Subrouter(); s.HandleFunc("/a"+port, h).Methods("GET")
  add(r); g := gin.New(); v := g.Group("/x"); v.GET("/y", h); port = port + ":" + port; http.ListenAndServe(":"+port, r)
  signal.Notify(c, syscall.SIGTERM); go func() { <-c; srv.Shutdown(ctx) }(); x := &http.Server{Addr: port}; x.Serve(l)
  k := grpc.NewServer(); pb.RegisterAServer(k, a); k.Serve(l); http.Get(u); http.DefaultClient.Timeout = 1 }
func add(r *mux.Router) { add(r); r.Handle("/", http.StripPrefix("/", r)) }`);
    const damage = fc.array(
      fc.tuple(
        fc.nat(whole.length),
        fc.nat(12),
        fc.constantFrom('', '(', '}', '`', '"', '{', ';', '\n', ':=', '*', 'func'),
      ),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(damage, (cuts) => {
        let text = whole;
        for (const [at, length, put] of cuts) text = text.slice(0, at) + put + text.slice(at + length);
        const file = textFile('main.go', text);
        const { facts } = source.parse(file);
        file.dispose();
        for (const { start, end } of rangesIn(facts)) ok(0 <= start && start <= end && end <= text.length);
      }),
      { numRuns: 150 },
    );
  });

  it('reads chains of names and deep nesting in little time', () => {
    const chain = Array.from({ length: 2000 }, (_, i) => `a${i + 1} := a${i} + a${i}`).join('\n');
    const started = Date.now();
    read(
      `func main() { a0 := "x"\n${chain}\nhttp.ListenAndServe(a2000, a2000); http.HandleFunc(a1999, a3) }`,
    );
    const fields = Array.from(
      { length: 40 },
      (_, i) => `c.f${i} = c.f${(i + 1) % 40}.With()\nc.f${i} = c.f${(i + 3) % 40}.With()`,
    ).join('\n');
    read(`func main() { ${fields}\nhttp.ListenAndServe(":80", c.f0) }`);
    read(`func main() { http.Get(${'('.repeat(2000)}`);
    read(`func main() { http.Get(${'f('.repeat(2000)}`);
    equal(Date.now() - started < 4000, true);
  });
});

function rangesIn(value: unknown): { start: number; end: number }[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = 'start' in value && 'end' in value ? [value as { start: number; end: number }] : [];
  return [...own, ...Object.values(value).flatMap(rangesIn)];
}
