// Image files as torchvision's ImageFolder reads them: PIL's Image.open(path).convert('RGB').

import { readFile } from 'node:fs';
import { promisify } from 'node:util';
import type { Decoding } from './constants.js';
import { DataError } from './dataset.js';
import { blank, type Image, planes } from './image.js';
import { decodeFast, frameOf } from './jpeg.js';

// That of node:fs/promises takes longer than the file system does.
const read = promisify(readFile);

/**
 * Decodes a JPEG, PNG or WebP file, whatever its name ends with, to RGB. As there, rotation by EXIF, colour
 * profiles and transparency are ignored. Of 16 bits the upper 8 are kept; Pillow does so in colour, but
 * turns nearly all of a grey image white.
 *
 * @param decoding fast: a JPEG's values may differ from Pillow's: by up to 4 of 255, in the last row and column by more.
 * Default exact.
 * @throws DataError naming the file when it can't be read or decoded in full.
 */
export async function decodeFile(path: string, decoding: Decoding = 'exact'): Promise<Image> {
  try {
    const bytes = await read(path);
    const frame = frameOf(bytes);
    if (frame?.components.length === 4) return await decodeCmyk(bytes);
    const image = frame && decoding === 'fast' ? await decodeFast(bytes, frame) : undefined;
    return image ?? (await decodeRgb(bytes));
  } catch (error) {
    throw new DataError(`${path}: ${(error as Error).message}`, { cause: error });
  }
}

async function open(bytes: Uint8Array) {
  const { default: sharp } = await import('sharp');
  // Images are many: each is decoded by one thread, and none comes twice.
  sharp.concurrency(1);
  sharp.cache(false);
  return sharp(bytes, { failOn: 'truncated', ignoreIcc: true });
}

async function decodeRgb(bytes: Uint8Array): Promise<Image> {
  const image = (await open(bytes)).toColourspace('srgb').removeAlpha().raw({ depth: 'uchar' });
  const { data, info } = await image.toBuffer({ resolveWithObject: true });
  const { height, width, channels } = info;
  if (channels === 3) return { pixels: data, shape: [3, height, width], interleaved: true };
  const result = blank([3, height, width]);
  for (const plane of planes(result)) plane.set(data);
  return result;
}

/** As Pillow's Convert.c: a channel is what black and its own ink leave of white. */
async function decodeCmyk(bytes: Uint8Array): Promise<Image> {
  const image = (await open(bytes)).pipelineColourspace('cmyk').toColourspace('cmyk').raw();
  const { data, info } = await image.toBuffer({ resolveWithObject: true });
  const result = blank([3, info.height, info.width]);
  for (const [channel, plane] of planes(result).entries()) {
    for (let i = 0; i < plane.length; i++) {
      const white = 255 - (data[4 * i + 3] as number);
      const ink = (data[4 * i + channel] as number) * white + 128;
      plane[i] = white - ((ink + (ink >> 8)) >> 8);
    }
  }
  return result;
}
