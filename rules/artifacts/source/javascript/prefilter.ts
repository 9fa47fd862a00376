/**
 * Finds in raw text, by words and regular expressions, whether a file may hold facts, and where in it they may stand.
 * Both err on the side of looking: what is found in a comment or string is sorted out by the syntax tree.
 */
import type { ImportFact } from '../facts.ts';
import { mayRequire } from './required.ts';

/** Packages whose import says that the file is worth reading. */
const packages =
  'express(?:-[\\w-]+)?|ultimate-express|polka|fastify(?:-[\\w-]+)?|@fastify\\/[\\w-]+|koa(?:-[\\w-]+)?|@koa\\/[\\w-]+|hono|hono\\/quick|hono\\/tiny|@hono\\/node-server|@hono\\/zod-openapi' +
  '|(?:node:)?https?2?|@grpc\\/grpc-js|grpc|grpc-health-check|grpc-js-health-check' +
  '|@godaddy\\/terminus|lightship|close-with-grace|http-graceful-shutdown|node-graceful|async-exit-hook|exit-hook|http-terminator|stoppable' +
  '|@opentelemetry\\/(?:sdk-[\\w-]+|instrumentation|auto-instrumentations-node(?:\\/register)?)|dd-trace(?:\\/init)?|elastic-apm-node(?:\\/start)?|newrelic|@google-cloud\\/trace-agent|applicationinsights|@azure\\/monitor-opentelemetry|@honeycombio\\/[\\w-]+|honeycomb-beeline|@vercel\\/otel|@splunk\\/otel|@instana\\/collector|@uptrace\\/node|@hyperdx\\/node-opentelemetry|@elastic\\/opentelemetry-node|zipkin|jaeger-client|appdynamics|@dynatrace\\/oneagent|solarwinds-apm|@appsignal\\/nodejs' +
  '|axios|got|request(?:-promise(?:-native)?)?|needle|superagent|undici|node-fetch|cross-fetch|isomorphic-fetch|pg' +
  '|@openfeature\\/[\\w-]+|launchdarkly-[\\w-]+|@launchdarkly\\/[\\w-]+|unleash-client|unleash-proxy-client|@unleash\\/[\\w-]+' +
  '|posthog-[\\w-]+(?:\\/react)?|@posthog\\/[\\w-]+|@segment\\/[\\w-]+|analytics-node|mixpanel(?:-[\\w-]+)?|@amplitude\\/[\\w-]+|amplitude-js|@rudderstack\\/[\\w-]+|rudder-sdk-[\\w-]+|@opentelemetry\\/api-(?:logs|events)' +
  '|@growthbook\\/[\\w-]+|flagsmith(?:-[\\w-]+)?(?:\\/[\\w-]+)?|@flagsmith\\/[\\w/-]+|configcat-[\\w-]+|@configcat\\/[\\w-]+|statsig-[\\w-]+|@statsig\\/[\\w-]+|@splitsoftware\\/[\\w-]+|@devcycle\\/[\\w-]+' +
  '|async-retry|p-retry|retry|axios-retry|multer|node-cache|lru-cache|@nestjs\\/throttler' +
  '|prom-client|@willsoto\\/nestjs-prometheus|node-cron|cron|node-schedule|croner|@nestjs\\/schedule|@nestjs\\/terminus';

/** Constants that other files name as keys of flags. */
export const holdsFlagKeys =
  /^(?:export\s+)?(?:declare\s+)?(?:const\s+)?(?:enum|const)\s+\w{0,60}?(?:[fF]lag|FLAG|[fF]eature|FEATURE|[tT]oggle|[eE]xperiment|Gate)/m;

/**
 * Each starts with a character or word that is rare, so that the search is quick; a receiver is looked at after its call.
 */
const holding: readonly RegExp[] = [
  new RegExp(`['"](?:${packages})['"]`),
  /\.(?:get|post|put|patch|delete|all|use|route|register)\((?<=\b(?:app|router|server|fastify|instance|express|hono|koa|apiRouter)\.\w+\()\s*['"`[{]?\s*['"`]?\//,
  /\bfetch\(|\.listen\(|\.serve\((?<=\b(?:Bun|Deno)\.serve\()/,
  // Modules that may join routers or start tracing, for whoever follows imports.
  /^export\s+(?:\*|\{[^}]{0,2000}\})(?:\s+as\s+[\w$]+)?\s+from\s+['"]\./m,
  /\bexports(?:\.\w+)?\s*=\s*(?:\{[^}]{0,2000}\b)?require\(/,
  /^(?:import\s+|require\()['"][.@~#][^'"\n]*(?:trac|instrument|telemetry|otel|apm|datadog)/m,
  // Route handlers that a framework finds by their file.
  /^export\s+(?:(?:async\s+)?function|const)\s+(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)\b|^export\s+default\s+(?:async\s+)?function\s*\w{0,60}\s*\(_?req\b/m,
  /\.get(?:Boolean|String|Number|Object)(?:Value|Details)\(|\w[vV]ariation\w{0,20}\((?<=\b(?:ld|launchDarkly)\w{0,60}\.\w{0,60}\()/,
  /\.(?:isEnabled|getVariant)\((?<=[uU]nleash\w{0,60}\.\w{1,20}\()/,
  // Events of product analytics, and what a team's own function for them is called.
  /\.(?:track|capture|logEvent)\(\s*['"`{\w]|(?:[tT]rack|[cC]apture|Event)\w{0,40}\(\s*['"`](?<=\b(?:track|capture|(?:log|record|send)\w{0,20}Event)\w{0,40}\(\s*.)/,
  /(?:[fF]eature|[fF]lag)\w{0,60}\((?:\s*[\w.]{1,60},)?\s*(?:['"`]|\w*(?:[fF]lag|[fF]eature|FLAG|FEATURE)\w*[.,)])/,
  /\.(?:isFeatureEnabled|getFeatureFlag|hasFeature|isOn|getFeatureValue|checkGate|getTreatment|variableValue|getValueAsync)\(/,
  /(?:[fF]lag|[fF]eature)\w{0,60}\.[A-Z]|[fF]eature[fF]lags?\w{0,40}\.\w{1,60}\(/,
  holdsFlagKeys,
  // Clients of databases, caches and queues.
  /\bcreate(?:Pool|Connection|Client|Cluster)\(|\bnew (?:PrismaClient|Sequelize|DataSource|Redis|IORedis|MongoClient|Kafka|Queue|Cluster)\b|\b(?:mongoose|amqp(?:lib)?|MongoClient)\.connect\(|\b(?:TypeOrm|Mongoose)Module\.forRoot|['"](?:postgres|knex)['"]/,
];

/** Plain words are found several times faster than by a pattern. */
const words = [
  '@Controller',
  'NestFactory',
  'RouterModule',
  'enableShutdownHooks',
  'tracesSampl',
  'SIGTERM',
  'SIGINT',
  'uncaughtException',
  'createCounter(',
  'createHistogram(',
  'createUpDownCounter(',
  'createObservable',
  'NextApiRequest',
  'NextApiResponse',
  'nextConfig',
  'NextConfig',
  'basePath:',
  'rewrites(',
  '@sveltejs/adapter-',
];

export function mayHold(text: string): boolean {
  return (
    (/[eE]nv/.test(text) && mayRequire.test(text)) ||
    words.some((word) => text.includes(word)) ||
    holding.some((pattern) => pattern.test(text))
  );
}

/** What is called where a fact may stand, besides what a file imports. */
const calledNames: ReadonlySet<string> = new Set(
  [
    'require import listen serve get post put patch delete del all head options use route register mount on once',
    'addListener prependListener openapi prefix basePath setGlobalPrefix enableVersioning enableShutdownHooks',
    'addService addProtoService addToServer bindAsync bind createMicroservice start init setup fetch request create',
    'createServer createSecureServer Server Router Hono OpenAPIHono Controller forRoot diskStorage',
    'createPool createConnection createClient createCluster connect forRoot forRootAsync PrismaClient Sequelize',
    'DataSource Redis IORedis MongoClient Kafka Queue Cluster postgres knex Pool Client schedule scheduleJob CronJob from',
    'Cron Interval Counter Gauge Histogram Summary createCounter createUpDownCounter createHistogram createGauge',
    'createObservableCounter createObservableUpDownCounter createObservableGauge',
    'setGlobalTracerProvider useVariant isEnabled getVariant',
  ].flatMap((line) => line.split(' ')),
);
const calledLikeEvents = /^(?:track|capture|gtag$|emit$)|^(?:log|record|send)\w*Event/;
const calledLikeFlags =
  /flag|feature|variation|toggle|experiment|posthog|^(?:isOn|isOff|check(?:Feature)?Gate|use\w*Gate\w*|getTreatments?|getValueAsync|variableValue|getLayer|getDynamicConfig)$|(?:Boolean|String|Number|Object)(?:Value|Details)$/i;

const likeFlags = /[fF]lag|[fF]eature|[tT]oggle|[eE]xperiment/;

/** Imports whose names are worth following, as the specifier is written. */
const followed = new RegExp(`^(?:\\.[^]*|${packages})$`);

/** `const { Pool } = require('pg')` */
const required =
  /\brequire\((?<=((?<![\w$])[\w$]{1,80}|\{[^{}]{0,300}\})\s{0,20}=\s{0,20}require\()\s*['"]([^'"\n]+)['"]/g;

const call = /(?:(?<![\w$])([\w$]{1,80})\??\.)?(?<![\w$])([\w$]{1,80})\s*(?:<[^<>()]{0,80}>)?\(/g;
const others =
  /\bwhile\s*\(\s*true|\bfor\s*\(\s*;\s*;|\bexports\b|\benv\b|\w_?[eE]nv(?:Var|Variable|ironmentVariable|OrThrow)?\(|\bdefaults\b|\]\(|\bthis\.(?:\w{1,60}\.)?\w{1,60}\(\s*(?:\w{1,40}\.)?\w{0,40}(?:[kK]ey|[fF]lag|[fF]eature)\b|<\w{0,60}(?:Feature|Flag|Treatments|Toggle|Gate|RenderIfEnabled|Experiment)\w{0,60}[\s/>]|\((?=\s*\w{0,60}(?:[fF]lag|[fF]eature)\w{0,60}\.)|\(\s*(?:this\.)?(?:app|router|server|fastify|instance)\s*[,)]/g;

/** Offsets, ascending, at which something may stand that is worth a look. */
export function anchorsIn(text: string, imports: readonly ImportFact[]): readonly number[] {
  const names = new Set<string>();
  for (const { specifier, names: locals } of imports) {
    if (followed.test(specifier)) for (const local of Object.keys(locals)) names.add(local);
  }
  for (const [, target, specifier] of text.matchAll(required)) {
    if (followed.test(specifier!)) for (const [name] of target!.matchAll(/[\w$]+/g)) names.add(name);
  }
  const offsets: number[] = [];
  for (const { index, 1: object, 2: name } of text.matchAll(call)) {
    const worth =
      calledNames.has(name!) ||
      names.has(name!) ||
      calledLikeEvents.test(name!) ||
      calledLikeFlags.test(name!) ||
      (object && (names.has(object) || likeFlags.test(object)));
    if (worth) offsets.push(index);
  }
  for (const { index } of text.matchAll(others)) offsets.push(index);
  return offsets.sort((a, b) => a - b);
}
