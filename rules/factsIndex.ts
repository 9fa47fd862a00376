/** Reads files into facts, once per content. It knows no rule and joins nothing. */
import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { ArtifactKind, GrammarName, Parsed, Problem, TextFile } from './artifacts/artifact.ts';
import { kinds, type FactsByKind, type KindName } from './artifacts/kinds.ts';
import { loadGrammar } from './workspace/grammars.ts';
import { textFile } from './workspace/textFile.ts';
import type { Skipped, Workspace } from './workspace/workspace.ts';

/** Keeps facts between runs. Keys name a kind, the engine's version and a text; values are plain JSON. */
export interface FactsCache {
  get(key: string): Parsed<unknown> | undefined;
  set(key: string, parsed: Parsed<unknown>): void;
}

/** A short form of a text: the same texts have the same, others in all likelihood not. */
export function digest(text: string): string {
  return createHash('sha1').update(text).digest('base64url');
}

/** Milliseconds of work before other work of the process gets its turn. */
const slice = 12;

const kindNames = Object.keys(kinds) as KindName[];

export class FactsIndex {
  readonly #facts = Object.fromEntries(kindNames.map((name) => [name, new Map()])) as unknown as Record<
    KindName,
    Map<string, unknown>
  >;
  readonly #problems = new Map<string, readonly Problem[]>();
  readonly #skipped = new Map<string, string>();
  readonly #parsed = new Set<string>();
  readonly #claims = new Map<string, readonly KindName[]>();

  constructor(
    readonly workspace: Workspace,
    readonly cache?: FactsCache,
  ) {}

  get facts(): FactsByKind {
    return this.#facts as unknown as FactsByKind;
  }

  /** What could not be understood, by path. */
  get problems(): ReadonlyMap<string, readonly Problem[]> {
    return this.#problems;
  }

  get skipped(): readonly Skipped[] {
    return [...this.#skipped].map(([path, reason]) => ({ path, reason }));
  }

  /** Files that hold facts. */
  get parsed(): ReadonlySet<string> {
    return this.#parsed;
  }

  /**
   * Reads these files again and replaces what was known of them; files that are gone are forgotten.
   * @param onRead told after each file, in order
   * @throws only when the signal is aborted (the signal's reason); what was read by then is kept
   */
  async update(
    paths: readonly string[],
    signal?: AbortSignal,
    onRead?: (index: number) => void,
  ): Promise<void> {
    let turn = performance.now();
    const loading: Promise<void>[] = [];
    try {
      for (const [index, path] of paths.entries()) {
        if (performance.now() - turn > slice) {
          await setImmediate();
          signal?.throwIfAborted();
          turn = performance.now();
        }
        const claiming = this.#claiming(path);
        const pending = claiming.length > 0 ? this.#update(path, claiming) : undefined;
        if (pending) loading.push(pending);
        onRead?.(index);
      }
    } finally {
      // Files go on being read while a grammar is loaded; those that wait for it count as read.
      await Promise.all(loading);
    }
  }

  forget(path: string): void {
    if (this.#parsed.delete(path)) for (const name of kindNames) this.#facts[name].delete(path);
    this.#problems.delete(path);
    this.#skipped.delete(path);
  }

  /** The kinds of artifact a path may be; empty where the file is of no interest. */
  #claiming(path: string): readonly KindName[] {
    let claiming = this.#claims.get(path);
    if (!claiming) {
      claiming = kindNames.filter((name) => name !== 'suppressions' && kinds[name].claims(path));
      if (claiming.length > 0) {
        claiming = [...claiming, 'suppressions'];
        this.#claims.set(path, claiming);
      }
    }
    return claiming;
  }

  /** A promise only where a grammar has yet to be loaded, so that most files cost no turn of the event loop. */
  #update(path: string, claiming: readonly KindName[]): Promise<void> | undefined {
    this.forget(path);
    const reading = this.workspace.read(path);
    if (reading.kind === 'unreadable') this.#skipped.set(path, reading.reason);
    if (reading.kind !== 'text') return undefined;
    const { text } = reading;
    const holding = claiming.filter((name) => kinds[name].mayHold(text));
    if (holding.length === 0) return undefined;
    const hash = this.cache && digest(text);
    const unknown = holding.filter((name) => {
      const parsed = hash && this.cache!.get(keyOf(name, path, hash));
      if (parsed) this.#keep(path, name, parsed);
      return !parsed;
    });
    const parse = (): void => this.#parse(path, text, unknown, hash);
    const loads = unknown.flatMap((name) => {
      const grammar = grammarOf(name, path);
      return [grammar && loadGrammar(grammar), (kinds[name] as ArtifactKind).prepare?.()];
    });
    if (loads.some((load) => load)) return Promise.all(loads).then(parse);
    parse();
    return undefined;
  }

  #parse(path: string, text: string, names: readonly KindName[], hash: string | undefined): void {
    const file = textFile(path, text);
    try {
      for (const name of names) {
        const parsed = parseTolerantly(kinds[name], file);
        if (hash) this.cache!.set(keyOf(name, path, hash), parsed);
        this.#keep(path, name, parsed);
      }
    } finally {
      file.dispose();
    }
  }

  #keep(path: string, name: KindName, { facts, problems }: Parsed<unknown>): void {
    if (problems.length > 0) this.#problems.set(path, [...(this.#problems.get(path) ?? []), ...problems]);
    if (facts === undefined) return;
    this.#facts[name].set(path, facts);
    this.#parsed.add(path);
  }
}

function grammarOf(name: KindName, path: string): GrammarName | undefined {
  return (kinds[name] as ArtifactKind).grammar?.(path);
}

function keyOf(name: KindName, path: string, hash: string): string {
  return `${name}:${grammarOf(name, path) ?? ''}:${hash}`;
}

/** A kind that throws breaks its promise; that must not silence the other kinds, nor the other files. */
function parseTolerantly(kind: ArtifactKind, file: TextFile): Parsed<unknown> {
  try {
    return kind.parse(file);
  } catch (error) {
    const message = `This file could not be read as ${kind.id} (${(error as Error).message}), so nothing in it was checked as such.`;
    return { problems: [{ message, range: { start: 0, end: 0 } }] };
  }
}
