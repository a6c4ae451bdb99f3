// Which shapes are believed.
import { bytesOf, type DType } from '../dtype.js';
import { FormatFault } from './file_error.js';

/** LibTorch's own limit for most operators. */
const MAX_DIMENSIONS = 64;

export function requireDimensions(what: string, count: number): void {
  if (count <= MAX_DIMENSIONS) return;
  throw new FormatFault(`${what} has ${count} dimensions, more than ${MAX_DIMENSIONS}`);
}

/** @throws FormatFault for a shape that LibTorch could not count the elements of. */
export function requireCountable(what: string, shape: readonly number[], dtype: DType): void {
  requireDimensions(what, shape.length);
  // LibTorch multiplies in order, and may overflow before it comes to a size of 0.
  const elements = shape.reduce((product, size) => product * Math.max(size, 1), 1);
  if (!Number.isSafeInteger(elements * bytesOf(dtype))) {
    throw new FormatFault(`${what} has the shape [${shape}], which no memory holds`);
  }
}
