// Files that are there whole or not at all, whatever happens while they are written.
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';

/** Writes all of `bytes` at `position`. */
export type WriteAt = (bytes: Uint8Array, position: number) => void;

export interface WriteOptions {
  /**
   * Whether the file is on the disk before it takes its place, so that it outlives a loss of power, too.
   * Default true.
   */
  sync?: boolean;
}

/**
 * Writes `path` by `write`, into a file beside it that takes its place when all is on the disk. Where
 * `write` throws, or the disk is full, what was there before is left as it was. A link stays, and the file
 * that it leads to is replaced.
 * @throws Error with code 'ERR_NOT_A_FILE' where a folder or a device is there.
 */
export function writeAtomically(
  name: string,
  write: (at: WriteAt) => void,
  { sync = true }: WriteOptions = {},
): void {
  const path = targetOf(name);
  const folder = dirname(path);
  const partial = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}.partial`);
  const descriptor = openSync(partial, 'wx');
  try {
    try {
      write((bytes, position) => writeAll(descriptor, bytes, position));
      if (sync) fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
    renameSync(partial, path);
  } catch (error) {
    rmSync(partial, { force: true });
    throw error;
  }
  if (sync) syncFolder(folder);
}

function targetOf(path: string): string {
  const there = statSync(path, { throwIfNoEntry: false });
  if (there === undefined) return path;
  if (!there.isFile()) {
    const error = new Error(`${path} is no regular file, and is not replaced by one`);
    throw Object.assign(error, { code: 'ERR_NOT_A_FILE' });
  }
  return realpathSync(path);
}

function writeAll(descriptor: number, bytes: Uint8Array, position: number): void {
  for (let done = 0; done < bytes.length; ) {
    done += writeSync(descriptor, bytes, done, bytes.length - done, position + done);
  }
}

// Puts the new name on the disk, too. Some file systems do not let folders be opened; the file is whole anyway.
function syncFolder(folder: string): void {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(folder, 'r');
    fsyncSync(descriptor);
  } catch {
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}
