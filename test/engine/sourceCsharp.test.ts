/** What C# services say about themselves, in the forms that people write. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import fc from 'fast-check';
import type { SourceFacts } from '../../rules/artifacts/source/facts.ts';
import { source } from '../../rules/artifacts/source/source.ts';
import { loadGrammar } from '../../rules/workspace/grammars.ts';
import { textFile } from '../../rules/workspace/textFile.ts';

function read(text: string): SourceFacts {
  ok(source.mayHold(text, 'Program.cs'), 'the text is worth reading');
  const file = textFile('Program.cs', text);
  try {
    return source.parse(file).facts!;
  } finally {
    file.dispose();
  }
}

const start = 'var builder = WebApplication.CreateBuilder(args);\nvar app = builder.Build();\n';

/** Routers by the number they stand at. */
function routesOf({ routers }: SourceFacts): string[] {
  return routers.flatMap(({ local, routes, mounts, complete, parameterOf }) => {
    const name = parameterOf?.function ?? local;
    return [
      ...routes.map(({ method, path }) => `${name}: ${method} ${path.value}`),
      ...mounts.map(
        ({ prefix, target, static: files }) => `${name}: ${prefix.value} > ${files ? 'files' : target}`,
      ),
      ...(complete ? [] : [`${name}: …`]),
    ];
  });
}

describe('source in C#', () => {
  before(() => loadGrammar('c-sharp'));

  it('claims what is built, not tests', () => {
    deepEqual(['Api/Program.cs', 'Api.Tests/Program.cs', 'Api/CartTests.cs'].map(source.claims), [
      true,
      false,
      false,
    ]);
  });

  describe('routes', () => {
    const cases: Readonly<Record<string, [code: string, routes: string[]]>> = {
      'minimal APIs': [
        `${start}const string All = "/all"; app.MapGet("/users/{id:int?}", (int id) => id).WithName("x"); app.MapPost(All + "/new", Add); app.Run();`,
        ['app 0: GET /users/{id?}', 'app 0: POST /all/new'],
      ],
      groups: [
        `${start}var api = app.MapGroup("/api").RequireAuthorization(); var users = api.MapGroup("users"); users.MapGet("/", All); app.MapGroup("/v2").MapGet("/x", X);`,
        [
          'app 0: /api > app 1',
          'app 0: /v2 > app 3',
          'app 1: users > app 2',
          'app 2: GET /',
          'app 3: GET /x',
        ],
      ],
      'health checks, hubs and files': [
        `${start}app.MapHealthChecks("/healthz"); app.UseHealthChecks("/ready"); app.MapHub<Chat>("/chat"); app.UseStaticFiles(); app.MapFallbackToFile("index.html"); app.UseRouting();`,
        [
          'app 0: GET /healthz',
          'app 0: GET /ready',
          'app 0: ALL /chat',
          'app 0: ALL /chat/*',
          'app 0: ALL /*',
          'app 0:  > files',
        ],
      ],
      'what is served while developing alone': [
        `${start}if (app.Environment.IsDevelopment()) { app.MapHealthChecks("/healthz"); app.MapOpenApi(); }`,
        ['app 0: …'],
      ],
      'what is served unless developing': [
        `${start}if (!app.Environment.IsDevelopment()) { app.MapHealthChecks("/healthz"); }`,
        ['app 0: GET /healthz'],
      ],
      'methods that are handed the application': [
        'static class Users { public static void MapUsers(this IEndpointRouteBuilder app) { app.MapGet("/users", All); app.MapOrders(); Audit.Map(app); } }',
        ['MapUsers: GET /users', 'MapUsers:  > MapOrders', 'MapUsers:  > Map'],
      ],
      'a Startup class': [
        'class Startup { public void Configure(IApplicationBuilder app) { app.UseEndpoints(e => { e.MapGet("/x", X); e.MapControllers(); }); } }',
        ['app 0: GET /x'],
      ],
      'what is added to something declared elsewhere': [
        'partial class Program { void Add() { routes.App.MapGet("/x", X); WebApplication y; } }',
        ['app 0: GET /x', 'app 0: …'],
      ],
      'pages and proxies, whose paths are elsewhere': [
        `${start}app.MapRazorPages(); app.MapReverseProxy();`,
        ['app 0: …'],
      ],
      controllers: [
        `[ApiController, Route("api/[controller]")] public class CartController : ControllerBase {
          [HttpGet] public int All() => 1;
          [HttpGet("{id}", Name = "One")] public int One(int id) => 1;
          [HttpPost, Route("[action]")] public int AddAsync() => 1;
          [HttpDelete("/all/{**rest}")] public int Clear() => 1; }`,
        [
          'CartController: GET api/Cart/',
          'CartController: GET api/Cart/{id}',
          'CartController: POST api/Cart/Add',
          'CartController: DELETE /all/*',
        ],
      ],
      'controllers of a base class': [
        '[Route("x")] class A : ApiControllerBase { [HttpGet("y")] int Y() => 1; }',
        ['A: GET x/y', 'A: …'],
      ],
      'controllers by convention': ['class A : Controller { [HttpPost] int Y() => 1; }', []],
    };
    for (const [name, [code, routes]] of Object.entries(cases))
      it(name, () => deepEqual(routesOf(read(code)), routes));
  });

  it('knows where a server starts, and on which port', () => {
    const listens = (code: string): unknown[] =>
      read(code).listens.map(({ framework, port }) => [framework, port?.value]);
    deepEqual(listens(`${start}app.Run();`), [['aspnet', undefined]]);
    deepEqual(listens(`${start}await app.RunAsync("http://*:5000");`), [
      ['aspnet', undefined],
      ['kestrel', 5000],
    ]);
    deepEqual(
      listens(
        'Host.CreateDefaultBuilder(args).ConfigureWebHostDefaults(web => web.UseStartup<Startup>().UseUrls("http://+:80"));',
      ),
      [
        ['kestrel', 80],
        ['aspnet', undefined],
      ],
    );
    deepEqual(listens('builder.WebHost.ConfigureKestrel(options => options.ListenAnyIP(8081));'), [
      ['kestrel', 8081],
    ]);
    deepEqual(listens('var server = new Server { Ports = { new ServerPort("0.0.0.0", 50051, c) } };'), [
      ['grpc', 50051],
    ]);
    deepEqual(listens(`${start}app.Run(async context => {});`), []);
  });

  it('knows services of gRPC and who serves health', () => {
    const services = (code: string): string[] =>
      read(code).grpc.flatMap((grpc) => grpc.services.map(({ value }) => value));
    deepEqual(services(`${start}app.MapGrpcService<Cart>(); app.MapGrpcHealthChecksService();`), [
      'Cart',
      'grpc.health.v1.Health',
    ]);
    deepEqual(services('class Check : Grpc.Health.V1.Health.HealthBase {}'), ['grpc.health.v1.Health']);
  });

  it('knows what starts tracing', () => {
    const vendors = (code: string): string[] => read(`${start}${code}`).tracing.map(({ vendor }) => vendor);
    deepEqual(vendors('builder.Services.AddOpenTelemetry().WithTracing(t => t.AddOtlpExporter());'), [
      'opentelemetry',
    ]);
    deepEqual(vendors('builder.Services.AddOpenTelemetry().UseAzureMonitor();'), ['azure']);
    deepEqual(vendors('builder.Services.AddOpenTelemetry().WithMetrics(m => m);'), []);
  });

  it('knows clients without a limit, and sessions in memory', () => {
    const { calls, state } = read(
      `${start}var client = new HttpClient(); client.Timeout = Timeout.InfiniteTimeSpan; builder.Services.AddDistributedMemoryCache(); builder.Services.AddSession();`,
    );
    deepEqual(
      calls.map(({ timeout }) => timeout),
      ['set', 'missing'],
    );
    equal(state.length, 1);
  });

  it('reads half-typed code', () => {
    const whole = `${start}var api = app.MapGroup("/a").X(); api.MapGet("/x", y => { if (app.Environment.IsDevelopment()) app.MapHealthChecks( }); [Route("a")] class B : C { [HttpGet("b", Name = x)] int D() => 1; }`;
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(40), (start, length) => {
        const file = textFile('Program.cs', whole.slice(0, start) + whole.slice(start + length));
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
