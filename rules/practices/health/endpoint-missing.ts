/** A server that answers no health route can only be judged by whether its port is open. */
import type { ts } from 'ts-morph';
import { grpcHealthService, isHealthOfPart, isHealthPath } from '../../model/health.ts';
import type { Listen, Model, Service } from '../../model/model.ts';
import { addHealthRoute, knowsHealthRoute } from '../edits/healthRoute.ts';
import { joinPaths } from '../../model/routes.ts';
import { addArtifact, mapHealthChecks, projectOf } from '../edits/platforms.ts';
import { insertBefore, insertImport, parseCode, statementAt, type Code } from '../edits/typescript.ts';
import { defineRule, type Change, type FixContext, type LazyFix } from '../rule.ts';

export default defineRule({
  id: 'health/endpoint-missing',
  title: 'A service listens but serves no health route.',
  area: 'health',
  section: '§4',
  level: 'warning',
  joins: true,
  fix: 'suggested',
  messages: {
    http: {
      text: '{service} listens for HTTP but serves no health route, so nothing can tell a working instance from one that only has its port open.',
    },
    grpc: {
      text: '{service} serves gRPC without grpc.health.v1.Health, so nothing can tell a working instance from one that only has its port open.',
    },
  },
  check(model, report) {
    for (const service of model.services) {
      if (service.role !== 'production' || service.runs) continue;
      const { code, configuration } = service;
      const declared = configuration?.routes.find(isHealthPath);
      if (declared !== undefined) {
        report.met(service, {
          at: service.at,
          message: `The configuration says that it serves ${declared}.`,
        });
        continue;
      }
      if (!code) continue;
      const listens = code.listens.filter(({ at }) => model.role(at.file) === 'production');
      const [listen] = listens;
      if (!listen) continue;
      const health = healthOf(code);
      const ofPart = code.routes.find(({ path }) => isHealthPath(path));
      const grpcOnly = listens.every(({ protocol }) => protocol === 'grpc');
      if (health) report.met(service, health);
      else if (ofPart) report.unknown(service, `${ofPart.path} may tell only of a part of it.`, ofPart.at);
      else if (!grpcOnly && !code.routesComplete) {
        report.unknown(
          service,
          'Some of its routes are decided when it runs, so a health route may be among them.',
          listen.at,
        );
      } else if (grpcOnly && listens.some(({ open }) => open)) {
        report.unknown(
          service,
          'Other code adds services to its gRPC server, health among them or not.',
          listen.at,
        );
      } else {
        const message = grpcOnly ? 'grpc' : 'http';
        const served = listens.find(({ protocol }) => protocol === message)!;
        report.gap({
          message,
          data: { service: service.name },
          at: served.at,
          service,
          fixes: [...fixes(served), ...(message === 'http' ? besideAnother(model, service) : [])],
        });
      }
    }
  },
});

function healthOf(code: NonNullable<Service['code']>): { at: Listen['at']; message: string } | undefined {
  const served = code.routes.map(({ path }) => path);
  const routes = code.routes.filter(({ path }) => isHealthPath(path) && !isHealthOfPart(path, served));
  // Of several, the one that cannot mean anything else is the better evidence.
  const route = routes.find(({ path }) => /health|ready|live/i.test(path)) ?? routes[0];
  if (route) return { at: route.at, message: `It serves ${route.path}.` };
  const grpc = code.grpcServices.find(({ value }) => value === grpcHealthService);
  return grpc && { at: grpc.at, message: `It serves ${grpcHealthService}.` };
}

/** The route a fix adds: the name that Kubernetes itself uses for it. */
const path = '/healthz';

const springWeb = /^spring-boot-starter-(?:web|webmvc|webflux)$/;

type RouteWriter = (router: string, style: Code['style']) => readonly string[];

/** Written as the framework's own guide writes it; no entry, no fix. */
const writers: Readonly<Record<string, RouteWriter>> = {
  express: (router, { quote, semicolon, indent }) => [
    `${router}.get(${quote}${path}${quote}, (_req, res) => {`,
    `${indent}res.json({ status: ${quote}ok${quote} })${semicolon}`,
    `})${semicolon}`,
    '',
  ],
  fastify: (router, { quote, semicolon }) => [
    `${router}.get(${quote}${path}${quote}, async () => ({ status: ${quote}ok${quote} }))${semicolon}`,
    '',
  ],
  hono: (router, { quote, semicolon }) => [
    `${router}.get(${quote}${path}${quote}, (c) => c.json({ status: ${quote}ok${quote} }))${semicolon}`,
    '',
  ],
  koa: (router, { quote, semicolon, indent }) => [
    `${router}.use(async (ctx, next) => {`,
    `${indent}if (ctx.path !== ${quote}${path}${quote}) return next()${semicolon}`,
    `${indent}ctx.body = { status: ${quote}ok${quote} }${semicolon}`,
    `})${semicolon}`,
    '',
  ],
  nestjs: (router, { quote, semicolon, typescript }) => [
    `${router}.getHttpAdapter().get(${quote}${path}${quote}, (_req${typescript ? ': unknown' : ''}, res${typescript ? ': { json(body: object): void }' : ''}) => res.json({ status: ${quote}ok${quote} }))${semicolon}`,
  ],
};

function fixes(listen: Listen): LazyFix[] {
  const { framework, router, server, at, protocol } = listen;
  if (!at.range) return [];
  if (protocol === 'grpc') {
    if (server === undefined) return [];
    const title = 'Serve grpc.health.v1.Health with grpc-health-check';
    return [{ title, safety: 'suggested', changes: (context) => serveGrpcHealth(context, listen) }];
  }
  const title = `Serve ${path}`;
  if (framework === 'spring-boot') {
    const actuator = 'Serve /actuator/health by adding spring-boot-starter-actuator';
    return [
      {
        title: actuator,
        safety: 'suggested',
        changes: (context) =>
          addArtifact(context, projectOf(at.file), springWeb, 'spring-boot-starter-actuator'),
      },
    ];
  }
  if (framework === 'quarkus') {
    const health = 'Serve /q/health by adding quarkus-smallrye-health';
    return [
      {
        title: health,
        safety: 'suggested',
        changes: (context) =>
          addArtifact(context, projectOf(at.file), /^quarkus-rest/, 'quarkus-smallrye-health'),
      },
    ];
  }
  if (framework === 'aspnet')
    return [{ title, safety: 'suggested', changes: (context) => mapHealthChecks(context, at.file, path) }];
  if (framework === 'http') {
    return [{ title, safety: 'suggested', changes: (context) => answerHealth(context, listen) }];
  }
  if (router === undefined || !Object.hasOwn(writers, framework)) return [];
  return [{ title, safety: 'suggested', changes: (context) => serveHealth(context, listen) }];
}

/** In languages that are not rewritten by their syntax: beside a route that is there, in the way it is written. */
function besideAnother({ sources }: Model, { code }: Service): LazyFix[] {
  const found = code!.routes.find(({ at: { file, range }, path: full, framework }) => {
    if (!range || !knowsHealthRoute(framework)) return false;
    const routers = sources.get(file)?.routers ?? [];
    // Its path is whole: nothing is put before it where it is mounted.
    return routers.some(({ routes }) =>
      routes.some(({ path: own }) => own.range.start === range.start && joinPaths('', own.value) === full),
    );
  });
  if (!found?.at.range) return [];
  const { file, range } = found.at;
  return [
    {
      title: `Serve ${path}`,
      safety: 'suggested',
      changes: ({ read }) => addHealthRoute(read(file), range, found.framework, path),
    },
  ];
}

/** A server without a framework: its handler answers the path before anything else. */
async function answerHealth({ read }: FixContext, { at }: Listen): Promise<readonly Change[]> {
  const code = await parseCode(read(at.file));
  const { ts, source, style } = code;
  const handlers: ts.ArrowFunction[] = [];
  const visit = (node: ts.Node): void => {
    const isServer = ts.isCallExpression(node) && /\bcreateServer$/.test(node.expression.getText(source));
    const handler = isServer ? node.arguments.at(-1) : undefined;
    if (handler && (ts.isArrowFunction(handler) || ts.isFunctionExpression(handler))) {
      handlers.push(handler as ts.ArrowFunction);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  const [handler] = handlers;
  const [request, response] = handler?.parameters.map(({ name }) => name.getText(source)) ?? [];
  if (!handler || handlers.length > 1 || !ts.isBlock(handler.body) || !response) return [];
  const [first] = handler.body.statements;
  if (!first || !/^\w+$/.test(request!) || !/^\w+$/.test(response)) return [];
  const { quote, semicolon, indent } = style;
  return [
    insertBefore(code, first, [
      `if (${request!}.url === ${quote}${path}${quote}) {`,
      `${indent}${response}.end(${quote}ok${quote})${semicolon}`,
      `${indent}return${semicolon}`,
      '}',
    ]),
  ];
}

async function serveHealth(
  { read }: FixContext,
  { at, framework, router }: Listen,
): Promise<readonly Change[]> {
  const code = await parseCode(read(at.file));
  const statement = statementAt(code, at.range!);
  if (!statement || !/^[\w$]+$/.test(router!)) return [];
  return [insertBefore(code, statement, writers[framework]!(router!, code.style))];
}

async function serveGrpcHealth(
  { read, model }: FixContext,
  { at, server }: Listen,
): Promise<readonly Change[]> {
  const code = await parseCode(read(at.file));
  const statement = statementAt(code, at.range!);
  if (!statement || !/^[\w$]+$/.test(server!)) return [];
  const { quote, semicolon } = code.style;
  return [
    insertImport(code, '{ HealthImplementation }', 'grpc-health-check'),
    insertBefore(code, statement, [
      `new HealthImplementation({ ${quote}${quote}: ${quote}SERVING${quote} }).addToServer(${server!})${semicolon}`,
    ]),
    ...(await dependency({ read, model }, at.file, 'grpc-health-check', '2.1.0')),
  ];
}

/** Adds a package to the dependencies of the service that holds the file. */
async function dependency(
  { read, model }: Pick<FixContext, 'read' | 'model'>,
  file: string,
  name: string,
  version: string,
): Promise<readonly Change[]> {
  const { addDependencies } = await import('../edits/dependencies.ts');
  const pkg = model.serviceOf(file)?.package;
  return (pkg && addDependencies(read(pkg.file), pkg.facts, { [name]: version })) ?? [];
}
