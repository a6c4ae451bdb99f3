// Where the images of a set come from, as plain data that a thread can be sent: shared memory, or files.

import type { ImageShape } from './dataset.js';
import type { Image } from './image.js';

/** Images of one size, one behind the other. */
export interface MemorySource {
  kind: 'memory';
  pixels: Uint8Array;
  shape: ImageShape;
}

/** Coded images (JPEG, PNG, WebP), read as RGB. */
export interface FileSource {
  kind: 'files';
  paths: readonly string[];
}

export type ImageSource = MemorySource | FileSource;

/** Image `index` as a view of the memory. */
export function memoryImage({ pixels, shape }: MemorySource, index: number): Image {
  const size = shape[0] * shape[1] * shape[2];
  return { pixels: pixels.subarray(index * size, (index + 1) * size), shape };
}
