/**
 * The folders of the editor's workspace, their open buffers, and when they are audited: at first, and after each
 * change, once for all changes that arrive together.
 */
import { Emitter, TextDocuments, type Connection, type WorkspaceFolder } from 'vscode-languageserver';
import { TextDocument } from 'vscode-languageserver-textdocument';
import type { Audit, Progress } from '../rules/index.ts';
import { Folder } from './folder.ts';
import type { Settings } from './protocol.ts';

export interface Opened {
  readonly folder: Folder;
  readonly path: string;
}

/** Milliseconds without a key after which a typist waits for what follows elsewhere. */
const pause = 100;

export class Folders {
  readonly documents = new TextDocuments(TextDocument);
  readonly #folders: Folder[] = [];
  readonly #audits = new Map<Folder, Audit>();
  readonly #progress = new Map<Folder, Progress>();
  readonly #audited = new Emitter<{ folder: Folder; audit: Audit }>();
  readonly #removed = new Emitter<Folder>();
  readonly #advanced = new Emitter<void>();
  #scheduled: NodeJS.Timeout | undefined;

  constructor(
    readonly connection: Connection,
    readonly canAskSettings: boolean,
    /** Whether the client asks for what is wrong with a document by itself. */
    readonly pulls: boolean,
  ) {
    this.documents.onDidOpen(({ document }) => this.#buffer(document));
    this.documents.onDidChangeContent(({ document }) => this.#buffer(document));
    this.documents.onDidClose(({ document }) => {
      const opened = this.find(document.uri);
      opened?.folder.closeBuffer(opened.path);
      this.schedule();
    });
    this.documents.listen(connection);
  }

  get all(): readonly Folder[] {
    return this.#folders;
  }

  /** Files read of those that are to be read, over all folders. */
  get progress(): Progress {
    const all = [...this.#progress.values()];
    const sum = (of: (one: Progress) => number): number => all.reduce((total, one) => total + of(one), 0);
    return { done: sum(({ done }) => done), total: sum(({ total }) => total) };
  }

  get indexing(): boolean {
    return this.#folders.some(({ enabled, indexed }) => enabled && !indexed);
  }

  /** Told after each audit of something that changed. */
  readonly onAudited = this.#audited.event;
  readonly onRemoved = this.#removed.event;
  /** Told when another file was read. */
  readonly onProgress = this.#advanced.event;

  add(folders: readonly WorkspaceFolder[]): void {
    for (const { uri, name } of folders) {
      if (!uri.startsWith('file:')) continue;
      const folder: Folder = new Folder(uri, name, (progress) => {
        this.#progress.set(folder, progress);
        this.#advanced.fire();
      });
      this.#folders.push(folder);
    }
    for (const document of this.documents.all()) this.#buffer(document);
  }

  remove(uris: readonly string[]): void {
    for (const folder of this.#folders.filter(({ uri }) => uris.includes(uri))) {
      this.#folders.splice(this.#folders.indexOf(folder), 1);
      this.#audits.delete(folder);
      this.#progress.delete(folder);
      this.#removed.fire(folder);
    }
  }

  /** The file a URI names, in the deepest folder that holds it. */
  find(uri: string): Opened | undefined {
    let found: Opened | undefined;
    for (const folder of this.#folders) {
      const path = folder.pathOf(uri);
      if (path !== undefined && (!found || path.length < found.path.length)) found = { folder, path };
    }
    return found;
  }

  /** Whether a file of this folder belongs to another folder inside it. */
  belongsElsewhere(folder: Folder, path: string): boolean {
    return this.#folders.length > 1 && this.find(folder.uriOf(path))?.folder !== folder;
  }

  versionOf(uri: string): number | null {
    return this.documents.get(uri)?.version ?? null;
  }

  /** Asks the client for the settings of every folder. @returns whether anything is different now */
  async readSettings(): Promise<boolean> {
    if (!this.canAskSettings || this.#folders.length === 0) return false;
    const items = this.#folders.map(({ uri }) => ({ scopeUri: uri, section: 'scaleready' }));
    const asked = [...this.#folders];
    const answers = (await this.connection.workspace.getConfiguration(items)) as (Partial<Settings> | null)[];
    return asked.map((folder, index) => folder.configure(answers[index] ?? {})).includes(true);
  }

  /** Files were created, edited or deleted on disk. */
  changed(uris: readonly string[]): void {
    for (const uri of uris) {
      const found = this.find(uri);
      if (found && !this.documents.get(uri)) found.folder.session.changed([found.path]);
    }
    this.schedule();
  }

  /** What is in the folder now. @throws when the signal is aborted (the signal's reason) */
  async audit(folder: Folder, signal?: AbortSignal): Promise<Audit> {
    const audit = await folder.session.audit(signal);
    folder.indexed = true;
    if (this.#audits.get(folder) !== audit && this.#folders.includes(folder)) {
      this.#audits.set(folder, audit);
      this.#progress.delete(folder);
      this.#audited.fire({ folder, audit });
    }
    return audit;
  }

  /** The last audit, however old. */
  lastAudit(folder: Folder): Audit | undefined {
    return this.#audits.get(folder);
  }

  /** Audits everything once nothing was scheduled for so many milliseconds. */
  schedule(quiet = 0): void {
    clearTimeout(this.#scheduled);
    this.#scheduled = setTimeout(() => {
      for (const folder of this.#folders) {
        if (!folder.enabled) continue;
        this.audit(folder).catch((error: unknown) => this.connection.console.error(describe(error)));
      }
    }, quiet);
  }

  #buffer(document: TextDocument): void {
    const opened = this.find(document.uri);
    if (!opened) return;
    opened.folder.setBuffer(opened.path, document.getText());
    this.schedule(this.pulls && opened.folder.indexed ? pause : 0);
  }
}

export function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
