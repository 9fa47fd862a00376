/**
 * Where text comes from. A workspace lists the files of one folder and reads them; it must never know what a text
 * means. On disk, in memory, and with the open buffers of an editor laid over it.
 */

export interface Workspace {
  /**
   * Lists every file that is not ignored. Never follows links and never fails: what cannot be listed is in `skipped`.
   * @throws only when the signal is aborted (the signal's reason).
   */
  list(options?: ListOptions): Promise<Listing>;
  /** Reads one file as it is now. Never fails, never blocks on a pipe, never follows a link. */
  read(path: string): Reading;
  /**
   * Names the state of a file without reading it: as long as the stamp is the same, so is the file. undefined where that
   * cannot be said, as of a file that was written just now.
   */
  stamp?(path: string): string | undefined;
}

export interface ListOptions {
  readonly signal?: AbortSignal;
  /** Paths (folders end with `/`) that are not looked at. */
  exclude?(path: string): boolean;
}

export interface Listing {
  /** Relative paths with `/`, sorted within their folder. */
  readonly files: readonly string[];
  /** Paths that exist but are not looked into: links, ignored files and folders. Something may be below them. */
  readonly opaque: readonly string[];
  readonly skipped: readonly Skipped[];
  /** Whether the ignore rules keep this path out, be it there or not. */
  ignored(path: string): boolean;
}

export interface Skipped {
  readonly path: string;
  /** A clause that completes "was not checked because …". */
  readonly reason: string;
}

export type Reading =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'unreadable'; readonly reason: string }
  | { readonly kind: 'folder' }
  | { readonly kind: 'absent' };

/**
 * The largest file that is read, in bytes. Hand-written source, manifests and pages stay far below; what is larger is
 * generated or data, and would hold up every run.
 */
export const maxFileSize = 1024 * 1024;

/** Reads UTF-8; a text with NUL bytes near its start is binary or UTF-16 and is not text to us. */
export function decode(bytes: Buffer): Reading {
  if (bytes.subarray(0, 8192).includes(0)) return { kind: 'unreadable', reason: 'it is not UTF-8 text' };
  const text = bytes.toString('utf8');
  return { kind: 'text', text: text.startsWith('\uFEFF') ? text.slice(1) : text };
}

/** Why a file of this size is left out. */
export function tooLarge(bytes: number): string {
  return `it is larger than ${maxFileSize / 1024 / 1024} MiB (${(bytes / 1024 / 1024).toFixed(1)} MiB)`;
}
