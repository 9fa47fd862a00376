/** What JavaScript and TypeScript services say about themselves, in the forms that people write. */
import { deepEqual, equal, ok } from 'node:assert/strict';
import fc from 'fast-check';
import type { SourceFacts } from '../../rules/artifacts/source/facts.ts';
import { source } from '../../rules/artifacts/source/source.ts';
import { loadGrammar } from '../../rules/workspace/grammars.ts';
import { textFile } from '../../rules/workspace/textFile.ts';

function read(text: string, path = 'server.ts'): SourceFacts {
  ok(source.mayHold(text, path), 'the text is worth reading');
  const file = textFile(path, text);
  try {
    return source.parse(file).facts!;
  } finally {
    file.dispose();
  }
}

/** `GET /users` of every router, mounts as `/api > users`, in order. */
function routesOf(facts: SourceFacts): string[] {
  return facts.routers.flatMap(({ local, prefix, routes, mounts, complete }) => [
    ...routes.map(({ method, path }) => `${local}: ${method} ${prefix ?? ''}${path.value}`),
    ...mounts.map((mount) => {
      const target = mount.static ? '(static)' : [mount.specifier, mount.target].filter(Boolean).join('#');
      return `${local}: ${prefix ?? ''}${mount.prefix.value} > ${target}`;
    }),
    ...(complete ? [] : [`${local}: …`]),
  ]);
}

describe('source', () => {
  before(() => Promise.all((['typescript', 'tsx', 'javascript'] as const).map(loadGrammar)));

  it('claims what people write, not what tools make', () => {
    const claimed = [
      'a.ts',
      'a.tsx',
      'a.js',
      'a.jsx',
      'a.mjs',
      'a.cjs',
      'a.mts',
      'a.cts',
      'a.d.ts',
      'a.min.js',
    ];
    deepEqual(
      claimed.filter((path) => source.claims(path)),
      claimed.slice(0, 8),
    );
  });

  describe('routes', () => {
    const cases: Record<string, [code: string, routes: string[]]> = {
      'Express with CommonJS': [
        `const express = require('express'), app = express();
         app.get('/a', h); app.post(['/b', '/c'], h); app.route('/d').get(h).put(h);
         app.get('env'); app.use(express.json()); app.use('/static', express.static('public'));`,
        [
          'app: GET /a',
          'app: POST /b',
          'app: POST /c',
          'app: GET /d',
          'app: PUT /d',
          'app: /static > (static)',
        ],
      ],
      'Express routers of other files': [
        `import express, { Router } from 'express';
         import users from './users'; import * as routes from './routes';
         const app = express(); const api = Router();
         api.get('/x', h); app.use('/api', cors(), api); app.use('/users', users); app.use(routes.admin);
         app.use('/y', require('./y')); app.use(require('./z').router); register(app);
         function register(server) { server.get('/late', h); }`,
        [
          'api: GET /x',
          'app: /api > api',
          'app: /users > users',
          'app:  > routes.admin',
          'app: /y > ./y',
          'app:  > ./z#router',
          'app:  > server',
          'server: GET /late',
        ],
      ],
      'paths from constants and templates': [
        `import express from 'express'; const app = express();
         const base = process.env.BASE_URL || '', paths = { health: '/healthz' } as const;
         enum P { Ready = '/readyz' }
         app.get(\`\${base}/_healthz\`, h); app.get(paths.health, h); app.get(P.Ready, h); app.get('/a' + '/b', h);`,
        ['app: GET /_healthz', 'app: GET /healthz', 'app: GET /readyz', 'app: GET /a/b'],
      ],
      'paths that are computed': [
        `const app = require('express')(); for (const [path, handler] of all) app.get(path, handler);`,
        ['app: …'],
      ],
      'methods that are computed': [
        `import express from 'express'; const app = express(); list.forEach((r) => app[r.method](r.path, r.handler));`,
        ['app: …'],
      ],
      'a class that holds its application': [
        `import express, { Application } from 'express';
         export class Server { private app: Application = express(); private router = express.Router();
           start() { this.app.use('/api', this.router); this.router.get('/health', (req, res) => res.send('ok')); } }`,
        ['this.app: /api > this.router', 'this.router: GET /health'],
      ],
      'a function that adds routes to what it is given': [
        `module.exports = (app) => { app.get('/x', (req, res) => res.end()); };`,
        ['app: GET /x'],
      ],
      'a function that makes a router': [
        `import { Router } from 'express';
         export function users() { const router = Router(); router.get('/me', h); return router; }`,
        ['router: GET /me'],
      ],
      'clients are not routers': [
        `import { api } from './client'; \nimport './tracing'; api.get('/v1/users', { params }); api.post('/v1/users', body);`,
        [],
      ],
      Fastify: [
        `import Fastify from 'fastify'; import plugin from './plugin'; import health from 'fastify-healthcheck';
         const fastify = Fastify({ logger: true });
         fastify.get('/a', { schema }, async () => 1); fastify.route({ method: ['GET', 'HEAD'], url: '/b', handler });
         fastify.register(plugin, { prefix: '/v1' });
         fastify.register(async (instance) => { instance.get('/inner', h); }, { prefix: '/v2' });
         fastify.register(health); fastify.register(import('@fastify/static'), { root, prefix: '/public/' });`,
        [
          'fastify: GET /a',
          'fastify: GET /b',
          'fastify: HEAD /b',
          'fastify: GET /health',
          'fastify: /v1 > plugin',
          'fastify: /v2 > instance',
          'fastify: /public/ > (static)',
          'instance: GET /inner',
        ],
      ],
      'a status route of under-pressure': [
        `const app = require('fastify')(); app.register(require('@fastify/under-pressure'), { exposeStatusRoute: '/alive' });`,
        ['app: GET /alive'],
      ],
      'routes by file': [
        `import Fastify from 'fastify'; import autoload from '@fastify/autoload'; const app = Fastify(); app.register(autoload, { dir });`,
        ['app: …'],
      ],
      'a Fastify plugin by its type': [
        `import type { FastifyInstance } from 'fastify';
         export default async function routes(server: FastifyInstance) { server.get('/x', async () => 1); }`,
        ['server: GET /x'],
      ],
      Koa: [
        `const Koa = require('koa'), Router = require('@koa/router'), serve = require('koa-static');
         const app = new Koa(), router = new Router({ prefix: '/api' });
         router.get('/a', h).get('named', '/b', h, h2);
         app.use(router.routes()).use(router.allowedMethods()).use(serve('public'));`,
        ['router: GET /api/a', 'router: GET /api/b', 'app:  > router', 'app:  > (static)'],
      ],
      Hono: [
        `import { Hono } from 'hono'; import { users } from './users';
         const app = new Hono().basePath('/api');
         app.get('/health', (c) => c.text('ok')).on(['PUT', 'POST'], '/x', h).route('/users', users);
         app.use('*', logger());`,
        [
          'hono:  > app',
          'app: GET /api/health',
          'app: PUT /api/x',
          'app: POST /api/x',
          'app: /api/users > users',
        ],
      ],
      'plain http': [
        `import { createServer } from 'node:http';
         const server = createServer((req, res) => {
           if (req.url === '/healthz') return res.end('ok');
           switch (req.url) { case '/a': return res.end(); }
           res.writeHead(404).end(); });`,
        ['server: ALL /healthz', 'server: ALL /a'],
      ],
      'plain http that answers everything': [
        `require('http').createServer((req, res) => res.end('hello')).listen(8080);`,
        ['server: ALL *'],
      ],
      'plain http that hands on': [
        `const server = require('http').createServer((req, res) => router(req, res, done));`,
        ['server: …'],
      ],
      NestJS: [
        `@Controller({ path: 'users', version: '2' }) export class UsersController {
           @Get() all() {} @Get(['me', '/self']) @UseGuards(Auth) me() {} @Post(':id/mail') mail() {} }
         @Controller() class HealthController { @Get('/healthz') @HealthCheck() check() {} }`,
        [
          'UsersController: GET users',
          'UsersController: GET usersme',
          'UsersController: GET users/self',
          'UsersController: POST users:id/mail',
          'HealthController: GET /healthz',
        ],
      ],
      'a decorated class with many decorators': [
        `${'@ApiResponse({ status: 200, description: "Ok (really)" })\n'.repeat(40)}@Controller('x')
         export class XController { ${"@Get('y') @ApiOkResponse({ type: Y })\n".repeat(40)} y() {} }`,
        Array<string>(40).fill('XController: GET xy'),
      ],
    };
    for (const [name, [code, routes]] of Object.entries(cases)) {
      it(name, () => deepEqual(routesOf(read(code)), routes));
    }

    it('says which function gives a router away, and which gets one', () => {
      const made = read(
        `export const make = () => { const r = require('express').Router(); r.get('/a', h); return r; };`,
      );
      equal(made.routers[0]!.returnedBy, 'make');
      const given = read(
        `module.exports = function add(x, app) { app.get('/a', (req, res) => res.end()); };`,
      );
      deepEqual(given.routers[0]!.parameterOf, { function: 'default', index: 1 });
      const other = read(`import { createApp } from './app'; const app = createApp(); app.listen(3000);`);
      equal(other.listens[0]!.router, 'createApp');
    });

    it('knows what is below the prefix of NestJS', () => {
      const facts = read(`import { NestFactory } from '@nestjs/core'; const app = await NestFactory.create(M);
        app.setGlobalPrefix('api'); app.use('/metrics', (req, res) => res.end()); app.getHttpAdapter().get('/healthz', (req, res) => res.end());`);
      deepEqual(routesOf(facts), [
        'app.getHttpAdapter(): ALL /metrics/*',
        'app.getHttpAdapter(): GET /healthz',
      ]);
    });

    it('reads the global prefix and the versions of NestJS', () => {
      const { routers } =
        read(`import { NestFactory } from '@nestjs/core'; import { VersioningType } from '@nestjs/common';
        async function bootstrap() { const app = await NestFactory.create(AppModule);
          app.setGlobalPrefix('api', { exclude: ['health', { path: 'live', method: RequestMethod.GET }] });
          app.enableVersioning({ type: VersioningType.URI, defaultVersion: '1' }); await app.listen(3000); }`);
      equal(routers[0]!.prefix, 'api');
      deepEqual(routers[0]!.prefixExcludes, ['health', 'live']);
      deepEqual(routers[0]!.versioning, { prefix: 'v', defaults: ['1'] });
    });
  });

  describe('listens', () => {
    const cases: Record<string, [code: string, port: number | undefined, variable: string | undefined]> = {
      'a number': [`require('express')().listen(3000)`, 3000, undefined],
      'a default': [
        `const app = require('express')(); const port = process.env.PORT || 8079; app.listen(port)`,
        8079,
        'PORT',
      ],
      'a nullish default': [
        `import e from 'express'; const app = e(); app.listen(Number(process.env['APP_PORT'] ?? '8080'))`,
        8080,
        'APP_PORT',
      ],
      parseInt: [
        `import e from 'express'; e().listen(parseInt(process.env.PORT || '3001', 10), '0.0.0.0')`,
        3001,
        'PORT',
      ],
      'a ternary': [
        `import e from 'express'; e().listen(process.env.PORT ? +process.env.PORT : 4000)`,
        4000,
        'PORT',
      ],
      'a config object': [
        `import e from 'express'; const config = { server: { port: 5000 } }; e().listen(config.server.port)`,
        5000,
        undefined,
      ],
      'taken apart': [
        `import e from 'express'; const { PORT = 9000 } = process.env; e().listen(PORT)`,
        9000,
        'PORT',
      ],
      'another file': [
        `import e from 'express'; import { settings } from './settings'; e().listen(settings.port)`,
        undefined,
        undefined,
      ],
      'a checked environment': [
        `import e from 'express'; import { env } from './env'; e().listen(env.PORT)`,
        undefined,
        'PORT',
      ],
      Fastify: [
        `import f from 'fastify'; const app = f(); await app.listen({ port: 3000, host: '0.0.0.0' })`,
        3000,
        undefined,
      ],
      'an http server': [
        `const app = require('express')(); const server = require('http').Server(app); server.listen(80)`,
        80,
        undefined,
      ],
      Hono: [
        `import { serve } from '@hono/node-server'; import { Hono } from 'hono'; const app = new Hono(); serve({ fetch: app.fetch, port: 8787 })`,
        8787,
        undefined,
      ],
      'Hono without a port': [
        `import { serve } from '@hono/node-server'; import { Hono } from 'hono'; serve(new Hono())`,
        3000,
        undefined,
      ],
      Bun: [
        `import { Hono } from 'hono'; const app = new Hono(); export default { port: 8000, fetch: app.fetch }`,
        8000,
        undefined,
      ],
      NestJS: [
        `import { NestFactory } from '@nestjs/core'; const app = await NestFactory.create(M); await app.listen(config.get<number>('PORT', 3000))`,
        3000,
        'PORT',
      ],
      gRPC: [
        'const grpc = require("@grpc/grpc-js"); const PORT = process.env.PORT; const server = new grpc.Server(); server.bindAsync(`[::]:${PORT}`, c, () => {})',
        undefined,
        'PORT',
      ],
      'gRPC with a default': [
        `import { Server } from '@grpc/grpc-js'; const s = new Server(); s.bindAsync('0.0.0.0:50051', c, cb)`,
        50051,
        undefined,
      ],
    };
    for (const [name, [code, port, variable]] of Object.entries(cases)) {
      it(name, () => {
        const { listens } = read(code);
        equal(listens.length, 1);
        equal(listens[0]!.port?.value, port);
        equal(listens[0]!.portVariable, variable);
      });
    }

    it('names what is served and what closes', () => {
      const { listens } = read(`const express = require('express'); const app = express();
        const server = require('http').createServer(app); server.listen(3000);`);
      equal(listens[0]!.router, 'app');
      equal(listens[0]!.server, 'server');
    });

    it('takes nothing else that listens for a server', () => {
      const { listens } = read(
        `import e from 'express'; emitter.listen(3); i18n.listen('x'); socket.listen();`,
      );
      equal(listens.length, 0);
    });
  });

  it('knows a gRPC health service by hand and by package', () => {
    const byHand = `const grpc = require('@grpc/grpc-js'); const server = new grpc.Server();
      const healthProto = load(path).grpc.health.v1;
      server.addService(shop.PaymentService.service, {}); server.addService(healthProto.Health.service, { check });`;
    deepEqual(
      read(byHand).grpc[0]!.services.map(({ value }) => value),
      ['PaymentService', 'grpc.health.v1.Health'],
    );
    const byPackage = `import { Server } from '@grpc/grpc-js'; import { HealthImplementation } from 'grpc-health-check';
      const server = new Server(); const health = new HealthImplementation({ '': 'SERVING' }); health.addToServer(server);`;
    deepEqual(
      read(byPackage).grpc[0]!.services.map(({ value }) => value),
      ['grpc.health.v1.Health'],
    );
  });

  describe('tracing', () => {
    const cases: Record<string, [code: string, vendors: string[]]> = {
      OpenTelemetry: [
        `import { NodeSDK } from '@opentelemetry/sdk-node'; const sdk = new NodeSDK({}); sdk.start();`,
        ['opentelemetry'],
      ],
      'OpenTelemetry by namespace': [
        `const otel = require('@opentelemetry/sdk-node'); const sdk = new otel.NodeSDK(); sdk.start()`,
        ['opentelemetry'],
      ],
      'started elsewhere': [
        `import { NodeSDK } from '@opentelemetry/sdk-node'; export const sdk = new NodeSDK({});`,
        ['opentelemetry'],
      ],
      'a provider': [
        `import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node'; new NodeTracerProvider().register();`,
        ['opentelemetry'],
      ],
      Datadog: [`import tracer from 'dd-trace'; tracer.init({ logInjection: true });`, ['datadog']],
      'Datadog by require': [`const tracer = require('dd-trace').init()`, ['datadog']],
      Elastic: [`require('elastic-apm-node').start({ serviceName: 'x' })`, ['elastic']],
      'New Relic': [`require('newrelic');`, ['newrelic']],
      Azure: [
        `import { useAzureMonitor } from '@azure/monitor-opentelemetry'; useAzureMonitor();`,
        ['azure'],
      ],
      'the API alone': [`import { trace } from '@opentelemetry/api'; fetch(url); trace.getTracer('x');`, []],
      'an error tracker': [
        `import * as Sentry from '@sentry/node'; fetch(url); Sentry.init({ dsn, tracesSampleRate: 0 });`,
        [],
      ],
      'an error tracker that traces': [
        `import * as Sentry from '@sentry/node'; Sentry.init({ dsn, tracesSampleRate: 0.1 });`,
        ['sentry'],
      ],
      'one in browsers': [
        `import * as Sentry from '@sentry/react'; Sentry.init({ dsn, tracesSampleRate: 0.1 });`,
        [],
      ],
      'an empty stub': [`app.listen(1); function initTracing() { console.log('Tracing enabled') }`, []],
    };
    for (const [name, [code, vendors]] of Object.entries(cases)) {
      it(name, () =>
        deepEqual(
          read(code).tracing.map(({ vendor }) => vendor),
          vendors,
        ),
      );
    }
  });

  describe('signals', () => {
    const cases: Record<string, [code: string, signals: string[]]> = {
      drains: [`process.on('SIGTERM', () => { server.close(() => process.exit(0)); })`, ['SIGTERM drains']],
      'by a function': [
        `async function stop() { await server.close(); process.exit() }
         ['SIGINT', 'SIGTERM'].forEach((signal) => process.once(signal, stop));`,
        ['SIGINT drains', 'SIGTERM drains'],
      ],
      'in a loop': [
        `for (const signal of ['SIGTERM', 'SIGINT']) process.on(signal, () => app.close())`,
        ['SIGTERM drains', 'SIGINT drains'],
      ],
      'by an imported function': [
        `import { shutdown } from './shutdown'; process.on('SIGTERM', shutdown)`,
        ['SIGTERM drains'],
      ],
      'exits at once': [
        `process.on('SIGTERM', () => { console.log('bye'); process.exit(0) })`,
        ['SIGTERM exits'],
      ],
      'by process.exit itself': [`process.on('SIGTERM', process.exit)`, ['SIGTERM exits']],
      'flushes spans alone': [
        `import { NodeSDK } from '@opentelemetry/sdk-node'; const sdk = new NodeSDK(); sdk.start();
         process.on('SIGTERM', () => sdk.shutdown().finally(() => process.exit(0)))`,
        ['SIGTERM exits'],
      ],
      terminus: [
        `import { createTerminus } from '@godaddy/terminus'; createTerminus(server, { signals: ['SIGTERM', 'SIGINT'] })`,
        ['SIGTERM drains', 'SIGINT drains'],
      ],
      NestJS: [
        `import { NestFactory } from '@nestjs/core'; const app = await NestFactory.create(M); app.enableShutdownHooks()`,
        ['SIGTERM drains'],
      ],
      'close-with-grace': [
        `import closeWithGrace from 'close-with-grace'; closeWithGrace({ delay: 500 }, async () => { await app.close() })`,
        ['SIGTERM drains'],
      ],
      'other events': [
        `app.listen(1); process.on('uncaughtException', () => {}); emitter.on('SIGTERM', f)`,
        [],
      ],
    };
    for (const [name, [code, signals]] of Object.entries(cases)) {
      it(name, () => {
        const found = read(code).signals.map(
          ({ signal, drains }) => `${signal} ${drains ? 'drains' : 'exits'}`,
        );
        deepEqual(found, signals);
      });
    }
  });

  describe('outgoing calls', () => {
    const cases: Record<string, [code: string, calls: string[]]> = {
      fetch: [
        `await fetch('https://x.io'); await fetch(url, { signal: AbortSignal.timeout(5000) }); await fetch(url, { method: 'POST' });
         await fetch(url, options); await fetch(url, { ...options });`,
        ['fetch missing', 'fetch set', 'fetch missing', 'fetch unknown', 'fetch unknown'],
      ],
      'fetch with options from here': [`const options = { signal }; fetch(url, options)`, ['fetch set']],
      'fetch in a browser': [`'use client';\nfetch('https://x.io'); fetch('/api/x')`, []],
      'a function of that name': [`import { fetch } from './own'; app.listen(1); fetch('https://x.io')`, []],
      axios: [
        `import axios from 'axios'; axios.get(url); axios.post(url, body); axios.post(url, body, { timeout: 1 }); axios({ url });
         axios(url, { timeout: 1 }); axios.get(url, config)`,
        [
          'axios.get missing',
          'axios.post missing',
          'axios.post set',
          'axios missing',
          'axios set',
          'axios.get unknown',
        ],
      ],
      'an axios instance': [
        `const axios = require('axios'); const api = axios.create({ baseURL }); api.get('/x'); const ok = axios.create({ timeout: 5 });`,
        ['axios.create missing', 'axios.create set'],
      ],
      'a default of axios': [
        `import axios from 'axios'; axios.defaults.timeout = 5000; axios.get(url)`,
        ['axios.defaults.timeout set', 'axios.get missing'],
      ],
      got: [
        `import got from 'got'; got(url); got(url, { timeout: { request: 1 } })`,
        ['got missing', 'got set'],
      ],
      http: [
        `import https from 'node:https'; https.get(url, (res) => {}); https.request(url, { timeout: 5 })`,
        ['https.get missing', 'https.request set'],
      ],
      'http with a later timeout': [
        `import http from 'http'; function f() { const r = http.get(url, cb); r.setTimeout(5) }`,
        ['http.get set'],
      ],
      superagent: [
        `import superagent from 'superagent'; superagent.get(url).timeout(5); superagent.get(url).send()`,
        ['superagent.get set', 'superagent.get missing'],
      ],
      Postgres: [
        `const { Pool } = require('pg'); new Pool({ connectionString }); new Pool({ connectionTimeoutMillis: 5 })`,
        ['new Pool missing', 'new Pool set'],
      ],
    };
    for (const [name, [code, calls]] of Object.entries(cases)) {
      it(name, () =>
        deepEqual(
          read(code).calls.map(({ callee, timeout }) => `${callee} ${timeout}`),
          calls,
        ),
      );
    }
  });

  describe('flags', () => {
    const cases: Record<string, [code: string, flags: string[]]> = {
      OpenFeature: [
        `import { OpenFeature } from '@openfeature/server-sdk'; const client = OpenFeature.getClient();
         await client.getBooleanValue('new-checkout', false); client.getStringDetails(key, 'x')`,
        ['openfeature new-checkout boolean', 'openfeature ? string'],
      ],
      'OpenFeature in a field, by an enum': [
        `import { Client } from '@openfeature/server-sdk'; enum Flags { A = 'flag-a' }
         class S { constructor(private readonly client: Client) {} f() { return this.client.getNumberValue(Flags.A, 1) } }`,
        ['openfeature flag-a number'],
      ],
      'OpenFeature hooks': [
        `import { useBooleanFlagValue, useFlag } from '@openfeature/react-sdk'; useBooleanFlagValue('a', false); useFlag('b', 1)`,
        ['openfeature a boolean', 'openfeature b'],
      ],
      LaunchDarkly: [
        `import * as ld from '@launchdarkly/node-server-sdk'; const client = ld.init(key);
         const FLAG = 'beta'; client.variation(FLAG, user, false); client.boolVariation('b', user, false)`,
        ['launchdarkly beta', 'launchdarkly b boolean'],
      ],
      'LaunchDarkly hooks': [
        `import { useFlags } from 'launchdarkly-react-client-sdk'; function C() { const { newCheckout, other: o } = useFlags(); }`,
        ['launchdarkly newCheckout', 'launchdarkly other'],
      ],
      'LaunchDarkly hooks, kept whole': [
        `import { useFlags } from 'launchdarkly-react-client-sdk'; function C() { const flags = useFlags(); return flags.newCheckout }`,
        ['launchdarkly newCheckout'],
      ],
      'LaunchDarkly consumers': [
        `import { withLDConsumer } from 'launchdarkly-react-client-sdk';
         const A = ({ flags }) => flags.newCheckout; export default withLDConsumer()(A);
         withLDConsumer()(({ flags: { coupons } }: Props) => coupons);
         function B(props) { const { flags, user } = props; return props.flags.search && flags.banner } withLDConsumer()(B);
         class C extends Component { render() { return this.props.flags.darkMode } } withLDConsumer()(C);
         withLDConsumer()(Elsewhere);`,
        [
          'launchdarkly newCheckout',
          'launchdarkly coupons',
          'launchdarkly banner',
          'launchdarkly search',
          'launchdarkly darkMode',
          'launchdarkly ?',
        ],
      ],
      'all flags at once': [
        `import { init } from '@launchdarkly/node-server-sdk'; const client = init(key); res.json(await client.allFlagsState(user))`,
        ['launchdarkly ?'],
      ],
      Unleash: [
        `import { initialize, isEnabled } from 'unleash-client'; const unleash = initialize({}); unleash.isEnabled('a'); isEnabled('b'); unleash.getVariant('c')`,
        ['unleash a boolean', 'unleash b boolean', 'unleash c'],
      ],
      'a function of the team': [
        `import { isFeatureEnabled } from './flags'; isFeatureEnabled('new-nav', user)`,
        ['function new-nav'],
      ],
      'names that mean something else': [
        `app.listen(1); user.isEnabled('x'); list.variation('y'); config.getValue('z')`,
        [],
      ],
    };
    for (const [name, [code, flags]] of Object.entries(cases)) {
      it(name, () => {
        const found = read(code, 'x.tsx').flags.map(({ sdk, key, type }) =>
          [sdk, key?.value ?? '?', type].filter(Boolean).join(' '),
        );
        deepEqual(found, flags);
      });
    }
  });

  it('finds state that one process keeps', () => {
    const facts =
      read(`import session from 'express-session'; import multer from 'multer'; import { rateLimit } from 'express-rate-limit';
      app.use(session({ secret })); app.use(session({ secret, store })); app.use(session(options));
      multer({ dest: 'uploads/' }); multer({ storage: multer.memoryStorage() }); rateLimit({ limit: 5 }); rateLimit({ store });`);
    deepEqual(
      facts.state.map(({ what }) => what),
      ['express-session', 'multer', 'express-rate-limit'],
    );
  });

  it('reads environment variables', () => {
    const { environment } = read(
      `const { A, B = '1' } = process.env; app.listen(process.env.C, process.env['D']);`,
    );
    deepEqual(
      environment.map(({ value }) => value),
      ['A', 'B', 'C', 'D'],
    );
  });

  describe('modules', () => {
    it('imports, in order, without types', () => {
      const { imports } =
        read(`import type { T } from './t'; import './tracing'; import a, { b as c, type D } from 'x';
        import * as e from 'node:http'; const { f, g: h } = require('./y'); function late() { require('./late'); }`);
      deepEqual(
        imports.map(({ specifier, names, topLevel }) => [specifier, names, topLevel]),
        [
          ['./tracing', {}, true],
          ['x', { a: 'default', c: 'b' }, true],
          ['node:http', { e: '*' }, true],
          ['./y', { f: 'f', h: 'g' }, true],
          ['./late', {}, false],
        ],
      );
    });

    const cases: Record<string, [code: string, exports: string[]]> = {
      'ES modules': [
        `import e from 'express'; export const app = e(), x = 1; export function f() {} export class C {} export default app; export { a as b }`,
        ['app=app', 'x=x', 'f=f', 'C=C', 'default=app', 'b=a'],
      ],
      'handed on': [
        `export * from './a'; export { b as c, default } from './b'; export * as d from './d';`,
        ['*=* ./a', 'c=b ./b', 'default=default ./b', 'd=* ./d'],
      ],
      CommonJS: [
        `const r = require('express').Router(); module.exports = r; exports.x = r`,
        ['default=r', 'x=r'],
      ],
      'CommonJS, named': [
        `const r = require('express').Router(); module.exports = { r, users: require('./users'), f: (a) => a }`,
        ['default=default', 'r=r', 'users=default ./users', 'f=f'],
      ],
      'inside of a function': [
        `(function () { const app = require('express')(); module.exports = app; })();`,
        ['default=app'],
      ],
      'route handlers': [
        `export async function GET(request: Request) {} export const POST = () => {}`,
        ['GET=GET', 'POST=POST'],
      ],
    };
    for (const [name, [code, exports]] of Object.entries(cases)) {
      it(name, () => {
        const found = read(code).exports.map(
          ({ name, local, from }) => `${name}=${local}${from ? ` ${from}` : ''}`,
        );
        deepEqual(found, exports);
      });
    }
  });

  it('leaves alone what can hold no fact', () => {
    for (const text of [
      'export const add = (a, b) => a + b;',
      'import React from "react";\nexport const X = () => <p/>;',
      '',
    ]) {
      ok(!source.mayHold(text, 'a.ts'), text);
    }
  });

  it('survives any damage, with ranges inside of the text', () => {
    const whole = `import express from 'express'; const { Pool } = require('pg'); import { useFlags } from 'launchdarkly-react-client-sdk';
      @Controller({ path: 'users' }) export class U { constructor(private app: Express) {} @Get(':id') get() {} }
      const app = express(); app.use('/api', require('./api')); app.route('/x').get((req, res) => { if (req.url === '/y') res.end() });
      const server = require('http').createServer(app); server.listen(Number(process.env.PORT ?? 3000));
      for (const s of ['SIGTERM']) process.on(s, () => server.close()); const { a } = useFlags(); new Pool({ max: 5 });
      module.exports = { app, f(x) { x.get(\`\${a}/b\`, h) } }; const g = new grpc.Server(); g.bindAsync(\`:\${p}\`); fetch(url, { ...o })`;
    const damage = fc.array(
      fc.tuple(
        fc.nat(whole.length),
        fc.nat(12),
        fc.constantFrom('', '(', '}', '`', "'", '{', ';', '\n', '<', '@', '=>'),
      ),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(damage, fc.constantFrom('a.ts', 'a.tsx', 'a.js'), (cuts, path) => {
        let text = whole;
        for (const [at, length, put] of cuts) text = text.slice(0, at) + put + text.slice(at + length);
        const file = textFile(path, text);
        const { facts } = source.parse(file);
        file.dispose();
        for (const { start, end } of rangesIn(facts)) ok(0 <= start && start <= end && end <= text.length);
      }),
      { numRuns: 150 },
    );
  });

  it('reads long lines, runs of letters and deep nesting in little time', () => {
    const hostile = [
      `fetch(${'('.repeat(3000)}`,
      `app.listen(${'a'.repeat(200_000)})`,
      `fetch(x)${'['.repeat(5000)}`,
      `const app = require('express')(); ${"app.get('/' + ".repeat(2000)}`,
      `export { ${'a, '.repeat(50_000)}`,
      `require('express')()${'()'.repeat(100_000)}.get('/x', h)`,
      `const ${'{ a: '.repeat(30_000)}b${' }'.repeat(30_000)} = fetch(x); a.listen(3)`,
      `const app = require('express')(); app.use(${'['.repeat(30_000)}h${']'.repeat(30_000)})`,
      `fetch(${'a + '.repeat(5000)}b)`,
      ...['1', 'process.env.A', '[a0]', 'o'].map(
        (first) =>
          `const a0 = ${first};${Array.from({ length: 2000 }, (_, i) => `const a${i + 1} = a${i} || a${i};`).join('')} fetch(a2000, a30); process.on(a2000, a29); require('express')().get(a31, a28)`,
      ),
      `@A(${'a('.repeat(300)}`.repeat(20) + '@Controller() export class X {}',
    ];
    for (const text of hostile) {
      const start = performance.now();
      source.mayHold(text, 'a.ts');
      const file = textFile('a.ts', text);
      source.parse(file);
      file.dispose();
      ok(performance.now() - start < 3000, text.slice(0, 30));
    }
  }).timeout(60_000);
});

function rangesIn(value: unknown): { start: number; end: number }[] {
  if (typeof value !== 'object' || value === null) return [];
  const own = value as { start?: unknown; end?: unknown };
  const here =
    typeof own.start === 'number' && typeof own.end === 'number'
      ? [own as { start: number; end: number }]
      : [];
  return [...here, ...Object.values(value).flatMap(rangesIn)];
}
