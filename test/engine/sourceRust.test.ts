/** What Rust services say about themselves, in the forms that people write. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import fc from 'fast-check';
import type { SourceFacts } from '../../rules/artifacts/source/facts.ts';
import { source } from '../../rules/artifacts/source/source.ts';
import { loadGrammar } from '../../rules/workspace/grammars.ts';
import { textFile } from '../../rules/workspace/textFile.ts';

function read(text: string): SourceFacts {
  const file = textFile('main.rs', text);
  try {
    return source.parse(file).facts!;
  } finally {
    file.dispose();
  }
}

/** Routers are told apart by what they are called without the place they stand at. */
function routesOf({ routers }: SourceFacts): string[] {
  return routers.flatMap(({ local, prefix = '', routes, mounts, complete, returnedBy }) => {
    const name = returnedBy ?? local.replace(/#\d+/, '');
    return [
      ...routes.map(({ method, path }) => `${name}: ${method} ${prefix}${path.value}`),
      ...mounts.map(({ prefix: at, target = '?', specifier, static: files }) =>
        files
          ? `${name}: ${at.value} files`
          : `${name}: ${at.value} > ${specifier ? `${specifier}::` : ''}${target.replace(/#\d+/, '')}`,
      ),
      ...(complete ? [] : [`${name}: …`]),
    ];
  });
}

describe('source in Rust', () => {
  before(() => loadGrammar('rust'));

  describe('routes', () => {
    const cases: Record<string, [code: string, routes: string[]]> = {
      axum: [
        `use axum::{routing::{get, post}, Router};\nmod users;\nfn app() -> Router {\n  let files = ServeDir::new("a");\n  let mut app = Router::new().route("/a/{*rest}", get(a).post(b)).nest("/users", users::router(1)).nest_service("/files", files).layer(TraceLayer::new());\n  app = app.merge(crate::admin::routes());\n  // app.route("/no", get(x))\n  app.with_state(1)\n}\n`,
        [
          'app: GET /a/*',
          'app: POST /a/*',
          'app: /users > self::users::router',
          'app: ALL /files/*',
          'app:  > crate::admin::routes',
        ],
      ],
      'axum, a function that gives what others make': [
        `use axum::Router;\nmod users; mod posts;\nfn api() -> Router { users::router().merge(posts::router()).fallback(not_found) }`,
        ['api:  > self::users::router', 'api:  > self::posts::router'],
      ],
      'actix-web': [
        `use actix_web::{web, App, HttpServer, get};\n#[get("/up")]\nasync fn up() -> &'static str { "ok" }\nfn main() { HttpServer::new(|| App::new().wrap(Logger::default()).service(up).service(web::scope("/api").configure(api::config).route("/a", web::post().to(a))).service(web::resource("/r").route(web::get().to(r))).service(Files::new("/static", "."))) }`,
        [
          'up: GET /up',
          'actix-web:  > up',
          'actix-web:  > actix-scope',
          'actix-web: GET /r',
          'actix-web: /static files',
          'actix-scope:  > api::config',
          'actix-scope: POST /api/a',
        ],
      ],
      'actix-web, handed to a function': [
        `use actix_web::web;\npub fn config(cfg: &mut web::ServiceConfig) { cfg.service(web::resource("/a").to(a)); }`,
        ['config(cfg): ALL /a'],
      ],
      Rocket: [
        `#[macro_use] extern crate rocket;\n#[get("/<name>?<q>")]\nfn hello() {}\n#[launch]\nfn rocket() -> _ { rocket::build().mount("/hi", routes![hello, users::list]) }`,
        ['hello: GET /<name>', 'rocket: /hi > hello', 'rocket: /hi > users::list'],
      ],
      'what is not known': [
        `use axum::Router;\nfn app() -> Router { Router::new().route(PATHS[0], get(a)) }\nfn other() -> Router { Router::new().api_route("/a", x) }`,
        ['app: …', 'other: …'],
      ],
      tests: [`use axum::Router;\n#[cfg(test)]\nmod tests { fn app() -> Router { Router::new() } }`, []],
    };
    for (const [name, [code, routes]] of Object.entries(cases))
      it(name, () => deepEqual(routesOf(read(code)).sort(), routes.sort()));
  });

  describe('listens', () => {
    const cases: Record<string, [code: string, listens: string[]]> = {
      axum: [
        `use axum::Router;\nasync fn main() { let app = Router::new(); let l = tokio::net::TcpListener::bind("0.0.0.0:3000").await.unwrap(); axum::serve(l, app).await.unwrap(); }`,
        ['axum 3000 axum'],
      ],
      'a port from the environment': [
        `use axum::Router;\nasync fn main() { let port = std::env::var("PORT").ok().and_then(|p| p.parse().ok()).unwrap_or(8080); let addr = SocketAddr::from(([0, 0, 0, 0], port)); axum_server::bind(addr).serve(make().into_make_service()).await; }`,
        ['axum 8080 PORT given'],
      ],
      'a formatted address': [
        `use axum::Router;\nconst PORT: u16 = 4000;\nasync fn main() { axum::serve(TcpListener::bind(format!("{}:{}", host, PORT)).await?, x) }`,
        ['axum 4000'],
      ],
      'actix-web': [
        `use actix_web::{App, HttpServer};\nfn main() { HttpServer::new(move || { App::new() }).workers(2).bind(("0.0.0.0", 8080))?.run().await }`,
        ['actix-web 8080 actix-web drains'],
      ],
      'actix-web beside a server of metrics': [
        `use actix_web::{App, HttpServer};\nfn main() { HttpServer::new(move || App::new().route("/metrics", web::get().to(metrics))).bind(("0.0.0.0", 9090))?.run(); HttpServer::new(move || { App::new() }).bind(("0.0.0.0", 8080))?.run().await }`,
        ['actix-web 8080 actix-web drains'],
      ],
      warp: [`fn main() { warp::serve(routes).run(([0, 0, 0, 0], 3030)).await; }`, ['warp 3030']],
      Rocket: [`fn rocket() -> _ { rocket::build() }`, ['rocket rocket drains']],
      tonic: [
        `use tonic::transport::Server;\nasync fn main() { let addr = "[::]:50051".parse()?; Server::builder().add_service(GreeterServer::new(g)).serve(addr).await?; }`,
        ['tonic 50051'],
      ],
    };
    for (const [name, [code, listens]] of Object.entries(cases))
      it(name, () =>
        deepEqual(
          read(code).listens.map(({ framework, port, portVariable, router, drains }) =>
            [framework, port?.value, portVariable, router?.replace(/#\d+/, ''), drains && 'drains']
              .filter(Boolean)
              .join(' '),
          ),
          listens,
        ),
      );
  });

  describe('calls', () => {
    const cases: Record<string, [call: string, timeout: string | undefined]> = {
      get: ['reqwest::get(url).await', 'missing'],
      'a client': ['Client::new()', 'missing'],
      'a client with a limit': ['Client::builder().timeout(d).build()', 'set'],
      'a builder without': ['Client::builder().build()', 'missing'],
      'a builder that is kept': ['Client::builder()', 'unknown'],
      'the blocking client': ['reqwest::blocking::Client::new()', undefined],
    };
    for (const [name, [call, timeout]] of Object.entries(cases))
      it(name, () => equal(read(`use reqwest::Client;\nfn f() { ${call}; }`).calls[0]?.timeout, timeout));
  });

  it('knows what starts tracing, and that logging is none', () => {
    const vendors = (code: string): string[] =>
      read(`use axum::Router;\nfn main() { ${code}; }`).tracing.map(({ vendor }) => vendor);
    deepEqual(vendors('let l = tracing_opentelemetry::layer()'), ['opentelemetry']);
    deepEqual(vendors('opentelemetry::global::set_tracer_provider(p)'), ['opentelemetry']);
    deepEqual(vendors('tracing_subscriber::fmt::init()'), []);
  });

  it('tells SIGTERM from an interrupt', () => {
    const signals = (code: string): string[] =>
      read(`use axum::Router;\nfn main() { axum::serve(l, a).with_graceful_shutdown(stop()); }\n${code}`)
        .signals.map(({ signal }) => signal)
        .sort();
    deepEqual(signals('async fn stop() { tokio::signal::ctrl_c().await; }'), ['SIGINT']);
    deepEqual(signals('async fn stop() { signal::unix::signal(SignalKind::terminate()); }'), [
      'SIGTERM',
      'SIGTERM',
    ]);
    deepEqual(signals(''), ['SIGTERM']);
  });

  it('names gRPC services', () => {
    const { grpc } = read(
      `use tonic::transport::Server;\nfn main() { let (r, health) = tonic_health::server::health_reporter(); Server::builder().add_service(health).add_service(CartServer::new(c)); }`,
    );
    deepEqual(
      grpc.flatMap(({ services }) => services.map(({ value }) => value)),
      ['grpc.health.v1.Health', 'Cart'],
    );
  });

  it('reads any text, with ranges inside it', () => {
    const words = [
      'use axum::{', 'Router', '::new()', '.route("/a", ', 'get(x)', ')', 'fn f() { ', '}', 'let a = a', ';', '#[get("/x")]', 'axum::serve(', 'mod m;', '"', '\n', ' ',
      'format!("{}:{}", a', 'HttpServer::new(|| ', '.bind(("a", 1))', 'App::new()', '&mut ', '::<', '>', 'impl A {', 'r#"',
    ]; // prettier-ignore
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 40 }), (parts) => {
        const text = `use axum::Router;\n${parts.join('')}`;
        const check = (value: unknown): void => {
          if (typeof value !== 'object' || value === null) return;
          if ('start' in value && 'end' in value)
            ok(Number(value.start) <= Number(value.end) && Number(value.end) <= text.length);
          for (const inner of Object.values(value)) check(inner);
        };
        check(read(text));
      }),
      { numRuns: 300 },
    );
  });
});
