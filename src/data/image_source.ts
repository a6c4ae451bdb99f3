// Where the images of a set come from, as plain data that a thread can be sent: shared memory, or files.

import { readFile } from 'node:fs/promises';
import { DataError, type Dataset, type ImageShape } from './dataset.js';
import { blank, type Image, planes } from './image.js';

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

/** The images of a set that knows its own source, or else all of them copied. */
export function sourceOf(dataset: Dataset): ImageSource {
  if (dataset.source) return dataset.source;
  const { length, image_shape: shape } = dataset;
  const size = shape[0] * shape[1] * shape[2];
  const pixels = new Uint8Array(new SharedArrayBuffer(length * size));
  for (let index = 0; index < length; index++) pixels.set(dataset.image(index), index * size);
  return { kind: 'memory', pixels, shape };
}

/** Image `index` as a view of the memory. */
export function memoryImage({ pixels, shape }: MemorySource, index: number): Image {
  const size = shape[0] * shape[1] * shape[2];
  return { pixels: pixels.subarray(index * size, (index + 1) * size), shape };
}

/**
 * Decodes a JPEG, PNG or WebP file to RGB, as torchvision's `pil_loader`: EXIF rotation is ignored.
 *
 * @throws DataError naming the file when it can't be read or decoded in full.
 */
export async function decodeFile(path: string): Promise<Image> {
  try {
    const { default: sharp } = await import('sharp');
    const { data, info } = await sharp(await readFile(path), { failOn: 'truncated' })
      .toColourspace('srgb')
      .removeAlpha()
      .raw({ depth: 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const { height, width, channels } = info;
    const coded: Image = { pixels: data, shape: [channels, height, width], interleaved: true };
    return channels === 3 ? coded : coloured(coded);
  } catch (error) {
    throw new DataError(`${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** Grey in three channels. */
function coloured({ pixels, shape: [, height, width] }: Image): Image {
  const result = blank([3, height, width]);
  for (const plane of planes(result)) plane.set(pixels);
  return result;
}
