/**
 * What source files say together: their own facts, those of whatever they import, and the routes over all of them. It is
 * kept from model to model for as long as neither these files nor what imports are resolved by has changed, so that
 * typing in one service joins no other's code anew. It knows nothing of services.
 */
import type { FactsByKind } from '../artifacts/kinds.ts';
import type { SourceFacts } from '../artifacts/source/facts.ts';
import type { TextRange } from '../text.ts';
import { located, place, type FileIndex, type ServiceCode } from './model.ts';
import type { Modules } from './modules.ts';
import { joinRoutes, type JoinedRoutes } from './routes.ts';

export interface JoinedFiles {
  /** The files that were given, then whatever of the workspace they import. */
  readonly files: readonly string[];
  readonly routes: JoinedRoutes;
  readonly unresolved: ServiceCode['unresolved'];
  readonly said: Said;
}

/** @param own files with facts */
export type JoinFiles = (own: readonly string[]) => JoinedFiles;

interface Remembered {
  /** What imports are resolved by, besides the paths there are. */
  readonly settled: readonly unknown[];
  /** By the first of the files. */
  readonly joined: Map<
    string,
    { readonly own: readonly string[]; readonly facts: readonly SourceFacts[]; readonly value: JoinedFiles }[]
  >;
}

const rememberedBy = new WeakMap<FileIndex, Remembered>();

export function joinedFiles(
  facts: Pick<FactsByKind, 'source' | 'packageJson' | 'manifest'>,
  files: FileIndex,
  modules: Modules,
): JoinFiles {
  const { source } = facts;
  const settled = [...source.keys(), ...facts.packageJson.values(), ...facts.manifest.values()];
  let remembered = rememberedBy.get(files);
  if (!remembered || !isSame(remembered.settled, settled))
    rememberedBy.set(files, (remembered = { settled, joined: new Map() }));
  const { joined } = remembered;
  return (own) => {
    const key = own[0] ?? '';
    const known = joined.get(key) ?? [];
    const before = known.find((one) => isSame(one.own, own));
    if (before?.value.files.every((file, index) => source.get(file) === before.facts[index]))
      return before.value;
    const value = join(own, source, modules);
    const entry = { own, facts: value.files.map((file) => source.get(file)!), value };
    joined.set(key, [...known.filter((one) => one !== before), entry]);
    return value;
  };
}

function isSame(some: readonly unknown[], others: readonly unknown[]): boolean {
  return some.length === others.length && some.every((one, index) => one === others[index]);
}

function join(
  own: readonly string[],
  sources: ReadonlyMap<string, SourceFacts>,
  modules: Modules,
): JoinedFiles {
  const files = withImported(own, sources, modules);
  const facts = files.map((file) => placed(file, sources.get(file)!));
  const all = <Key extends keyof Said>(key: Key): Said[Key] =>
    facts.flatMap((file) => file[key] as readonly unknown[]) as unknown as Said[Key];
  return {
    files,
    routes: joinRoutes(files, sources, modules),
    unresolved: files.flatMap((file) =>
      sources
        .get(file)!
        .imports.filter(({ specifier }) => codeBeside.test(specifier) && !modules.file(file, specifier))
        .map(({ specifier, range }) => located(file, { value: specifier, range })),
    ),
    said: {
      listens: all('listens'),
      grpcServices: all('grpcServices'),
      tracing: all('tracing'),
      signals: all('signals'),
      calls: all('calls'),
      state: all('state'),
      stores: all('stores'),
      schedules: all('schedules'),
      swallowed: all('swallowed'),
      retries: all('retries'),
      fanOuts: all('fanOuts'),
      prints: all('prints'),
      loggers: all('loggers'),
      rateLimits: all('rateLimits'),
      metrics: all('metrics'),
    },
  };
}

/** A relative path to code, and not to data. */
const codeBeside = /^\.{1,2}\/(?:[^]*\/)?[^./]+(?:\.[cm]?[jt]sx?)?$/;

/** How far imports are followed out of a service's own folder. */
const maxFiles = 3000;

/** The service's own files, then whatever of the workspace they import, directly or not. */
export function withImported(
  own: readonly string[],
  sources: ReadonlyMap<string, SourceFacts>,
  modules: Modules,
): readonly string[] {
  const files = new Set(own);
  for (const file of files) {
    if (files.size > maxFiles) break;
    for (const target of modules.imported(file)) if (sources.has(target)) files.add(target);
  }
  return [...files];
}

type Said = Pick<
  ServiceCode,
  | 'listens'
  | 'grpcServices'
  | 'tracing'
  | 'signals'
  | 'calls'
  | 'state'
  | 'stores'
  | 'schedules'
  | 'swallowed'
  | 'retries'
  | 'fanOuts'
  | 'prints'
  | 'loggers'
  | 'rateLimits'
  | 'metrics'
>;

/** Facts outlive the models that are built from them, and many services share a file. */
const known = new WeakMap<SourceFacts, { readonly file: string; readonly placed: Said }>();

/** The facts of one file with their places. */
function placed(file: string, facts: SourceFacts): Said {
  const before = known.get(facts);
  if (before?.file === file) return before.placed;
  const at = <T extends { readonly range: TextRange }>(fact: T) => ({ ...fact, at: place(file, fact) });
  const placed: Said = {
    listens: facts.listens.map((listen) => ({
      ...at(listen),
      port: listen.port && located(file, listen.port),
    })),
    grpcServices: facts.grpc.flatMap(({ services }) => services.map((service) => located(file, service))),
    tracing: facts.tracing.map(at),
    signals: facts.signals.map(at),
    calls: facts.calls.map(at),
    state: facts.state.map(at),
    stores: facts.stores.map(at),
    schedules: facts.schedules.map(at),
    swallowed: facts.swallowed.map(at),
    retries: facts.retries.map(at),
    fanOuts: facts.fanOuts.map(at),
    prints: facts.prints.map((one) => located(file, one)),
    loggers: facts.loggers.map((one) => located(file, one)),
    rateLimits: facts.rateLimits.map((one) => located(file, one)),
    metrics: facts.metrics.map(at),
  };
  known.set(facts, { file, placed });
  return placed;
}
