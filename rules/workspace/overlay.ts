/** Open buffers of an editor over the files they will be saved to: what is read is what the user sees. */
import type { Listing, ListOptions, Reading, Workspace } from './workspace.ts';

export class OverlayWorkspace implements Workspace {
  readonly #open = new Map<string, string>();

  constructor(readonly base: Workspace) {}

  async list(options?: ListOptions): Promise<Listing> {
    const listing = await this.base.list(options);
    const known = new Set(listing.files);
    const unsaved = [...this.#open.keys()].filter(
      (path) => !known.has(path) && !listing.ignored(path) && !options?.exclude?.(path),
    );
    return { ...listing, files: [...listing.files, ...unsaved] };
  }

  read(path: string): Reading {
    const text = this.#open.get(path);
    return text === undefined ? this.base.read(path) : { kind: 'text', text };
  }

  stamp(path: string): string | undefined {
    return this.#open.has(path) ? undefined : this.base.stamp?.(path);
  }

  /** The buffer was opened or edited. */
  set(path: string, text: string): void {
    this.#open.set(path, text);
  }

  /** The buffer was closed: what is on disk counts again. */
  delete(path: string): void {
    this.#open.delete(path);
  }
}
