// What NumPy puts into pickles, of version 1 and 2: dtypes, and numbers. After numpy/core/src/multiarray
// (descriptor.c, arraydescr_reduce; scalartypes.c.src, gentype_reduce).
import { Buffer } from 'node:buffer';
import { FormatFault } from './file_error.js';
import { Bytes, Dict, Global, Instance, type Pickled, Tuple } from './pickled.js';

const DTYPE = 'numpy.dtype';

/** By names that lack the underscore of NumPy 2's `numpy._core`. */
export const NUMPY_NAMES: Readonly<Record<string, Global>> = {
  [DTYPE]: new Global(DTYPE, (args) => new Instance(DTYPE, args)),
  'numpy.core.multiarray.scalar': new Global('numpy.core.multiarray.scalar', scalar),
};

/** Such as 'u1' or 'f8', of numbers alone, the least byte first. The state is (version, byte order, …). */
export function dtypeName(value: Pickled | undefined): string {
  const { args: [name] = [], state } =
    value instanceof Instance && value.name === DTYPE ? value : { args: [], state: null };
  const order = state instanceof Tuple ? state.items[1] : undefined;
  if (typeof name !== 'string' || !/^(b1|[iu][1248]|f[248]|c8|c16)$/.test(name) || order === '>') {
    throw new FormatFault(
      'it has a dtype of NumPy that is not read: only numbers are, and not in big-endian order',
    );
  }
  return name;
}

const NUMBERS: Readonly<Record<string, (bytes: Buffer) => Pickled>> = {
  b1: (bytes) => bytes[0] !== 0,
  i1: (bytes) => bytes.readInt8(),
  i2: (bytes) => bytes.readInt16LE(),
  i4: (bytes) => bytes.readInt32LE(),
  i8: (bytes) => integer(bytes.readBigInt64LE()),
  u1: (bytes) => bytes.readUInt8(),
  u2: (bytes) => bytes.readUInt16LE(),
  u4: (bytes) => bytes.readUInt32LE(),
  u8: (bytes) => integer(bytes.readBigUInt64LE()),
  f2: (bytes) => half(bytes.readUInt16LE()),
  f4: (bytes) => bytes.readFloatLE(),
  f8: (bytes) => bytes.readDoubleLE(),
  c8: (bytes) => complex(bytes.readFloatLE(), bytes.readFloatLE(4)),
  c16: (bytes) => complex(bytes.readDoubleLE(), bytes.readDoubleLE(8)),
};

/** scalar(dtype, bytes) */
function scalar([dtype, value]: readonly Pickled[]): Pickled {
  const name = dtypeName(dtype);
  const wanted = Number(name.slice(1));
  if (!(value instanceof Bytes) || value.bytes.length !== wanted) {
    throw new FormatFault(`a number of NumPy's ${name} has not ${wanted} bytes`);
  }
  return NUMBERS[name]?.(Buffer.from(value.bytes)) as Pickled;
}

/** As torch-js writes complex numbers. */
export function complex(re: number, im: number): Dict {
  const value = new Dict(false);
  value.entries.set('re', re).set('im', im);
  return value;
}

function integer(value: bigint): number | bigint {
  return Number.isSafeInteger(Number(value)) ? Number(value) : value;
}

function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction ? Number.NaN : sign * Number.POSITIVE_INFINITY;
  return sign * (exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24);
}
