// Reader of MATLAB level 5 MAT-files (MathWorks, "MAT-File Format", 2023), as far as data sets use them:
// arrays of numbers, compressed or not, in little-endian order.

import { inflateSync } from 'node:zlib';
import { DataError } from '../dataset.js';
import { inFile, readBytes } from './file.js';

const HEADER = 128;
const COMPRESSED = 15;
const MATRIX = 14;
const INT32 = 5;
const UINT32 = 6;
const INT8 = 1;
/** Classes of arrays from double (6) to uint64 (15) hold numbers. */
const NUMERIC = { first: 6, last: 15 };
const COMPLEX = 0x0800;

/** What numbers are stored as, which may be narrower than the class that MATLAB shows. */
export const STORED = {
  1: Int8Array,
  2: Uint8Array,
  3: Int16Array,
  4: Uint16Array,
  5: Int32Array,
  6: Uint32Array,
  7: Float32Array,
  9: Float64Array,
} as const;

export type MatNumbers =
  | Uint8Array
  | Exclude<InstanceType<(typeof STORED)[keyof typeof STORED]>, Uint8Array>;

/** An array as MATLAB lays it out: the first index runs fastest. */
export interface MatArray {
  readonly shape: readonly number[];
  readonly data: MatNumbers;
}

/**
 * The arrays of numbers in a file, by their names; variables of other kinds are passed over.
 *
 * @throws DataError when the file is missing, damaged or of another format.
 */
export function readMat(path: string): Map<string, MatArray> {
  const bytes = readBytes(path);
  requireLevel5(bytes, path);
  const arrays = new Map<string, MatArray>();
  for (const { type, data } of elements(bytes.subarray(HEADER), path)) {
    const packed = type === COMPRESSED;
    const unpacked = packed
      ? elements(
          inFile(path, () => inflateSync(data), 'cut off or damaged: '),
          path,
        )
      : [{ type, data }];
    for (const element of unpacked) {
      if (element.type === MATRIX) readArray(element.data, path, arrays);
    }
  }
  return arrays;
}

function requireLevel5(bytes: Buffer, path: string): void {
  const text = bytes.toString('latin1', 0, 116);
  if (text.startsWith('MATLAB 7.3')) {
    throw new DataError(`${path}: a MAT-file of version 7.3 (HDF5); save it with -v7`);
  }
  const [version, order] = [bytes.toString('latin1', 124, 126), bytes.toString('latin1', 126, 128)];
  if (order === 'MI') throw new DataError(`${path}: in big-endian order, which is not read`);
  if (version !== '\x00\x01' || order !== 'IM') {
    throw new DataError(`${path}: not a MATLAB level 5 MAT-file`);
  }
}

interface Element {
  readonly type: number;
  readonly data: Buffer;
}

/** The data elements that follow each other in `bytes`. */
function* elements(bytes: Buffer, path: string): Generator<Element> {
  for (let at = 0; at < bytes.length; ) {
    if (at + 8 > bytes.length) throw new DataError(`${path}: cut off in the tag of an element`);
    const word = bytes.readUInt32LE(at);
    // Up to 4 bytes lie in the tag itself, with their number in its upper half.
    const small = word > 0xffff;
    const type = word & 0xffff;
    const size = small ? word >>> 16 : bytes.readUInt32LE(at + 4);
    const begin = at + (small ? 4 : 8);
    const end = begin + size;
    if (end > bytes.length || (small && size > 4)) {
      const found = bytes.length - begin;
      throw new DataError(`${path}: cut off: an element of ${size} bytes has ${found}`);
    }
    yield { type, data: bytes.subarray(begin, end) };
    if (small) at += 8;
    else at = type === COMPRESSED ? end : Math.ceil(end / 8) * 8;
  }
}

/** An array of numbers among `arrays`: flags, sizes, name, values. */
function readArray(bytes: Buffer, path: string, arrays: Map<string, MatArray>): void {
  const [flags, sizes, label, values] = elements(bytes, path);
  const damaged = (what: string) => new DataError(`${path}: ${what}`);
  if (flags?.type !== UINT32 || flags.data.length < 4) throw damaged('an array has no flags');
  const word = flags.data.readUInt32LE(0);
  const kind = word & 0xff;
  if (kind < NUMERIC.first || kind > NUMERIC.last) return;
  if (sizes?.type !== INT32 || label?.type !== INT8 || !values) {
    throw damaged('an array lacks its sizes, its name or its values');
  }
  const name = label.data.toString('latin1');
  if (word & COMPLEX) throw damaged(`${name} is complex`);
  const Stored = STORED[values.type as keyof typeof STORED];
  if (!Stored) throw damaged(`${name} is stored as type ${values.type}, which is not read`);
  const shape = Array.from({ length: sizes.data.length / 4 }, (_, i) =>
    sizes.data.readInt32LE(4 * i),
  );
  const count = values.data.length / Stored.BYTES_PER_ELEMENT;
  if (count !== shape.reduce((product, size) => product * size, 1)) {
    throw damaged(`${name} is ${shape.join(' x ')}, but has ${count} values`);
  }
  // Bytes need no alignment, and may be many.
  const data =
    Stored === Uint8Array ? values.data : new Stored(Uint8Array.from(values.data).buffer);
  arrays.set(name, { shape, data });
}
