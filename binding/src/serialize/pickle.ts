// pickle.loads for files that Python 2 wrote with plain values and arrays of NumPy in them, as many data sets
// are published. After Lib/pickletools.py and numpy/core/src/multiarray/methods.c (array_setstate).
import { Buffer } from 'node:buffer';
import { show, typeError } from '../errors.js';
import { FormatFault, inFile } from './file_error.js';
import { Global, Instance, type Pickled, Tuple } from './pickled.js';
import { type Plain, type Special, toPlain } from './plain.js';
import { type Dialect, unpickle } from './unpickler.js';

/** An array of NumPy's, its elements in row-major order. */
export interface NumpyArray {
  /** As NumPy writes it without the byte order: 'u1', 'i8', 'f4', … */
  dtype: string;
  shape: number[];
  /** The elements' bytes; of those that have several, the least one first. */
  bytes: Uint8Array;
}

const ARRAY = 'numpy.ndarray';
const DTYPE = 'numpy.dtype';

/** NumPy 2 calls its core _core. */
const NAMES: Readonly<Record<string, Global>> = {
  'numpy.core.multiarray._reconstruct': new Global('_reconstruct', emptyArray),
  'numpy._core.multiarray._reconstruct': new Global('_reconstruct', emptyArray),
  [ARRAY]: new Global(ARRAY),
  [DTYPE]: new Global(DTYPE, (args) => new Instance(DTYPE, args)),
  // Python 3 writes bytes this way in protocol 2.
  '_codecs.encode': new Global('_codecs.encode', ([text = null]) => text),
};

const LATIN: Dialect = {
  lookUp(module, name) {
    const path = `${module}.${name}`;
    if (Object.hasOwn(NAMES, path)) return NAMES[path] as Global;
    throw new FormatFault(
      `it asks for ${JSON.stringify(path)}, which is not read: only arrays of NumPy, dict, list, tuple, numbers, texts, booleans and None are, and nothing is executed`,
    );
  },
  text: (bytes) => bytes.toString('latin1'),
};

/**
 * Python's `pickle.loads(bytes, encoding='latin1')` for protocol 2: a dict becomes a plain object (a Map where
 * a key is no text), a list or tuple an array, an int a number (a bigint beyond 2^53), an array of NumPy
 * its shape and bytes. Nothing in it is executed.
 * @throws FileFormatError for damaged and hostile pickles, and values of other classes.
 */
export function loads(bytes: Uint8Array): Plain<NumpyArray> {
  if (!ArrayBuffer.isView(bytes)) {
    throw typeError(`pickle.loads: bytes must be a Uint8Array, but got ${show(bytes)}`);
  }
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return inFile('(bytes)', () => toPlain(unpickle(buffer, 0, LATIN).value, arrayOf));
}

function emptyArray([type, ...args]: readonly Pickled[]): Instance {
  if (type === NAMES[ARRAY]) return new Instance(ARRAY, args);
  throw new FormatFault('it rebuilds what is no array of NumPy');
}

/** The state is (version, shape, dtype, is in Fortran's order, bytes). */
function arrayOf(value: Special): NumpyArray {
  const state = value instanceof Instance && value.name === ARRAY ? value.state : undefined;
  const [, shape, dtype, fortran, text] = state instanceof Tuple ? state.items : [];
  if (!(shape instanceof Tuple) || typeof text !== 'string' || fortran !== false) {
    throw new FormatFault('it holds what is no value and no array of NumPy in row-major order');
  }
  const sizes = shape.items.map((size) => {
    if (Number.isSafeInteger(size) && (size as number) >= 0) return size as number;
    throw new FormatFault("an array's shape is no tuple of whole numbers");
  });
  const name = dtypeName(dtype);
  const bytes = Buffer.from(text, 'latin1');
  const wanted = sizes.reduce((product, size) => product * size, Number(name.slice(1)));
  if (bytes.length !== wanted) {
    throw new FormatFault(
      `an array of ${name} and shape [${sizes}] has ${bytes.length} bytes where ${wanted} should be`,
    );
  }
  return { dtype: name, shape: sizes, bytes };
}

/** Of numbers alone; the state is (version, byte order, …). */
function dtypeName(value: Pickled | undefined): string {
  const { args: [name] = [], state } =
    value instanceof Instance && value.name === DTYPE ? value : { args: [], state: null };
  const order = state instanceof Tuple ? state.items[1] : undefined;
  if (typeof name !== 'string' || !/^[biuf][1248]$/.test(name) || order === '>') {
    throw new FormatFault('an array has a dtype that is not read, or is in big-endian order');
  }
  return name;
}
