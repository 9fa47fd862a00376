/** The facts of all files, each read once until it changes. It knows no rule and joins nothing. */
import { setImmediate } from 'node:timers/promises';
import type { Problem } from '../artifacts/artifact.ts';
import type { FactsByKind, KindName } from '../artifacts/kinds.ts';
import { kindNames, kindsClaiming, readFacts, type FileFacts } from './readFacts.ts';
import type { Skipped, Workspace } from '../workspace/workspace.ts';

/** Keeps what files say between runs. */
export interface FactsCache {
  /** @param stamp of the file as it is now; other facts of it are out of date */
  get(path: string, stamp: string): FileFacts | undefined;
  set(path: string, stamp: string, facts: FileFacts): void;
}

/** Reads many files at once, elsewhere. */
export interface FactsReaders {
  /** How many calls of `read` are worth making at the same time for so many files. */
  lanes(files: number): number;
  /** What each of these files says, in order; undefined when they cannot be read there. */
  read(paths: readonly string[]): Promise<readonly FileFacts[] | undefined>;
}

/** Milliseconds of work before other work of the process gets its turn. */
const slice = 12;
/** Files that are handed out at once: milliseconds of work. */
const chunk = 48;

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
    readonly readers?: FactsReaders,
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
   * @param onRead told after each file, in any order
   * @throws only when the signal is aborted (the signal's reason); what was read by then is kept
   */
  async update(
    paths: readonly string[],
    signal?: AbortSignal,
    onRead?: (path: string) => void,
  ): Promise<void> {
    const read = new Map<string, FileFacts>();
    const done = (path: string, facts: FileFacts): void => {
      read.set(path, facts);
      onRead?.(path);
    };
    try {
      await this.#readAll(this.#withoutKnown(paths, done), done, signal);
    } finally {
      // In the order of the paths, whichever was read first: what joins facts may go by it.
      for (const path of paths) {
        const facts = read.get(path);
        if (facts) this.#keep(path, facts);
      }
    }
  }

  /** Everything known of a file. */
  of(path: string): FileFacts {
    const facts = kindNames.flatMap((name) => {
      const value = this.#facts[name].get(path);
      return value === undefined ? [] : [[name, value] as const];
    });
    return { facts, problems: this.#problems.get(path), skipped: this.#skipped.get(path) };
  }

  forget(path: string): void {
    if (this.#parsed.delete(path)) for (const name of kindNames) this.#facts[name].delete(path);
    this.#problems.delete(path);
    this.#skipped.delete(path);
  }

  /** The paths that have to be read, with the stamps under which the cache will know them. */
  #withoutKnown(paths: readonly string[], done: (path: string, facts: FileFacts) => void): Unread[] {
    const unread: Unread[] = [];
    for (const path of paths) {
      const claiming = this.#claiming(path);
      const stamp = claiming.length > 0 && this.cache ? this.workspace.stamp?.(path) : undefined;
      const known = claiming.length === 0 ? {} : stamp && this.cache!.get(path, stamp);
      if (known) done(path, known);
      else unread.push({ path, stamp });
    }
    return unread;
  }

  async #readAll(
    unread: readonly Unread[],
    done: (path: string, facts: FileFacts) => void,
    signal?: AbortSignal,
  ): Promise<void> {
    let next = 0;
    const finish = ({ path, stamp }: Unread, facts: FileFacts): void => {
      if (stamp) this.cache!.set(path, stamp, facts);
      done(path, facts);
    };
    const readHere = (file: Unread): void | Promise<void> => {
      const facts = readFacts(this.workspace, file.path, this.#claiming(file.path));
      if (facts instanceof Promise) return facts.then((facts) => finish(file, facts));
      finish(file, facts);
    };
    const elsewhere = async (readers: FactsReaders): Promise<void> => {
      while (next < unread.length && !signal?.aborted) {
        const files = unread.slice(next, (next += chunk));
        const facts = await readers.read(files.map(({ path }) => path));
        for (const [index, file] of files.entries()) {
          if (facts) finish(file, facts[index]!);
          else await readHere(file);
        }
      }
    };
    const here = async (): Promise<void> => {
      let turn = performance.now();
      const loading: Promise<void>[] = [];
      while (next < unread.length && !signal?.aborted) {
        // Files go on being read while a grammar is loaded.
        const pending = readHere(unread[next++]!);
        if (pending) loading.push(pending);
        if (performance.now() - turn < slice) continue;
        await setImmediate();
        turn = performance.now();
      }
      await Promise.all(loading);
    };
    const lanes = this.readers?.lanes(unread.length) ?? 0;
    await Promise.all([...Array.from({ length: lanes }, () => elsewhere(this.readers!)), here()]);
    signal?.throwIfAborted();
  }

  #claiming(path: string): readonly KindName[] {
    let claiming = this.#claims.get(path);
    if (!claiming) {
      claiming = kindsClaiming(path);
      if (claiming.length > 0) this.#claims.set(path, claiming);
    }
    return claiming;
  }

  #keep(path: string, { skipped, problems, facts }: FileFacts): void {
    const before = this.#parsed.has(path) ? kindNames.filter((name) => this.#facts[name].has(path)) : [];
    // In place, so that an edit changes no order.
    for (const [name, value] of facts ?? []) this.#facts[name].set(path, value);
    for (const name of before) if (!facts?.some(([one]) => one === name)) this.#facts[name].delete(path);
    if (facts) this.#parsed.add(path);
    else this.#parsed.delete(path);
    this.#problems.delete(path);
    this.#skipped.delete(path);
    if (problems) this.#problems.set(path, problems);
    if (skipped !== undefined) this.#skipped.set(path, skipped);
  }
}

interface Unread {
  readonly path: string;
  readonly stamp: string | undefined;
}
