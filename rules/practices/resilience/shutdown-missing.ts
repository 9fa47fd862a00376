/** A server is stopped at every deployment; one that does not drain breaks the requests it is answering. */
import type { Listen, Model, Service } from '../../model/model.ts';
import { drainOnSignal } from '../edits/go.ts';
import { addSetting, projectOf } from '../edits/platforms.ts';
import { stopOnSignal } from '../edits/python.ts';
import { drainAxum } from '../edits/rust.ts';
import {
  hasName,
  insertAfter,
  insertBefore,
  parseCode,
  statementAt,
  type Code,
} from '../edits/typescript.ts';
import { defineRule, type Change, type FixContext, type LazyFix } from '../rule.ts';

export default defineRule({
  id: 'resilience/shutdown-missing',
  title: 'A server does not drain on SIGTERM.',
  area: 'resilience',
  section: '§4',
  level: 'warning',
  joins: true,
  fix: 'suggested',
  messages: {
    missing: {
      text: 'Nothing in {service} handles SIGTERM, so every deployment and scale-down cuts off the requests it is answering.',
    },
    setting: {
      text: 'On SIGTERM, {service} stops at once unless {setting} is set, so every deployment and scale-down cuts off the requests it is answering.',
    },
    abrupt: {
      text: 'On {signal}, {service} exits without closing its server, so every deployment cuts off the requests it is answering.',
    },
  },
  check(model, report) {
    for (const service of model.services) {
      const subject = serverOf(model, service);
      if (!subject) continue;
      const { code, listen } = subject;
      const terminations = code.signals.filter(({ signal }) => signal === 'SIGTERM');
      const drains = terminations.find((signal) => signal.drains);
      const [abrupt] = terminations;
      if (drains) {
        report.met(service, { at: drains.at, message: 'It drains on SIGTERM.' });
      } else if (listen.drains === 'unknown') {
        const why = 'Its version, or settings that are not here, decide whether it drains on SIGTERM.';
        report.unknown(service, why, listen.at);
      } else if (listen.drains) {
        report.met(service, { at: listen.at, message: `${listen.framework} drains on SIGTERM by itself.` });
      } else if (abrupt) {
        const related = [{ at: listen.at, message: 'the server that it should close first' }];
        const data = { service: service.name, signal: abrupt.signal };
        report.gap({ message: 'abrupt', data, at: abrupt.at, service, related });
      } else {
        const { drainsBy: setting, at } = listen;
        report.gap({
          message: setting === undefined ? 'missing' : 'setting',
          data: { service: service.name, ...(setting !== undefined && { setting }) },
          at,
          service,
          fixes: fixes(listen),
        });
      }
    }
  },
});

function serverOf(
  model: Model,
  service: Service,
): { code: NonNullable<Service['code']>; listen: Listen } | undefined {
  const { code } = service;
  if (!code || service.runs || service.role !== 'production') return undefined;
  const listen = code.listens.find(({ at }) => model.role(at.file) === 'production');
  return listen && { code, listen };
}

/** How each framework is told to drain; a language or framework that is not here has no fix yet. */
const drains: Readonly<
  Record<string, (listen: Listen, style: Code['style']) => readonly string[] | undefined>
> = {
  express: closeServer,
  http: closeServer,
  koa: closeServer,
  hono: closeServer,
  fastify: ({ router }, { semicolon, quote }) =>
    router === undefined
      ? undefined
      : [
          `process.on(${quote}SIGTERM${quote}, () => ${router}.close().then(() => process.exit(0)))${semicolon}`,
        ],
  grpc: ({ server }, { semicolon, quote }) =>
    server === undefined
      ? undefined
      : [
          `process.on(${quote}SIGTERM${quote}, () => ${server}.tryShutdown(() => process.exit(0)))${semicolon}`,
        ],
};

function closeServer(
  { server = 'server' }: Listen,
  { semicolon, quote, indent }: Code['style'],
): readonly string[] {
  return [
    '',
    `process.on(${quote}SIGTERM${quote}, () => {`,
    `${indent}${server}.close(() => process.exit(0))${semicolon}`,
    `})${semicolon}`,
  ];
}

/** What a stopping server of gRPC gives its open calls: within the 30 seconds that Kubernetes gives a pod. */
const seconds = 20;

function fixes(listen: Listen): LazyFix[] {
  const { framework, at, drainsBy } = listen;
  if (drainsBy !== undefined) {
    const title = `Set ${drainsBy}`;
    return [
      { title, safety: 'suggested', changes: (context) => addSetting(context, projectOf(at.file), drainsBy) },
    ];
  }
  if (at.range && /\.go$/.test(at.file) && framework === 'net/http') {
    const title = 'Shut the server down on SIGTERM';
    return [{ title, safety: 'suggested', changes: ({ read }) => drainOnSignal(read(at.file), at.range!) }];
  }
  if (at.range && framework === 'axum') {
    const title = 'Drain on SIGTERM and at ctrl-C';
    return [{ title, safety: 'suggested', changes: ({ read }) => drainAxum(read(at.file), at.range!) }];
  }
  if (at.range && framework === 'grpcio') {
    const title = 'Stop the server on SIGTERM';
    return [
      { title, safety: 'suggested', changes: ({ read }) => stopOnSignal(read(at.file), at.range!, seconds) },
    ];
  }
  if (!at.range || !(framework === 'nestjs' || Object.hasOwn(drains, framework))) return [];
  const title = framework === 'nestjs' ? 'Enable shutdown hooks' : 'Close the server on SIGTERM';
  return [{ title, safety: 'suggested', changes: (context) => drain(context, listen) }];
}

async function drain({ read }: FixContext, listen: Listen): Promise<readonly Change[]> {
  const { at, framework, router, server } = listen;
  const code = await parseCode(read(at.file));
  const statement = statementAt(code, at.range!);
  if (!statement) return [];
  if (framework === 'nestjs') {
    return router === undefined
      ? []
      : [insertBefore(code, statement, [`${router}.enableShutdownHooks()${code.style.semicolon}`])];
  }
  const kept = server !== undefined || framework === 'fastify' || framework === 'grpc';
  const name = ['server', 'httpServer', 'listening'].find((one) => !hasName(code, one));
  const closed = kept ? listen : { ...listen, server: name };
  if ([closed.server, router].some((one) => one !== undefined && !/^[\w$.]+$/.test(one))) return [];
  const lines = drains[framework]!(closed, code.style);
  if (!lines) return [];
  const closes = insertAfter(code, statement, lines);
  if (kept) return [closes];
  // What `listen` gives back has to be kept before it can be closed.
  const { ts, source } = code;
  if (!ts.isExpressionStatement(statement) || name === undefined) return [];
  const start = statement.getStart(source);
  const keeps = {
    kind: 'edit',
    file: at.file,
    range: { start, end: start },
    text: `const ${name} = `,
  } as const;
  return [keeps, closes];
}
