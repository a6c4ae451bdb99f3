// JPEG files: what their headers say (ISO 10918-1, B.2), and a decoder that takes about half the time of libjpeg's way
// through sharp, of whose values its own differ by some levels of 255.

import type { Image } from './image.js';

/** What a file says of its image. */
export interface Frame {
  /** Whether all of an image comes at once, coded by Huffman's way: neither progressive nor arithmetic. */
  readonly sequential: boolean;
  readonly height: number;
  readonly width: number;
  /** The number that each component has: 1, 2, 3 of luma and two of colour, as JFIF has it. */
  readonly components: readonly number[];
}

/** The header of a file's frame; undefined when it is no JPEG file, or cut off before. */
export function frameOf(bytes: Uint8Array): Frame | undefined {
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return undefined;
  const word = (place: number) => 256 * (bytes[place] as number) + (bytes[place + 1] as number);
  let at = 2;
  while (at + 9 < bytes.length && bytes[at] === 0xff) {
    const marker = bytes[at + 1] as number;
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) {
      const length = bytes[at + 9] as number;
      const components = Array.from({ length }, (_, i) => bytes[at + 10 + 3 * i] as number);
      return { sequential: marker <= 0xc1, height: word(at + 5), width: word(at + 7), components };
    }
    at += 2 + word(at + 2);
  }
  return undefined;
}

/**
 * Decodes a JPEG of colours by zune-jpeg, in this thread. Undefined for all that is not plain, or that it can't read:
 * what is wrong, or right, with such a file is for others to say.
 */
export async function decodeFast(
  bytes: Buffer,
  { sequential, height, width, components }: Frame,
): Promise<Image | undefined> {
  // It would take a file without an end for a whole one, and much that is wrong in a progressive one for right.
  const ends = bytes.at(-2) === 0xff && bytes.at(-1) === 0xd9;
  if (!ends || !sequential || components.join() !== '1,2,3') return undefined;
  const { Transformer } = await import('@napi-rs/image');
  try {
    const pixels = new Transformer(bytes).rawPixelsSync();
    if (pixels.length !== 3 * height * width) return undefined;
    return { pixels, shape: [3, height, width], interleaved: true };
  } catch {
    return undefined;
  }
}
