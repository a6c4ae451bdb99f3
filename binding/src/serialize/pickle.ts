// pickle.loads for plain values and arrays of NumPy, as many data sets are published, by Python 2 too. After
// Lib/pickletools.py and numpy/core/src/multiarray/methods.c (array_setstate).
import { Buffer } from 'node:buffer';
import { show, typeError } from '../errors.js';
import { FormatFault, inFile } from './file_error.js';
import { dtypeName } from './numpy.js';
import type { Dialect } from './pickle_machine.js';
import { Bytes, Global, Instance, type Pickled, Tuple } from './pickled.js';
import { type Plain, type Special, toPlain } from './plain.js';
import { pathOf, plainName } from './plain_calls.js';
import { unpickle } from './unpickler.js';

/** An array of NumPy's, its elements in row-major order. */
export interface NumpyArray {
  /** As NumPy writes it without the byte order: 'u1', 'i8', 'f4', … */
  dtype: string;
  shape: number[];
  /** The elements' bytes; of those that have several, the least one first. */
  bytes: Uint8Array;
}

const ARRAY = 'numpy.ndarray';

const ARRAY_NAMES: Readonly<Record<string, Global>> = {
  'numpy.core.multiarray._reconstruct': new Global('_reconstruct', emptyArray),
  [ARRAY]: new Global(ARRAY),
};

const LATIN: Dialect = {
  lookUp(module, name) {
    const path = pathOf(module, name);
    const known = plainName(path) ?? (Object.hasOwn(ARRAY_NAMES, path) && ARRAY_NAMES[path]);
    if (known) return known;
    throw new FormatFault(
      `it asks for ${JSON.stringify(`${module}.${name}`)}, which is not read: only arrays and numbers of NumPy, dict, list, tuple, set, numbers, texts, bytes, booleans and None are, and nothing is executed`,
    );
  },
  text: (bytes) => bytes.toString('latin1'),
};

/**
 * Python's `pickle.loads(bytes, encoding='latin1')` for protocols 2 to 5: a dict becomes a plain object (a Map
 * where a key is no text), a list or tuple an array, a set a Set, an int a number (a bigint beyond 2^53), bytes a
 * Uint8Array, an array of NumPy its shape and bytes, a number of NumPy's a number. Nothing in it is executed.
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
  if (type === ARRAY_NAMES[ARRAY]) return new Instance(ARRAY, args);
  throw new FormatFault('it rebuilds what is no array of NumPy');
}

/** The state is (version, shape, dtype, is in Fortran's order, bytes). */
function arrayOf(value: Special): NumpyArray {
  const state = value instanceof Instance && value.name === ARRAY ? value.state : undefined;
  const [, shape, dtype, fortran, elements] = state instanceof Tuple ? state.items : [];
  // Python 2 has its bytes in a str.
  const bytes =
    typeof elements === 'string'
      ? Buffer.from(elements, 'latin1')
      : elements instanceof Bytes && Buffer.from(elements.bytes);
  if (!(shape instanceof Tuple) || !bytes || fortran !== false) {
    throw new FormatFault('it holds what is no value and no array of NumPy in row-major order');
  }
  const sizes = shape.items.map((size) => {
    if (Number.isSafeInteger(size) && (size as number) >= 0) return size as number;
    throw new FormatFault("an array's shape is no tuple of whole numbers");
  });
  const name = dtypeName(dtype);
  const wanted = sizes.reduce((product, size) => product * size, Number(name.slice(1)));
  if (bytes.length !== wanted) {
    throw new FormatFault(
      `an array of ${name} and shape [${sizes}] has ${bytes.length} bytes where ${wanted} should be`,
    );
  }
  return { dtype: name, shape: sizes, bytes };
}
