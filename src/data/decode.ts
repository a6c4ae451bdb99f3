// Image files as torchvision's ImageFolder reads them: PIL's Image.open(path).convert('RGB').

import { readFile } from 'node:fs/promises';
import { DataError } from './dataset.js';
import { blank, type Image, planes } from './image.js';

/**
 * Decodes a JPEG, PNG or WebP file, whatever its name ends with, to RGB. As there, rotation by EXIF, colour
 * profiles and transparency are ignored. Of 16 bits the upper 8 are kept; Pillow does so in colour, but
 * turns nearly all of a grey image white.
 *
 * @throws DataError naming the file when it can't be read or decoded in full.
 */
export async function decodeFile(path: string): Promise<Image> {
  try {
    const bytes = await readFile(path);
    return isCmyk(bytes) ? await decodeCmyk(bytes) : await decodeRgb(bytes);
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

/** Whether it is a JPEG of four channels, by the header of its frame (ISO 10918-1, B.2.2). */
function isCmyk(bytes: Uint8Array): boolean {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return false;
  let at = 2;
  while (at + 9 < bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] as number;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return bytes[at + 9] === 4;
    at += 2 + 256 * (bytes[at + 2] as number) + (bytes[at + 3] as number);
  }
  return false;
}
