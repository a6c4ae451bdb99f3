// Whole files of data sets, compressed or not.

import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { DataError } from '../dataset.js';

/**
 * The bytes of a file; of what gzip compressed, those that it holds.
 *
 * @throws DataError naming the file, and why it can't be read.
 */
export function readBytes(path: string): Buffer {
  const bytes = inFile(path, () => readFileSync(path));
  const isGzip = bytes.length >= 2 && bytes.readUInt16BE(0) === 0x1f8b;
  return isGzip ? inFile(path, () => gunzipSync(bytes), 'cut off or damaged: ') : bytes;
}

/** `path`, or else `path` with .gz, whichever there is; undefined when there is neither. */
export function plainOrGzip(path: string): string | undefined {
  return [path, `${path}.gz`].find((candidate) => existsSync(candidate));
}

/** Does `work` on a file; what it throws becomes a DataError that names the file. */
export function inFile<T>(path: string, work: () => T, what = ''): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof DataError) throw error;
    // Of "ENOENT: no such file or directory, open '/a/b'" the end would repeat the path.
    const [cause] = (error as Error).message.split(/, \w+(?: '|$)/);
    throw new DataError(`${path}: ${what}${cause}`, { cause: error });
  }
}
