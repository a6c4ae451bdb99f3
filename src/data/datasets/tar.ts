// Reader of tar archives (POSIX.1-1988, ustar), as far as data sets are packed by them: plain files.

import { DataError } from '../dataset.js';

const BLOCK = 512;

/**
 * The files of an archive by their names: views of `bytes`.
 *
 * @param path Names the archive in errors.
 * @throws DataError when the archive is cut off or damaged.
 */
export function readTar(bytes: Buffer, path: string): Map<string, Buffer> {
  const files = new Map<string, Buffer>();
  for (let at = 0; at + BLOCK <= bytes.length; ) {
    const header = bytes.subarray(at, at + BLOCK);
    if (header.every((byte) => byte === 0)) return files;
    if (octal(header, 148, 8) !== checksum(header)) {
      throw new DataError(`${path}: not a tar archive, or damaged at byte ${at}`);
    }
    const begin = at + BLOCK;
    const size = octal(header, 124, 12);
    if (begin + size > bytes.length) {
      throw new DataError(`${path}: cut off in ${text(header, 0, 100)}`);
    }
    // '0', and 0 of the oldest archives, are files; all else is passed over.
    if (['0', ''].includes(text(header, 156, 1))) {
      files.set(text(header, 0, 100), bytes.subarray(begin, begin + size));
    }
    at = begin + Math.ceil(size / BLOCK) * BLOCK;
  }
  throw new DataError(`${path}: cut off: the end of the archive is missing`);
}

function text(header: Buffer, begin: number, length: number): string {
  return header.toString('latin1', begin, begin + length).split('\0', 1)[0] as string;
}

function octal(header: Buffer, begin: number, length: number): number {
  return Number.parseInt(text(header, begin, length).trim() || '0', 8);
}

/** The sum of the header's bytes, those of the sum itself taken as spaces. */
function checksum(header: Buffer): number {
  return header.reduce((sum, byte, i) => sum + (i >= 148 && i < 156 ? 0x20 : byte), 0);
}
