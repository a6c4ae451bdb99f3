// Where the images of a set come from, as plain data that a thread can be sent: shared memory, or files.

import { readFile } from 'node:fs/promises';
import { DataError, type ImageShape } from './dataset.js';
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
    const area = height * width;
    const pixels = new Uint8Array(3 * area);
    const [green, blue] = channels === 1 ? [0, 0] : [1, 2];
    for (let i = 0, from = 0; i < area; i++, from += channels) {
      pixels[i] = data[from] as number;
      pixels[area + i] = data[from + green] as number;
      pixels[2 * area + i] = data[from + blue] as number;
    }
    return { pixels, shape: [3, height, width] };
  } catch (error) {
    throw new DataError(`${path}: ${(error as Error).message}`, { cause: error });
  }
}
