// The files of CIFAR: pickles of Python 2, or records of labels and pixels.

import { pickle } from 'torch-js';
import { DataError } from '../dataset.js';

/** Bytes of an image: red, green, blue, 32 rows of 32 each. */
export const PIXELS = 3 * 32 * 32;

export interface CifarBatch {
  readonly labels: Uint8Array;
  readonly pixels: Uint8Array;
}

/** Records of `labelBytes` labels, of which the last one counts, and the pixels of an image. */
export function readRecords(bytes: Buffer, path: string, labelBytes: number): CifarBatch {
  const size = labelBytes + PIXELS;
  const length = bytes.length / size;
  if (!(Number.isInteger(length) && length > 0)) {
    throw new DataError(
      `${path}: ${bytes.length} bytes are no whole number of ${size}-byte records`,
    );
  }
  const pixels = new Uint8Array(length * PIXELS);
  const labels = new Uint8Array(length);
  for (let i = 0; i < length; i++) {
    const begin = i * size + labelBytes;
    labels[i] = bytes[begin - 1] as number;
    pixels.set(bytes.subarray(begin, begin + PIXELS), i * PIXELS);
  }
  return { labels, pixels };
}

/** A dict of the images as rows of an array, `data`, and their labels as a list, `key`. */
export function readPickle(bytes: Buffer, path: string, key: string): CifarBatch {
  const { data, [key]: labels } = unpickled(bytes, path);
  const { dtype, shape, bytes: pixels } = (data ?? {}) as Partial<pickle.NumpyArray>;
  if (!(pixels && dtype === 'u1' && shape?.length === 2 && shape[1] === PIXELS)) {
    throw new DataError(`${path}: its "data" is no array of bytes in rows of ${PIXELS}`);
  }
  if (!(Array.isArray(labels) && labels.length === shape[0])) {
    throw new DataError(`${path}: its "${key}" is no list of ${shape[0]} labels`);
  }
  const wrong = labels.findIndex(
    (label) => !(Number.isInteger(label) && label >= 0 && label < 256),
  );
  if (wrong >= 0) throw new DataError(`${path}: label ${wrong} is ${labels[wrong]}`);
  return { labels: Uint8Array.from(labels as number[]), pixels };
}

function unpickled(bytes: Buffer, path: string): Record<string, unknown> {
  try {
    const value = pickle.loads(bytes);
    return Object.prototype.toString.call(value) === '[object Object]'
      ? (value as Record<string, unknown>)
      : {};
  } catch (error) {
    throw new DataError(`${path}: ${(error as { fault?: string }).fault ?? error}`, {
      cause: error,
    });
  }
}
