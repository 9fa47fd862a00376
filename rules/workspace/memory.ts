/** A workspace of plain strings: for tests, and for whoever has the text already. */
import { IgnoreRules, isForeignFolder } from './ignored.ts';
import type { Listing, ListOptions, Reading, Workspace } from './workspace.ts';

export class MemoryWorkspace implements Workspace {
  readonly #files: Map<string, string>;

  constructor(files: Readonly<Record<string, string>>) {
    this.#files = new Map(Object.entries(files));
  }

  list({ signal, exclude }: ListOptions = {}): Promise<Listing> {
    signal?.throwIfAborted();
    const rules = new IgnoreRules();
    for (const [path, text] of this.#files) {
      if (path === '.gitignore' || path.endsWith('/.gitignore'))
        rules.add(path.slice(0, -'/.gitignore'.length), text);
    }
    const files: string[] = [];
    const opaque = new Set<string>();
    for (const path of [...this.#files.keys()].sort()) {
      const hidden = ancestors(path).find(
        (folder) =>
          isForeignFolder(folder.slice(folder.lastIndexOf('/') + 1), []) ||
          rules.ignores(`${folder}/`) ||
          exclude?.(`${folder}/`),
      );
      if (hidden !== undefined) opaque.add(hidden);
      else if (rules.ignores(path) || exclude?.(path)) opaque.add(path);
      else files.push(path);
    }
    return Promise.resolve({
      files,
      opaque: [...opaque],
      skipped: [],
      ignored: (path) => rules.ignores(path),
    });
  }

  read(path: string): Reading {
    const text = this.#files.get(path);
    return text === undefined ? { kind: 'absent' } : { kind: 'text', text };
  }

  set(path: string, text: string): void {
    this.#files.set(path, text);
  }

  delete(path: string): void {
    this.#files.delete(path);
  }
}

/** The folders above a path, the outermost first. */
function ancestors(path: string): string[] {
  const folders: string[] = [];
  for (let end = path.indexOf('/'); end > 0; end = path.indexOf('/', end + 1))
    folders.push(path.slice(0, end));
  return folders;
}
