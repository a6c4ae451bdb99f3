// What a disk may refuse: to be written to, as it is full, read-only or gone; to list a folder that is not there.

import { readdirSync } from 'node:fs';

/** A file of a run could not be written. What was there before is as it was. */
export class StorageError extends Error {
  override readonly name = 'StorageError';
  readonly code = 'ERR_STORAGE';
}

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of disk space is used up',
  EFBIG: 'it would be larger than files may be here',
  EROFS: 'the disk is read-only',
  EACCES: 'that is not permitted',
  EPERM: 'that is not permitted',
  EIO: 'the disk fails',
  ENOENT: 'its folder is gone',
};

/**
 * Does `write`.
 *
 * @throws StorageError where the file system refuses it.
 */
export function storing<T>(path: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    const { code, syscall, message } = error as NodeJS.ErrnoException;
    if (code === undefined || syscall === undefined) throw error;
    const reason = REASONS[code] ?? message;
    throw new StorageError(`${path} could not be written: ${reason} (${code})`, { cause: error });
  }
}

/** The names in a folder; none where there is no folder. */
export function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return [];
  }
}
