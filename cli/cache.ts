/**
 * Facts of earlier runs on disk, one file for each workspace. It is only ever a shortcut: what is missing, damaged or of
 * another build is read anew, and what cannot be written is not kept.
 */
import { createHash } from 'node:crypto';
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  statSync,
  unlinkSync,
  utimesSync,
} from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { env } from 'node:process';
import { fileURLToPath } from 'node:url';
import type { FactsCache } from '../rules/index.ts';
import { writeAtomically } from './files.ts';
import { version } from './version.ts';

/** A workspace with more facts than this, in characters of JSON, is not kept. */
const maxSize = 64 * 1024 * 1024;
/** Workspaces that are kept; the one not audited for longest goes first. */
const maxWorkspaces = 40;

type FileFacts = NonNullable<ReturnType<FactsCache['get']>>;

interface Entry {
  readonly stamp: string;
  readonly facts: FileFacts;
}

export interface DiskCache extends FactsCache {
  /** Keeps what this run used for the next one. Never fails. */
  save(): void;
}

/** The cache of a workspace; undefined where none can be kept. */
export function openCache(workspace: string): DiskCache | undefined {
  try {
    const build = buildId();
    if (build === undefined) return undefined;
    const folder = join(env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'scaleready');
    return new FileCache(folder, join(folder, `${sha1(realpathSync(workspace))}.json`), build);
  } catch {
    return undefined;
  }
}

/** Names the build that runs; undefined when it runs from its sources, which change without notice. */
function buildId(): string | undefined {
  const program = fileURLToPath(import.meta.url);
  if (program.endsWith('.ts')) return undefined;
  const { mtimeMs, size } = statSync(realpathSync(process.argv[1] ?? program));
  return `${version} ${size} ${mtimeMs}`;
}

class FileCache implements DiskCache {
  readonly #kept: ReadonlyMap<string, Entry>;
  readonly #used = new Map<string, Entry>();
  #isNew = false;

  constructor(
    readonly folder: string,
    readonly path: string,
    readonly build: string,
  ) {
    this.#kept = this.#load();
  }

  get(path: string, stamp: string): FileFacts | undefined {
    const entry = this.#kept.get(path);
    if (entry?.stamp !== stamp) return undefined;
    this.#used.set(path, entry);
    return entry.facts;
  }

  set(path: string, stamp: string, facts: FileFacts): void {
    this.#used.set(path, { stamp, facts });
    this.#isNew = true;
  }

  save(): void {
    try {
      if (!this.#isNew && this.#used.size === this.#kept.size) {
        const now = new Date();
        utimesSync(this.path, now, now);
        return;
      }
      const facts = JSON.stringify([...this.#used].map(([path, { stamp, facts }]) => [path, stamp, facts]));
      if (facts.length > maxSize) return;
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      writeAtomically(this.path, `${this.#header(facts)}\n${facts}`);
      this.#forgetOldWorkspaces();
    } catch {
      // A full or read-only disk makes the next run slower, and this one no worse.
    }
  }

  #load(): Map<string, Entry> {
    try {
      if (statSync(this.path).size > 4 * maxSize) return new Map();
      const text = readFileSync(this.path, 'utf8');
      const end = text.indexOf('\n');
      const facts = text.slice(end + 1);
      if (text.slice(0, end) !== this.#header(facts)) return new Map();
      const entries = JSON.parse(facts) as [string, string, FileFacts][];
      return new Map(entries.map(([path, stamp, facts]) => [path, { stamp, facts }]));
    } catch {
      return new Map();
    }
  }

  /** The build that wrote the facts, and a digest that finds damage. */
  #header(facts: string): string {
    return `${this.build} ${sha1(facts)}`;
  }

  #forgetOldWorkspaces(): void {
    const files = readdirSync(this.folder)
      .filter((name) => name.endsWith('.json'))
      .map((name) => join(this.folder, name));
    if (files.length <= maxWorkspaces) return;
    const byAge = files
      .map((path) => ({ path, time: statSync(path).mtimeMs }))
      .sort((a, b) => a.time - b.time);
    for (const { path } of byAge.slice(0, files.length - maxWorkspaces)) unlinkSync(path);
  }
}

function sha1(text: string): string {
  return createHash('sha1').update(text).digest('hex');
}
