// Which shapes are believed.
import { bytesOf, type DType } from '../dtype.js';
import { FormatFault } from './file_error.js';

/** LibTorch's own limit for most operators. */
const MAX_DIMENSIONS = 64;

/** @throws FormatFault for a shape that LibTorch could not count the elements of. */
export function requireCountable(what: string, shape: readonly number[], dtype: DType): void {
  if (shape.length > MAX_DIMENSIONS) {
    throw new FormatFault(`${what} has ${shape.length} dimensions, more than ${MAX_DIMENSIONS}`);
  }
  // LibTorch multiplies in order, and may overflow before it comes to a size of 0.
  const elements = shape.reduce((product, size) => product * Math.max(size, 1), 1);
  if (!Number.isSafeInteger(elements * bytesOf(dtype))) {
    throw new FormatFault(`${what} has the shape [${shape}], which no memory holds`);
  }
}
