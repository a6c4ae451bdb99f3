// Reader of the idx format, in which MNIST and its relatives are published.

import { DataError } from '../dataset.js';
import { readBytes } from './file.js';

const UNSIGNED_BYTE = 0x08;

/** An array of unsigned bytes with its sizes, outermost first. */
export interface IdxArray {
  readonly shape: readonly number[];
  readonly data: Uint8Array;
}

/**
 * Reads an idx file of unsigned bytes with `dimensions` dimensions, compressed by gzip or not: two zero
 * bytes, the type, the number of dimensions, the sizes as big-endian 32-bit integers, then the values.
 *
 * @throws DataError when the file is missing, of another kind, or not as long as its header says.
 */
export function readIdx(path: string, dimensions: number): IdxArray {
  const bytes = readBytes(path);
  const header = 4 + 4 * dimensions;
  if (bytes.length < header) {
    throw new DataError(`${path}: truncated in its header: ${bytes.length} of ${header} bytes`);
  }
  const magic = bytes.readUInt32BE(0);
  const expected = (UNSIGNED_BYTE << 8) | dimensions;
  if (magic !== expected) {
    throw new DataError(
      `${path}: wrong magic number ${magic}: an idx file of unsigned bytes with ${dimensions} ` +
        `dimension${dimensions === 1 ? '' : 's'} begins with ${expected}`,
    );
  }
  const shape = Array.from({ length: dimensions }, (_, axis) => bytes.readUInt32BE(4 + 4 * axis));
  const values = shape.reduce((product, size) => product * size, 1);
  const found = bytes.length - header;
  if (found !== values) {
    throw new DataError(
      `${path}: ${found < values ? 'truncated' : 'too long'}: ` +
        `its header promises ${shape.join(' x ')} = ${values} bytes, ${found} follow`,
    );
  }
  return { shape, data: bytes.subarray(header) };
}
