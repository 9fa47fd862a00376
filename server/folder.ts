/** One folder of the editor's workspace: its files, its open buffers and the session that audits them. */
import { fileURLToPath, pathToFileURL } from 'node:url';
import {
  DiskWorkspace,
  OverlayWorkspace,
  Session,
  type LevelSetting,
  type Progress,
} from '../rules/index.ts';
import type { Settings } from './protocol.ts';

export class Folder {
  readonly session: Session;
  readonly #workspace: OverlayWorkspace;
  /** Ends with `/`. */
  readonly #base: string;
  #enabled = true;
  #codeLens = true;
  /** Everything was read at least once, so what a rule joins is there. */
  indexed = false;

  /** @param uri of a folder on disk, `file:` */
  constructor(
    readonly uri: string,
    readonly name: string,
    onProgress: (progress: Progress) => void,
  ) {
    this.#base = uri.endsWith('/') ? uri : `${uri}/`;
    this.#workspace = new OverlayWorkspace(new DiskWorkspace(fileURLToPath(uri)));
    this.session = new Session(this.#workspace, { onProgress });
  }

  get enabled(): boolean {
    return this.#enabled;
  }

  /** Lines above alerts, services and runbooks are wanted. */
  get codeLens(): boolean {
    return this.#enabled && this.#codeLens;
  }

  /** @returns whether anything is different now */
  configure(settings: Partial<Settings>): boolean {
    const state = (): string => JSON.stringify([this.#enabled, this.#codeLens, this.#levels]);
    const before = state();
    this.#enabled = settings.enable ?? true;
    this.#codeLens = settings.codeLens ?? true;
    this.#levels = Object.entries(settings.rules ?? {}).map(([pattern, level]) => ({ pattern, level }));
    if (before === state()) return false;
    this.session.setLevels(this.#levels);
    return true;
  }

  #levels: readonly LevelSetting[] = [];

  /** The path in this folder, `''` for the folder itself; undefined for what is outside. */
  pathOf(uri: string): string | undefined {
    if (uri.startsWith(this.#base)) return decoded(uri.slice(this.#base.length));
    if (uri === this.uri || `${uri}/` === this.#base) return '';
    // Editors encode the same path differently (`%3A`, upper-case drives), so names are compared decoded.
    const [mine, its] = [decoded(this.#base), decoded(uri)];
    return its.startsWith(mine) ? its.slice(mine.length) : undefined;
  }

  uriOf(path: string): string {
    return this.#base + path.split('/').map(encodeURIComponent).join('/');
  }

  /** The buffer of a file was opened or edited. */
  setBuffer(path: string, text: string): void {
    this.#workspace.set(path, text);
    this.session.changed([path]);
  }

  /** The buffer was closed: what is on disk counts again. */
  closeBuffer(path: string): void {
    this.#workspace.delete(path);
    this.session.changed([path]);
  }
}

/** The URI of a file of this machine. */
export function fileUri(path: string): string {
  return pathToFileURL(path).href;
}

function decoded(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}
