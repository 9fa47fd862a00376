/**
 * A folder on disk. What it holds is untrusted: links are never followed, only regular files are opened, nothing is
 * read past the size limit, and nothing of it is ever run or loaded.
 */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  type Dirent,
} from 'node:fs';
import { join, sep } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { IgnoreRules, isForeignFolder } from './ignored.ts';
import {
  decode,
  maxFileSize,
  tooLarge,
  type Listing,
  type ListOptions,
  type Reading,
  type Skipped,
  type Workspace,
} from './workspace.ts';

/** One for all reads: they do not overlap, and making one for each file takes as long as reading it. */
const buffer = Buffer.allocUnsafeSlow(maxFileSize);

/** Milliseconds of listing before other work of the process gets its turn. */
const slice = 12;

export class DiskWorkspace implements Workspace {
  /** @param folder an absolute path; it may itself be a link, what is in it may not lead out */
  constructor(readonly folder: string) {}

  async list({ signal, exclude }: ListOptions = {}): Promise<Listing> {
    const files: string[] = [];
    const opaque: string[] = [];
    const skipped: Skipped[] = [];
    const rules = new IgnoreRules();
    const pending = [''];
    let turn = performance.now();
    for (let folder = pending.pop(); folder !== undefined; folder = pending.pop()) {
      signal?.throwIfAborted();
      if (performance.now() - turn > slice) {
        await setImmediate();
        turn = performance.now();
      }
      this.#listFolder(folder, { files, opaque, skipped, rules, pending, exclude });
    }
    return { files, opaque, skipped, ignored: (path) => rules.ignores(path) };
  }

  #listFolder(folder: string, found: Found): void {
    let entries: Dirent[];
    try {
      entries = readdirSync(join(this.folder, folder), { withFileTypes: true });
    } catch (error) {
      found.skipped.push({ path: folder || '.', reason: reasonOf(error) });
      found.opaque.push(folder);
      return;
    }
    const base = folder && `${folder}/`;
    if (entries.some((entry) => entry.name === '.gitignore' && entry.isFile())) {
      const reading = this.read(`${base}.gitignore`);
      if (reading.kind === 'text') found.rules.add(folder, reading.text);
    }
    entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
    let siblings: string[] | undefined;
    const folders: string[] = [];
    for (const entry of entries) {
      const path = base + entry.name;
      if (entry.isDirectory()) {
        siblings ??= entries.map(({ name }) => name);
        const ignored =
          isForeignFolder(entry.name, siblings) ||
          found.rules.ignores(`${path}/`) ||
          found.exclude?.(`${path}/`);
        if (ignored) found.opaque.push(path);
        else folders.push(path);
      } else if (found.rules.ignores(path) || found.exclude?.(path)) {
        found.opaque.push(path);
      } else if (entry.isFile()) {
        found.files.push(path);
      } else {
        found.opaque.push(path);
        found.skipped.push({ path, reason: entry.isSymbolicLink() ? isLink : isSpecial });
      }
    }
    found.pending.push(...folders.reverse());
  }

  read(path: string): Reading {
    const absolute = this.#resolve(path);
    if (absolute === undefined) return { kind: 'absent' };
    let file: number;
    try {
      // Not blocking, so that a pipe put in place of a file does not hang us before fstat tells.
      file = openSync(
        absolute,
        constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0),
      );
    } catch (error) {
      return isAbsent(error) ? { kind: 'absent' } : { kind: 'unreadable', reason: reasonOf(error) };
    }
    try {
      const status = fstatSync(file);
      if (status.isDirectory()) return { kind: 'folder' };
      if (!status.isFile()) return { kind: 'unreadable', reason: isSpecial };
      if (status.size > maxFileSize) return { kind: 'unreadable', reason: tooLarge(status.size) };
      // No more than it should have: a file that grows while it is read is cut, never read without end.
      let length = 0;
      for (let read = -1; read !== 0 && length < status.size; length += read) {
        read = readSync(file, buffer, length, status.size - length, null);
      }
      return decode(buffer.subarray(0, length));
    } catch (error) {
      return { kind: 'unreadable', reason: reasonOf(error) };
    } finally {
      closeSync(file);
    }
  }

  stamp(path: string): string | undefined {
    const absolute = this.#resolve(path);
    const status = absolute && lstatSync(absolute, { throwIfNoEntry: false });
    if (!status || !status.isFile()) return undefined;
    const { mtimeMs, ctimeMs, size, ino } = status;
    // Some file systems keep whole seconds, or two of them.
    const grain = mtimeMs % 1000 === 0 ? 2000 : 100;
    if (Date.now() - Math.max(mtimeMs, ctimeMs) < grain) return undefined;
    return `${mtimeMs} ${ctimeMs} ${size} ${ino}`;
  }

  /** The absolute path, unless it leaves the workspace or passes through a link. */
  #resolve(path: string): string | undefined {
    if (/(?:^|\/)\.{0,2}(?:\/|$)/.test(path)) return undefined;
    const end = path.lastIndexOf('/');
    if (end !== -1 && !this.#isSafe(path.slice(0, end))) return undefined;
    return `${this.folder}${sep}${path}`;
  }

  /** Whether this folder, and each one it is in, is a folder and no link. */
  #isSafe(folder: string): boolean {
    if (this.#safeFolders.has(folder)) return true;
    const end = folder.lastIndexOf('/');
    if (end !== -1 && !this.#isSafe(folder.slice(0, end))) return false;
    const status = lstatSync(join(this.folder, folder), { throwIfNoEntry: false });
    if (!status?.isDirectory()) return false;
    this.#remember(folder);
    return true;
  }

  readonly #safeFolders = new Set<string>();

  /** Remembered for this turn of the event loop only: a folder may become a link later. */
  #remember(folder: string): void {
    if (this.#safeFolders.size === 0) void setImmediate().then(() => this.#safeFolders.clear());
    this.#safeFolders.add(folder);
  }
}

interface Found {
  readonly files: string[];
  readonly opaque: string[];
  readonly skipped: Skipped[];
  readonly rules: IgnoreRules;
  readonly pending: string[];
  readonly exclude: ListOptions['exclude'];
}

function isAbsent(error: unknown): boolean {
  const code = (error as NodeJS.ErrnoException).code;
  return code === 'ENOENT' || code === 'ENOTDIR';
}

const isLink = 'it is a symbolic link';
const isSpecial = 'it is not a regular file';

function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === 'EACCES' || code === 'EPERM') return 'it may not be read with your permissions';
  if (code === 'ELOOP') return isLink;
  if (code === 'ENAMETOOLONG') return 'its path is too long';
  return `it could not be read (${code ?? message})`;
}
