/**
 * The engine as its hosts see it: a session over one workspace that is told of changes and audits what is there now.
 * It knows no editor, no protocol and no output format.
 */
import type { Problem, TextFile } from './artifacts/artifact.ts';
import { defaultConfiguration, type Configuration } from './artifacts/configuration/facts.ts';
import {
  configuration as configurationKind,
  configurationPaths,
} from './artifacts/configuration/configuration.ts';
import { FactsIndex, type FactsCache, type FactsReaders } from './facts/factsIndex.ts';
import { isSameButMoved, movementBetween, type Movement } from './facts/movement.ts';
import type { FileFacts } from './facts/readFacts.ts';
import { buildModel } from './model/build.ts';
import { fileIndex } from './model/fileIndex.ts';
import type { FileIndex, Model } from './model/model.ts';
import { movedAudit } from './movedAudit.ts';
import { configurationInvalid, faults, fileUnparsable } from './practices/faults.ts';
import { levels, matchesRule, type LevelOf, type LevelSetting } from './practices/levels.ts';
import { profileOf, profileSettings, standardProfile, type Profile } from './practices/profiles.ts';
import { rules } from './practices/registry.generated.ts';
import { removeFlag, type Removal } from './practices/rollout/removal/removal.ts';
import type { Change, Finding, FixContext, Rule } from './practices/rule.ts';
import { byPlace, runRules, toFinding, type Outcome } from './practices/run.ts';
import { hintFor, suppress, type Suppressed } from './practices/suppress.ts';
import { scorecardOf, type Scorecard } from './report/scorecard.ts';
import { loadGrammar, parserFor } from './workspace/grammars.ts';
import { isForeignFolder } from './workspace/ignored.ts';
import { pathMatcher } from './workspace/pathMatcher.ts';
import { textFile } from './workspace/textFile.ts';
import type { Listing, Skipped, Workspace } from './workspace/workspace.ts';

export interface AuditOptions {
  /** ISO date that expiry and review dates are compared with; today in UTC by default. */
  readonly today?: string;
  /** Levels that win over the configuration file's, such as `--rule` or the editor's settings; later ones win. */
  readonly levels?: readonly LevelSetting[];
  /** Used instead of the workspace's own configuration file. */
  readonly configuration?: { readonly path: string; readonly text: string };
  /** Facts of earlier runs. */
  readonly cache?: FactsCache;
  /** Other threads that read the workspace's files as they are on disk. */
  readonly readers?: FactsReaders;
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** Files read of those that are to be read. */
export interface Progress {
  readonly done: number;
  readonly total: number;
}

export interface Audit {
  /** Sorted by file, place and rule. */
  readonly findings: readonly Finding[];
  readonly suppressed: readonly Suppressed[];
  readonly scorecard: Scorecard;
  readonly files: FilesReport;
  readonly model: Model;
}

export interface FilesReport {
  /** Every file that is not ignored. */
  readonly seen: number;
  /** Those that hold something that is checked. */
  readonly parsed: number;
  readonly skipped: readonly Skipped[];
}

/** Audits a workspace once. @throws only when the signal is aborted (the signal's reason). */
export function audit(workspace: Workspace, options: AuditOptions = {}): Promise<Audit> {
  return new Session(workspace, options).audit(options.signal);
}

/** Open files whose text is remembered; more are edited at once only by tools. */
const maxTexts = 50;

export class Session {
  readonly #index: FactsIndex;
  #listing: Listing | undefined;
  #paths = new Set<string>();
  /** Of the paths as they are; what models remember of it lasts as long. */
  #fileIndex: FileIndex | undefined;
  /** What hosts said: files or folders, there or gone. */
  #changed = new Set<string>();
  /** Files to be read. */
  #unread = new Set<string>();
  #configuration: Configured = configured(undefined);
  /** The last one, as long as nothing else is known to be different than what is in `#edited`. */
  #audit: Audit | undefined;
  /** Files that were only edited since the last audit, with what they said then. */
  #edited = new Map<string, FileFacts>();
  /** Edited files as they were at the last audit, since what an edit moves is told by what the text was. */
  #texts = new Map<string, string>();
  #running: Promise<Audit> | undefined;
  #levels: readonly LevelSetting[];

  constructor(
    readonly workspace: Workspace,
    readonly options: AuditOptions = {},
  ) {
    this.#index = new FactsIndex(workspace, options.cache, options.readers);
    this.#levels = options.levels ?? [];
  }

  /** Takes other levels from the next audit on; nothing is read again for it. */
  setLevels(settings: readonly LevelSetting[]): void {
    this.#levels = settings;
    this.#audit = undefined;
  }

  /** The next audit reads every file again, whatever is known. */
  forget(): void {
    for (const path of this.#paths) this.#index.forget(path);
    this.#paths.clear();
    this.#unread.clear();
    this.#listing = undefined;
    this.#audit = undefined;
  }

  /**
   * What is there now. The first time everything is read, later only what was said to have changed.
   * @throws only when the signal is aborted (the signal's reason); the next call goes on where this one stopped
   */
  async audit(signal?: AbortSignal): Promise<Audit> {
    while (this.#running) await this.#running.catch(() => undefined);
    signal?.throwIfAborted();
    this.#running = this.#auditNow(signal);
    try {
      return await this.#running;
    } finally {
      this.#running = undefined;
    }
  }

  /** These files, or files below these folders, were created, edited or deleted. */
  changed(paths: readonly string[]): void {
    for (const path of paths) this.#changed.add(path);
  }

  /**
   * What can be said of these files alone, before everything is read: the findings of rules that join nothing.
   * @throws only when the signal is aborted (the signal's reason)
   */
  async auditFiles(paths: readonly string[], signal?: AbortSignal): Promise<readonly Finding[]> {
    const index = new FactsIndex(this.workspace, this.options.cache);
    this.#configuration = this.#readConfiguration();
    const visible = paths.filter((path) => !this.#configuration.excludes(path));
    await index.update(visible, signal);
    const model = this.#modelOf(index, fileIndex(visible, ['']));
    const levelOf = this.#levelOf({ ...standardProfile, ...this.#configuration.value.profile });
    const outcome = runRules(
      model,
      rules.filter(({ joins }) => !joins),
      levelOf,
    );
    return this.#conclude(index, outcome, levelOf).findings;
  }

  /** A file as it is now, unsaved text first; undefined where there is no text. */
  read(path: string): TextFile | undefined {
    const reading = this.workspace.read(path);
    return reading.kind === 'text' ? textFile(path, reading.text) : undefined;
  }

  /**
   * The changes of a finding's fix, computed now.
   * @param fix which of the finding's fixes
   * @returns nothing where it cannot be applied, such as a file to create that is already there
   */
  async changes(finding: Finding, fix = 0): Promise<readonly Change[]> {
    return this.plan((context) => finding.fixes[fix]?.changes(context) ?? []);
  }

  /**
   * Changes of any kind, computed from what is known now.
   * @returns nothing where a file to create is already there
   */
  async plan(
    changesOf: (context: FixContext) => readonly Change[] | Promise<readonly Change[]>,
  ): Promise<readonly Change[]> {
    const context = this.#fixContext();
    if (!context) return [];
    const changes = await changesOf(context);
    const exists = changes.some(
      ({ kind, file }) => kind === 'create' && this.workspace.read(file).kind !== 'absent',
    );
    return exists ? [] : changes;
  }

  /**
   * What removing a flag from the last audit's workspace changes, and what it leaves to people. Nothing is changed.
   * @param value what the flag is worth from now on
   */
  async removeFlag(key: string, value: boolean): Promise<Removal> {
    const context = this.#fixContext();
    return context ? removeFlag(context, key, value) : { changes: [], left: [], readsLeft: 0 };
  }

  #fixContext(): FixContext | undefined {
    if (!this.#audit) return undefined;
    return {
      model: this.#audit.model,
      read: (path) => {
        const file = this.read(path);
        if (!file) throw new Error(`${path} is not in the workspace.`);
        return file;
      },
      parser: async (grammar) => {
        await loadGrammar(grammar);
        return (text) => parserFor(grammar).parse(text)!;
      },
    };
  }

  async #auditNow(signal?: AbortSignal): Promise<Audit> {
    for (const path of this.#changed) this.#notice(path);
    this.#changed.clear();
    const listing = (this.#listing ??= await this.#list(signal));
    await this.#readUnread(signal);
    if (this.#edited.size > maxTexts) this.#texts.clear();
    const movements = [...this.#edited].map(([path, before]) => this.#movementOf(path, before));
    this.#edited.clear();
    if (this.#audit && movements.every((movement) => movement !== undefined)) {
      if (movements.length === 0) return this.#audit;
      const moved = movedAudit(
        this.#audit,
        new Map(movements),
        once(() => this.#auditFacts(listing)),
      );
      if (moved) return (this.#audit = moved);
    }
    return (this.#audit = this.#auditFacts(listing));
  }

  /** @returns undefined where more than the places of what a file says is different */
  #movementOf(path: string, before: FileFacts): [path: string, Movement] | undefined {
    const was = this.#texts.get(path);
    const now = this.workspace.read(path);
    if (now.kind !== 'text') return undefined;
    this.#texts.set(path, now.text);
    if (was === undefined) return undefined;
    const movement = movementBetween(was, now.text);
    return isSameButMoved(before, this.#index.of(path), movement) ? [path, movement] : undefined;
  }

  /** Joins what is known of all files, and asks every rule. */
  #auditFacts(listing: Listing): Audit {
    this.#fileIndex ??= fileIndex([...this.#paths], listing.opaque);
    const model = this.#modelOf(this.#index, this.#fileIndex);
    const profile = profileOf(model);
    const levelOf = this.#levelOf(profile);
    const outcome = runRules(model, rules, levelOf);
    const { findings, suppressed } = this.#conclude(this.#index, outcome, levelOf);
    const files = {
      seen: this.#paths.size,
      parsed: this.#index.parsed.size,
      skipped: [...listing.skipped, ...this.#index.skipped],
    };
    const scorecard = once(() =>
      scorecardOf(model, rules, outcome.statements, findings, suppressed, { profile, levelOf }),
    );
    return {
      findings,
      suppressed,
      // Not on every keystroke, but when somebody looks.
      get scorecard() {
        return scorecard();
      },
      files,
      model,
    };
  }

  /** Lists everything, and notes what is not known yet as unread. */
  async #list(signal?: AbortSignal): Promise<Listing> {
    this.#configuration = this.#readConfiguration();
    const listing = await this.workspace.list({ signal, exclude: this.#configuration.excludes });
    const before = this.#paths;
    this.#paths = new Set(listing.files);
    this.#fileIndex = undefined;
    for (const path of before) if (!this.#paths.has(path)) this.#drop(path);
    for (const path of this.#paths) if (!before.has(path)) this.#unread.add(path);
    this.#audit = undefined;
    return listing;
  }

  async #readUnread(signal?: AbortSignal): Promise<void> {
    const unread = [...this.#unread];
    const report = this.options.onProgress;
    let done = 0;
    await this.#index.update(unread, signal, (path) => {
      this.#unread.delete(path);
      report?.({ done: ++done, total: unread.length });
    });
  }

  /** Notes what came, went or was edited. */
  #notice(path: string): void {
    const { kind } = this.workspace.read(path);
    const isEdit = kind === 'text' && this.#paths.has(path) && !decidesListing(path);
    if (!isEdit) this.#audit = undefined;
    else if (!this.#edited.has(path)) this.#edited.set(path, this.#index.of(path));
    if (kind === 'absent') {
      const gone = this.#paths.has(path)
        ? [path]
        : [...this.#paths].filter((one) => one.startsWith(`${path}/`));
      if (gone.length > 0) this.#fileIndex = undefined;
      for (const one of gone) {
        this.#paths.delete(one);
        this.#drop(one);
      }
    } else if (kind !== 'folder' && this.#listing && this.#mayBeSeen(path, this.#listing)) {
      if (!this.#paths.has(path)) this.#fileIndex = undefined;
      this.#paths.add(path);
      this.#unread.add(path);
    }
    if (kind === 'folder' || decidesListing(path)) this.#listing = undefined;
  }

  #drop(path: string): void {
    this.#index.forget(path);
    this.#unread.delete(path);
  }

  #mayBeSeen(path: string, { opaque, ignored }: Listing): boolean {
    if (this.#paths.has(path)) return true;
    const folders = path.split('/').slice(0, -1);
    return !(
      ignored(path) ||
      this.#configuration.excludes(path) ||
      folders.some((name) => isForeignFolder(name, [])) ||
      folders.some((_, index) => opaque.includes(folders.slice(0, index + 1).join('/')))
    );
  }

  #modelOf(index: FactsIndex, files: FileIndex): Model {
    return buildModel({
      facts: index.facts,
      files,
      configuration: this.#configuration.value,
      today: this.#today(),
    });
  }

  /** Adds the engine's own faults, and takes out what comments accept. */
  #conclude(index: FactsIndex, { findings }: Outcome, levelOf: LevelOf): ReturnType<typeof suppress> {
    const all = [...findings];
    for (const [file, problems] of index.problems) {
      if (this.#configuration.path === file) continue;
      for (const problem of problems) {
        const data = { problem: problem.message };
        const at = { file, range: problem.range };
        const fault = toFinding(fileUnparsable, { message: 'problem', data, at }, levelOf);
        if (fault) all.push(fault);
      }
    }
    all.push(...this.#configurationFaults(levelOf));
    const result = suppress(all, index.facts.suppressions, {
      rules: [...rules, ...faults],
      levelOf,
      today: this.#today(),
    });
    return { ...result, findings: result.findings.toSorted(byPlace) };
  }

  #configurationFaults(levelOf: LevelOf): Finding[] {
    const { path, problems, value } = this.#configuration;
    if (path === undefined) return [];
    const invalid = problems.map(({ message, range }) => {
      const at = { file: path, range };
      return toFinding(configurationInvalid, { message: 'problem', data: { problem: message }, at }, levelOf);
    });
    const known: readonly Rule[] = [...rules, ...faults];
    const unknown = value.rules
      .filter(({ pattern }) => !known.some(({ id }) => matchesRule(pattern, id)))
      .map(({ pattern, range }) => {
        const data = { pattern, hint: hintFor(pattern, known) };
        return toFinding(
          configurationInvalid,
          { message: 'unknown-rule', data, at: { file: path, range } },
          levelOf,
        );
      });
    return [...invalid, ...unknown].filter((finding) => finding !== undefined);
  }

  #readConfiguration(): Configured {
    if (this.options.configuration) return configured(this.options.configuration);
    for (const path of configurationPaths) {
      const reading = this.workspace.read(path);
      if (reading.kind === 'text') return configured({ path, text: reading.text });
      if (reading.kind === 'unreadable') {
        const message = `This configuration is not in force, because ${reading.reason}.`;
        return { ...configured(undefined), path, problems: [{ message, range: { start: 0, end: 0 } }] };
      }
    }
    return configured(undefined);
  }

  #levelOf(profile: Profile): LevelOf {
    return levels([...profileSettings(profile), ...this.#configuration.value.rules, ...this.#levels]);
  }

  #today(): string {
    return this.options.today ?? new Date().toISOString().slice(0, 10);
  }
}

function once<T>(compute: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: compute() }).value;
}

/** Ignore rules and the configuration say which files are looked at. */
function decidesListing(path: string): boolean {
  return /(?:^|\/)\.gitignore$/.test(path) || configurationPaths.includes(path);
}

interface Configured {
  readonly value: Configuration;
  readonly path?: string;
  readonly problems: readonly Problem[];
  excludes(path: string): boolean;
}

function configured(file: { readonly path: string; readonly text: string } | undefined): Configured {
  if (!file) return { value: defaultConfiguration, problems: [], excludes: () => false };
  const { facts = defaultConfiguration, problems } = configurationKind.parse(textFile(file.path, file.text));
  return { value: facts, path: file.path, problems, excludes: pathMatcher(facts.exclude) };
}
