/** Instrumentation patches modules as they are loaded: what is loaded before it starts is never traced. */
import { place, type Model, type Service } from '../../model/model.ts';
import type { ImportFact, SourceFacts } from '../../artifacts/source/facts.ts';
import type { Place } from '../../text.ts';
import { startOfLine, nextLine } from '../edits/lines.ts';
import { defineRule, type Change, type FixContext, type LazyFix } from '../rule.ts';

export default defineRule({
  id: 'tracing/loaded-late',
  title: 'Tracing starts after the modules that it must patch are loaded.',
  area: 'tracing',
  section: '§4',
  level: 'warning',
  joins: true,
  fix: 'safe',
  messages: {
    late: {
      text: '{module} is loaded before tracing starts, so what {service} does with it may be missing from every trace.',
    },
  },
  check(model, report) {
    for (const service of model.services) {
      if (service.role !== 'production' || service.runs || !service.code) continue;
      if (service.tracing.some(({ by }) => by !== 'code')) {
        const { at } = service.tracing.find(({ by }) => by !== 'code')!;
        report.met(service, { at, message: 'Tracing is loaded before the code.' });
        continue;
      }
      for (const file of service.code.entryPoints) {
        // In Python an instrumentation finds what is loaded already.
        if (model.sources.get(file)?.language === 'python') continue;
        const start = startOf(model, service, file);
        if (!start) continue;
        const patches = patchesOf(model.sources.get(start.tracing.file)!);
        const late = start.before.find(({ specifier, topLevel }) => topLevel && patches(specifier));
        if (!late) {
          report.met(service, { at: start.at, message: 'Tracing starts first.' });
          continue;
        }
        report.gap({
          message: 'late',
          data: { module: late.specifier, service: service.name },
          at: place(file, late),
          service,
          related: [{ at: start.tracing, message: 'tracing starts here' }],
          fixes: fixes(file, start.loads, start.before),
        });
      }
    }
  },
});

interface Start {
  /** Where the entry point starts or loads tracing. */
  readonly at: Place;
  readonly tracing: Place;
  /** The import that loads tracing, where it is in a file of its own. */
  readonly loads?: ImportFact;
  /** Imports that run before it. */
  readonly before: readonly ImportFact[];
}

/** Where an entry point starts tracing; undefined where it does not, or not at its top level. */
function startOf(model: Model, service: Service, file: string): Start | undefined {
  const facts = model.sources.get(file);
  if (!facts) return undefined;
  for (const tracing of service.tracing) {
    if (tracing.at.file === file) return startHere(file, facts, tracing.at);
    const loads = facts.imports.find((one) => one.topLevel && leadsTo(file, one.specifier, tracing.at.file));
    if (!loads) continue;
    const before = facts.imports.filter(({ range }) => range.start < loads.range.start);
    return { at: place(file, loads), tracing: tracing.at, loads, before };
  }
  return undefined;
}

/** Imports of a module run before all of its code; a require runs where it stands. */
function startHere(file: string, { imports }: SourceFacts, at: Place): Start {
  const before = imports.filter(({ range, hoisted }) => hoisted || range.start < at.range!.start);
  return { at: { file, range: at.range }, tracing: at, before };
}

function leadsTo(from: string, specifier: string, to: string): boolean {
  if (!specifier.startsWith('.')) return false;
  const parts = from.split('/').slice(0, -1);
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  const stem = (path: string): string => path.replace(/\.[cm]?[jt]sx?$/, '').replace(/\/index$/, '');
  return stem(parts.join('/')) === stem(to);
}

/**
 * Modules that servers load first and whose calls become spans. Not loggers, which are in no trace; nor http and undici,
 * which are patched in place or report by themselves whenever they were loaded.
 */
const patched =
  /^(?:express|fastify|koa|@koa\/router|@hapi\/hapi|@nestjs\/core|restify|connect|@grpc\/grpc-js|pg|mysql2?|mongodb|mongoose|redis|ioredis|@redis\/client|amqplib|kafkajs|knex|graphql|aws-sdk|@aws-sdk\/.+|socket\.io|memcached|cassandra-driver|tedious)$/;

/**
 * Which modules a set-up patches: those of the `@opentelemetry/instrumentation-*` packages it names, such as `-grpc` for
 * `@grpc/grpc-js` and `-nestjs-core` for `@nestjs/core`, or all where it names none.
 */
function patchesOf({ imports }: SourceFacts): (specifier: string) => boolean {
  const named = imports.flatMap(
    ({ specifier }) => /^@opentelemetry\/instrumentation-(.+)$/.exec(specifier)?.[1] ?? [],
  );
  return (specifier) => {
    const module = specifier.replace(/^node:/, '');
    if (!patched.test(module)) return false;
    const plain = module.replace(/^@/, '').replaceAll('/', '-');
    return named.length === 0 || named.some((name) => plain.startsWith(name) || name.startsWith(plain));
  };
}

function fixes(file: string, loads: ImportFact | undefined, before: readonly ImportFact[]): LazyFix[] {
  if (!loads || Object.keys(loads.names).length > 0) return [];
  const changes = ({ read }: FixContext): readonly Change[] => {
    const { text } = read(file);
    const line = { start: startOfLine(text, loads.range.start), end: nextLine(text, loads.range.end) };
    const own = text.slice(line.start, line.end);
    const first = startOfLine(text, Math.min(...before.map(({ range }) => range.start)));
    // Only a statement that has its line to itself can be moved as it is.
    if (own.trim().replace(/;$/, '') !== text.slice(loads.range.start, loads.range.end).replace(/;$/, ''))
      return [];
    return [
      {
        kind: 'edit',
        file,
        range: { start: first, end: first },
        text: own.endsWith('\n') ? own : `${own}\n`,
      },
      { kind: 'edit', file, range: line, text: '' },
    ];
  };
  return [{ title: `Load ${loads.specifier} first`, safety: 'safe', changes }];
}
