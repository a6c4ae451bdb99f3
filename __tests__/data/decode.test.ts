// Image files of all kinds, beside what Pillow reads of them, and files that are none.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { decodeFile } from '../../src/data/decode.js';
import { planar } from '../../src/data/image.js';
import { PROJECT_ROOT } from '../support/paths.js';
import { temporaryFolder, writeFile } from '../support/temporary.js';

const images = `${PROJECT_ROOT}__tests__/data/fixtures/images`;
/** Rows of red, green, blue, by name; written by fixtures/make_images.py. */
const pillows: Record<string, number[]> = JSON.parse(readFileSync(`${images}/pixels.json`, 'utf8'));

async function read(name: string): Promise<number[]> {
  const image = await decodeFile(`${images}/${name}`);
  expect(image.shape).toEqual([3, 8, 12]);
  const { pixels } = planar(image);
  return Array.from({ length: 288 }, (_, i) => pixels[(i % 3) * 96 + Math.floor(i / 3)] as number);
}

const { 'grey_16_bits.png': _, ...others } = pillows;
test.each(Object.keys(others))('%s is read as Pillow reads it', async (name) => {
  expect(await read(name)).toEqual(pillows[name]);
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
    await expect(decodeFile(path)).rejects.toMatchObject({
      code: 'ERR_DATA',
      message: expect.stringContaining(`${path}: `),
    });
  });

  test('a folder, and a file that is not there', async () => {
    await expect(decodeFile(folder)).rejects.toThrow(`${folder}: EISDIR`);
    await expect(decodeFile(`${folder}/none.png`)).rejects.toThrow(`${folder}/none.png: ENOENT`);
  });
});
