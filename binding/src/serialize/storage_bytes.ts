// The bytes behind tensors: read into a tensor in pieces, and given out in pieces.
import { Buffer } from 'node:buffer';
import { tensor } from '../factories.js';
import { empty } from '../generated/functions.js';
import { tidy } from '../scope.js';
import type { Tensor } from '../tensor.js';
import { FormatFault } from './file_error.js';
import { CHUNK } from './source.js';

/** A CPU tensor of uint8 with these bytes. */
export function bytesTensor(size: number, chunks: Iterable<Uint8Array>): Tensor {
  const bytes = empty([size], { dtype: 'uint8' });
  let at = 0;
  for (const chunk of chunks) {
    tidy(() => bytes.narrow(0, at, chunk.length).copy_(tensor(chunk)));
    at += chunk.length;
  }
  if (at !== size) throw new FormatFault(`a storage has ${at} bytes where ${size} should be`);
  return bytes;
}

/** @throws FormatFault where a byte is neither 0 nor 1, which LibTorch relies on for booleans. */
export function requireBooleans(bytes: Tensor): void {
  if (tidy(() => bytes.gt(1).any().item()) === true) {
    throw new FormatFault('a tensor of booleans has elements other than 0 and 1');
  }
}

/** The elements of a contiguous tensor as bytes, in pieces. */
export function* chunksOf(source: Tensor): Generator<Buffer> {
  const bytes = source.view([-1]).view('uint8');
  const size = bytes.numel();
  for (let at = 0; at < size; at += CHUNK) {
    const chunk = tidy(() => bytes.narrow(0, at, Math.min(CHUNK, size - at)).toTypedArray());
    yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  }
}
