// Image files of all kinds, beside what Pillow reads of them, and files that are none.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { DECODING, type Decoding } from '../../src/data/constants.js';
import { decodeFile } from '../../src/data/decode.js';
import { planar } from '../../src/data/image.js';
import { decodeFast, type Frame, frameOf } from '../../src/data/jpeg.js';
import { PROJECT_ROOT } from '../support/paths.js';
import { temporaryFolder, writeFile } from '../support/temporary.js';

const images = `${PROJECT_ROOT}__tests__/data/fixtures/images`;
/** Rows of red, green, blue, by name; written by fixtures/make_images.py. */
const pillows: Record<string, number[]> = JSON.parse(readFileSync(`${images}/pixels.json`, 'utf8'));

async function read(name: string, decoding?: Decoding): Promise<number[]> {
  const image = await decodeFile(`${images}/${name}`, decoding);
  expect(image.shape).toEqual([3, 8, 12]);
  const { pixels } = planar(image);
  return Array.from({ length: 288 }, (_, i) => pixels[(i % 3) * 96 + Math.floor(i / 3)] as number);
}

const { 'grey_16_bits.png': _, ...others } = pillows;
test.each(Object.keys(others))('%s is read as Pillow reads it', async (name) => {
  expect(await read(name)).toEqual(pillows[name]);
});

describe('fast', () => {
  const readFast = async (name: string) => {
    const bytes = readFileSync(`${images}/${name}`);
    return decodeFast(bytes, frameOf(bytes) as Frame);
  };

  const plain = ['rgb.jpg', 'subsampled.jpg', 'rotated_by_exif.jpg'];

  test.each(plain)('%s is read to nearly the same values', async (name) => {
    expect(await readFast(name)).toMatchObject({ shape: [3, 8, 12], interleaved: true });
    const differences = (await read(name, 'fast')).map((value, i) =>
      Math.abs(value - (pillows[name]?.[i] as number)),
    );
    // Colours of half the resolution are filled in otherwise at the right and at the bottom.
    const inner = differences.filter((_, i) => i < 7 * 36 && i % 36 < 33);
    expect(Math.max(...inner)).toBeLessThanOrEqual(4);
    expect(Math.max(...differences)).toBeLessThanOrEqual(10);
  });

  test.each(Object.keys(others).filter((name) => !plain.includes(name)))(
    '%s is read as Pillow reads it',
    async (name) => {
      expect(await read(name, 'fast')).toEqual(pillows[name]);
    },
  );
});

test('rotation by EXIF is ignored', () => {
  expect(pillows['rotated_by_exif.jpg']).toEqual(pillows['rgb.jpg']);
});

test('of 16 bits of grey the upper 8 are kept, where Pillow has white', async () => {
  // Value 257 p + 100 where red of the colour images is p.
  const red = pillows['rgb.webp']?.filter((_, i) => i % 3 === 0) ?? [];
  const upper = red.flatMap((p) => Array(3).fill((257 * p + 100) >> 8));
  expect(await read('grey_16_bits.png')).toEqual(upper);
});

describe('what cannot be read in full is refused by name', () => {
  const folder = temporaryFolder();
  const cut = (name: string, share: number) => {
    const bytes = readFileSync(`${images}/${name}`);
    return bytes.subarray(0, Math.floor(share * bytes.length));
  };

  test.each([
    ['empty.jpg', new Uint8Array()],
    ['text.png', 'not an image'],
    ['truncated.jpg', cut('rgb.jpg', 0.9)],
    ['truncated_cmyk.jpg', cut('cmyk.jpg', 0.9)],
    ['header.jpg', cut('rgb.jpg', 0.3)],
    ['two_bytes.jpg', cut('rgb.jpg', 0.003)],
    ['truncated.png', cut('alpha.png', 0.7)],
    ['truncated.webp', cut('rgb.webp', 0.7)],
  ])('%s', async (name, bytes) => {
    const path = writeFile(folder, name, bytes);
    for (const decoding of DECODING) {
      await expect(decodeFile(path, decoding)).rejects.toMatchObject({
        code: 'ERR_DATA',
        message: expect.stringContaining(`${path}: `),
      });
    }
  });

  test('a folder, and a file that is not there', async () => {
    await expect(decodeFile(folder)).rejects.toThrow(`${folder}: EISDIR`);
    await expect(decodeFile(`${folder}/none.png`)).rejects.toThrow(`${folder}/none.png: ENOENT`);
  });
});
