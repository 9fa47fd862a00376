/**
 * The engine as its hosts see it: a session over one workspace that is told of changes and audits what is there now.
 * It knows no editor, no protocol and no output format.
 */
import type { TextFile } from './artifacts/artifact.ts';
import {
  configurationFaults,
  configurationOf,
  configured,
  decidesListing,
  type Configured,
} from './configured.ts';
import { FactsIndex, type FactsCache, type FactsReaders } from './facts/factsIndex.ts';
import { isSameButMoved, movementBetween, type Movement } from './facts/movement.ts';
import type { FileFacts } from './facts/readFacts.ts';
import { buildModel } from './model/build.ts';
import { fileIndex } from './model/fileIndex.ts';
import type { FileIndex, Model } from './model/model.ts';
import { movedAudit, movedFinding } from './movedAudit.ts';
import { faults, fileUnparsable } from './practices/faults.ts';
import { findsIn } from './practices/findsIn.generated.ts';
import { levels, type LevelOf, type LevelSetting } from './practices/levels.ts';
import { profileOf, profileSettings, standardProfile, type Profile } from './practices/profiles.ts';
import { rules } from './practices/registry.generated.ts';
import { removeFlag, type Removal } from './practices/rollout/removal/removal.ts';
import type { Change, Finding, FixContext } from './practices/rule.ts';
import { byPlace, runRules, toFinding, type Outcome } from './practices/run.ts';
import { accept, suppress, type Suppressed } from './practices/suppress.ts';
import { scorecardOf, type Scorecard } from './report/scorecard.ts';
import { loadGrammar, parserFor } from './workspace/grammars.ts';
import { isForeignFolder } from './workspace/ignored.ts';
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

/** Files whose text is remembered; more are edited at once only by tools. */
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
  /** Files that were opened or edited as they were at the last audit: what an edit moves is told by what the text was. */
  #texts = new Map<string, string>();
  /** Those that were since then, as they are now. */
  #newTexts = new Map<string, string>();
  /** Of what is known now. */
  #model: Model | undefined;
  #running: Promise<unknown> | undefined;
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
  audit(signal?: AbortSignal): Promise<Audit> {
    return this.#alone(() => this.#auditNow(signal), signal);
  }

  /**
   * The findings in one file right after edits, before all that follows from these elsewhere is found: rules that find
   * something in other kinds of artifact only are not asked again, and what they said last stays until the next audit.
   * @throws only when the signal is aborted (the signal's reason)
   */
  findingsIn(path: string, signal?: AbortSignal): Promise<readonly Finding[]> {
    return this.#alone(async () => {
      const listing = await this.#catchUp(signal);
      return this.#findingsIn(path, listing) ?? inFile(path, await this.#auditNow(signal));
    }, signal);
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
    this.#configuration = this.#configurationNow();
    const visible = paths.filter((path) => !this.#configuration.excludes(path));
    await index.update(visible, signal);
    const model = this.#modelOf(index, fileIndex(visible, ['']));
    const levelOf = this.#levelOf({ ...standardProfile, ...this.#configuration.value.profile });
    const outcome = runRules(
      model,
      rules.filter(({ joins }) => !joins),
      levelOf,
    );
    return this.#conclude(index, outcome, levelOf, model).findings;
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

  /** One after the other, since they share what is known. */
  async #alone<T>(work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    while (this.#running) await this.#running.catch(() => undefined);
    signal?.throwIfAborted();
    const running = work();
    this.#running = running;
    try {
      return await running;
    } finally {
      this.#running = undefined;
    }
  }

  async #auditNow(signal?: AbortSignal): Promise<Audit> {
    const listing = await this.#catchUp(signal);
    const audit = this.#movedAudit(listing) ?? this.#auditFacts(listing);
    if (this.#texts.size + this.#newTexts.size > maxTexts) this.#texts.clear();
    for (const [path, text] of this.#newTexts) this.#texts.set(path, text);
    this.#newTexts.clear();
    this.#edited.clear();
    return (this.#audit = audit);
  }

  /** Reads what has changed. */
  async #catchUp(signal?: AbortSignal): Promise<Listing> {
    if (this.#changed.size > 0) this.#model = undefined;
    for (const path of this.#changed) this.#notice(path);
    this.#changed.clear();
    const listing = (this.#listing ??= await this.#list(signal));
    await this.#readUnread(signal);
    return listing;
  }

  /** The last audit, where the edits since then only moved what files say. */
  #movedAudit(listing: Listing): Audit | undefined {
    if (!this.#audit || this.#edited.size === 0) return this.#audit;
    const movements = new Map<string, Movement>();
    for (const [path, before] of this.#edited) {
      const movement = this.#movementOf(path);
      if (!movement || !isSameButMoved(before, this.#index.of(path), movement)) return undefined;
      movements.set(path, movement);
    }
    return movedAudit(
      this.#audit,
      movements,
      once(() => this.#auditFacts(listing)),
    );
  }

  /** What was edited since the last audit; undefined where the text is not known that it saw. */
  #movementOf(path: string): Movement | undefined {
    const was = this.#texts.get(path);
    const now = this.#newTexts.get(path);
    return was === undefined || now === undefined ? undefined : movementBetween(was, now);
  }

  /** @returns undefined where only an audit can tell */
  #findingsIn(path: string, listing: Listing): readonly Finding[] | undefined {
    const moved = this.#movedAudit(listing);
    if (moved || !this.#audit) return moved && inFile(path, moved);
    const movements = new Map<string, Movement>();
    for (const edited of this.#edited.keys()) {
      const movement = this.#movementOf(edited);
      if (!movement) return undefined;
      movements.set(edited, movement);
    }
    const kinds = new Set(
      [this.#index.of(path), this.#edited.get(path)].flatMap(
        (file) => file?.facts?.map(([kind]) => kind) ?? [],
      ),
    );
    const asked = rules.filter(({ id }) => findsIn[id]?.some((kind) => kinds.has(kind)));
    const model = this.#modelNow(listing);
    const levelOf = this.#levelOf(profileOf(model));
    const outcome = runRules(model, asked, levelOf);
    const { kept } = accept(inFile(path, outcome), this.#index.facts.suppressions, this.#today());
    const answered = new Set<string>([...asked, fileUnparsable].map(({ id }) => id));
    const others = inFile(path, this.#audit)
      .filter(({ rule }) => !answered.has(rule))
      .map((finding) => movedFinding(finding, movements));
    return [
      ...kept,
      ...this.#unparsable(this.#index, levelOf, model, [path]),
      ...others.filter((one) => one !== undefined),
    ].toSorted(byPlace);
  }

  /** Joins what is known of all files, and asks every rule. */
  #auditFacts(listing: Listing): Audit {
    const model = this.#modelNow(listing);
    const profile = profileOf(model);
    const levelOf = this.#levelOf(profile);
    const outcome = runRules(model, rules, levelOf);
    const { findings, suppressed } = this.#conclude(this.#index, outcome, levelOf, model);
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
    this.#configuration = this.#configurationNow();
    const listing = await this.workspace.list({ signal, exclude: this.#configuration.excludes });
    const before = this.#paths;
    this.#paths = new Set(listing.files);
    this.#fileIndex = undefined;
    this.#model = undefined;
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
    const reading = this.workspace.read(path);
    const { kind } = reading;
    if (reading.kind === 'text' && this.#newTexts.size < maxTexts) this.#newTexts.set(path, reading.text);
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

  #modelNow({ opaque }: Listing): Model {
    this.#fileIndex ??= fileIndex([...this.#paths], opaque);
    return (this.#model ??= this.#modelOf(this.#index, this.#fileIndex));
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
  #conclude(
    index: FactsIndex,
    { findings }: Outcome,
    levelOf: LevelOf,
    model: Model,
  ): ReturnType<typeof suppress> {
    const all = [
      ...findings,
      ...this.#unparsable(index, levelOf, model, index.problems.keys()),
      ...configurationFaults(this.#configuration, levelOf),
    ];
    const result = suppress(all, index.facts.suppressions, {
      rules: [...rules, ...faults],
      levelOf,
      today: this.#today(),
    });
    return { ...result, findings: result.findings.toSorted(byPlace) };
  }

  #unparsable(index: FactsIndex, levelOf: LevelOf, { role }: Model, files: Iterable<string>): Finding[] {
    return [...files].flatMap((file) => {
      const problems = this.#configuration.path === file ? [] : (index.problems.get(file) ?? []);
      return problems.flatMap(({ message, range }) => {
        const at = { file, range };
        // Tests feed broken files to what they test.
        const level = role(file) === 'test' ? ('info' as const) : undefined;
        return (
          toFinding(fileUnparsable, { message: 'problem', data: { problem: message }, at, level }, levelOf) ??
          []
        );
      });
    });
  }

  #configurationNow(): Configured {
    const { configuration } = this.options;
    return configuration ? configured(configuration) : configurationOf(this.workspace);
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

function inFile(path: string, { findings }: { readonly findings: readonly Finding[] }): readonly Finding[] {
  return findings.filter(({ at }) => at.file === path);
}
