// smallNORB from small files in the format of its authors, right and wrong.
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { Norb } from '../../src/data/datasets/norb.js';
import { temporaryFolder, writeFile } from '../support/temporary.js';

const TEST = 'smallnorb-5x01235x9x18x6x2x96x96-testing';
const TRAIN = 'smallnorb-5x46789x9x18x6x2x96x96-training';
const [BYTES, INT32] = [0x1e3d4c55, 0x1e3d4c54];

const folder = temporaryFolder();
const words = (...values: number[]) => Buffer.from(Int32Array.from(values).buffer);

const PAIR = 2 * 96 * 96;
const pairs = (count: number, length = count * PAIR) =>
  Buffer.concat([
    words(BYTES, 4, count, 2, 96, 96),
    Uint8Array.from({ length }, (_, i) => Math.floor(i / 9216) * 40 + (i % 31)),
  ]);
/** One dimension, but three sizes. */
const labels = (...values: number[]) => words(INT32, 1, values.length, 1, 1, ...values);

test.each(['', '.gz'])('pairs of views with their labels, from files %s', (ending) => {
  const packed = (bytes: Buffer) => (ending ? gzipSync(bytes) : bytes);
  writeFile(folder, `${TRAIN}-dat.mat${ending}`, packed(pairs(2)));
  writeFile(folder, `${TRAIN}-cat.mat${ending}`, packed(labels(4, 0)));
  const set = new Norb('train', folder);
  expect([...set.labels]).toEqual([4, 0]);
  expect(set.class_names?.[4]).toBe('car');
  expect(set.image_shape).toEqual([2, 96, 96]);
  const right = set.image(1).subarray(9216);
  expect([...right.subarray(0, 3)]).toEqual([27648, 27649, 27650].map((i) => 120 + (i % 31)));
});

describe('a file is refused, and named,', () => {
  test.each<[string, 'dat' | 'cat', Buffer, string]>([
    [
      'that is an idx file',
      'dat',
      Buffer.concat([Buffer.of(0, 0, 8, 3), Buffer.alloc(40)]),
      'wrong magic number 0x3080000, expected 0x1E3D4C55',
    ],
    ['of whole numbers', 'dat', labels(1, 2, 3), 'wrong magic number 0x1E3D4C54, expected'],
    ['that is empty', 'dat', Buffer.alloc(0), 'truncated in its header: 0 of 24 bytes'],
    [
      'that is cut off',
      'dat',
      pairs(2, PAIR + 5),
      'truncated: its header promises 2 x 2 x 96 x 96 values, 36864 bytes, 18437 follow',
    ],
    ['whose gzip is cut off', 'dat', gzipSync(pairs(2)).subarray(0, -60), 'cut off or damaged'],
    ['with a label above 4', 'cat', labels(0, 5), 'label 1 is 5, not in 0..4'],
    ['with a label that fits no byte', 'cat', labels(256, 0), 'label 0 is 256'],
    ['with a label too many', 'cat', labels(0, 1, 2), '3 labels for 2 images'],
    ['of two dimensions', 'cat', words(INT32, 2, 2, 1, 1, 0, 0), '2 dimensions, expected 1'],
  ])('%s', (_, kind, bytes, message) => {
    const right = { dat: pairs(2), cat: labels(0, 1) };
    const paths = Object.entries({ ...right, [kind]: bytes }).map(([name, content]) => [
      name,
      writeFile(folder, `${TEST}-${name}.mat`, content),
    ]);
    expect(() => new Norb('test', folder)).toThrow(
      expect.objectContaining({
        code: 'ERR_DATA',
        message: expect.stringContaining(`${Object.fromEntries(paths)[kind]}: ${message}`),
      }),
    );
  });
});
