/** Writes files so that nobody ever finds half of one. */
import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/** Replaces a file, or makes it; its permissions stay. Devices and pipes are written to as they are. */
export function writeAtomically(path: string, text: string | Uint8Array): void {
  const status = statSync(path, { throwIfNoEntry: false });
  if (status && !status.isFile()) {
    writeFileSync(path, text);
    return;
  }
  const target = status ? realpathSync(path) : path;
  const temporary = join(dirname(target), `.scaleready-${randomBytes(6).toString('hex')}`);
  try {
    writeFileSync(temporary, text, { flag: 'wx' });
    if (status) chmodSync(temporary, status.mode);
    renameSync(temporary, target);
  } catch (error) {
    try {
      unlinkSync(temporary);
    } catch {
      // It was never made, or has been renamed.
    }
    throw error;
  }
}

/**
 * Makes a new file below a folder, and the folders in between.
 * @throws when it exists, or when the way to it leads through a link
 */
export function createBelow(folder: string, path: string, text: string): void {
  const parts = path.split('/');
  let parent = folder;
  for (const part of parts.slice(0, -1)) {
    parent = join(parent, part);
    const status = lstatSync(parent, { throwIfNoEntry: false });
    if (!status) mkdirSync(parent);
    else if (!status.isDirectory()) throw new Error(`${path} cannot be made: ${part} is not a folder.`);
  }
  writeFileSync(join(folder, path), text, { flag: 'wx' });
}
