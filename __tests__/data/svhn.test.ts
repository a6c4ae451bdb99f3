// SVHN and the MAT-files that it comes in: of SciPy (fixtures/make.py), and of our own, right and wrong.
import { deflateSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { readMat } from '../../src/data/datasets/mat.js';
import { Svhn } from '../../src/data/datasets/svhn.js';
import { PROJECT_ROOT } from '../support/paths.js';
import { temporaryFolder, writeFile } from '../support/temporary.js';

const FIXTURES = `${PROJECT_ROOT}__tests__/data/fixtures`;
const folder = temporaryFolder();

test.each(['train', 'test'] as const)('the %s file of SciPy, compressed or not', (part) => {
  const set = new Svhn(part, FIXTURES);
  expect([...set.labels]).toEqual([0, 1, 9]);
  expect(set.image_shape).toEqual([3, 32, 32]);
  for (let n = 0; n < 3; n++) {
    const expected = Array.from({ length: 3 * 32 * 32 }, (_, i) => {
      const [c, y, x] = [Math.floor(i / 1024), Math.floor(i / 32) % 32, i % 32];
      return (8 * y + x + 50 * c + 10 * n) % 256;
    });
    expect([...set.image(n)]).toEqual(expected);
  }
});

// The writer of this test: elements after "MAT-File Format", section 1.
const u32 = (...values: number[]) => Buffer.from(Uint32Array.from(values).buffer);

function element(type: number, data: Uint8Array): Buffer {
  if (data.length > 0 && data.length <= 4) {
    return Buffer.concat([u32(type | (data.length << 16)), data, Buffer.alloc(4 - data.length)]);
  }
  const padding = Buffer.alloc((8 - (data.length % 8)) % 8);
  return Buffer.concat([u32(type, data.length), data, padding]);
}

const matrix = (flags: number, shape: number[], name: string, type: number, data: Uint8Array) =>
  element(
    14,
    Buffer.concat([
      element(6, u32(flags, 0)),
      element(5, u32(...shape)),
      element(1, Buffer.from(name)),
      element(type, data),
    ]),
  );

/** MATLAB's header is 116 letters of text, then version and byte order. */
const file = (...parts: Buffer[]) =>
  Buffer.concat([
    Buffer.from('MATLAB 5.0 MAT-file'.padEnd(124)),
    Buffer.from([0, 1]),
    Buffer.from('IM'),
    ...parts,
  ]);

const [DOUBLE, UINT8] = [6, 9];
const compressed = (data: Buffer) => {
  const packed = deflateSync(data);
  return Buffer.concat([u32(15, packed.length), packed]);
};
const images = (count: number) =>
  matrix(UINT8, [32, 32, 3, count], 'X', 2, new Uint8Array(3072 * count));
/** As MATLAB stores doubles that are small and whole, in bytes. */
const labels = (...values: number[]) =>
  matrix(DOUBLE, [values.length, 1], 'y', 2, Uint8Array.from(values));

test('values may be stored narrower than their class, in the tag itself, behind each other compressed', () => {
  const bytes = file(compressed(images(3)), compressed(labels(3, 10, 7)));
  writeFile(folder, 'train_32x32.mat', bytes);
  expect([...new Svhn('train', folder).labels]).toEqual([3, 0, 7]);
});

test('numbers of every kind come out as they are', () => {
  const path = writeFile(
    folder,
    'kinds.mat',
    file(
      matrix(DOUBLE, [1, 2], 'd', 9, Buffer.from(Float64Array.of(0.1, -1e300).buffer)),
      matrix(7, [2, 1], 'f', 7, Buffer.from(Float32Array.of(0.5, -2).buffer)),
      matrix(10, [1, 1], 's', 3, Buffer.from(Int16Array.of(-5).buffer)),
      matrix(4, [1, 2], 'text', 4, Buffer.from(Uint16Array.of(72, 105).buffer)),
    ),
  );
  const arrays = readMat(path);
  expect([...arrays.keys()]).toEqual(['d', 'f', 's']);
  expect(Array.from(arrays.get('d')?.data ?? [])).toEqual([0.1, -1e300]);
  expect(Array.from(arrays.get('f')?.data ?? [])).toEqual([0.5, -2]);
  expect(Array.from(arrays.get('s')?.data ?? [])).toEqual([-5]);
});

describe('a file is refused, and named,', () => {
  const right = file(images(2), labels(1, 2));
  test.each<[string, Buffer, string]>([
    ['that is empty', Buffer.alloc(0), 'not a MATLAB level 5 MAT-file'],
    [
      'of version 7.3',
      Buffer.from('MATLAB 7.3 MAT-file'.padEnd(200)),
      'a MAT-file of version 7.3 (HDF5)',
    ],
    [
      'in big-endian order',
      Buffer.concat([Buffer.from(' '.repeat(124)), Buffer.from([1, 0]), Buffer.from('MI')]),
      'in big-endian order',
    ],
    ['that is cut off', right.subarray(0, 5000), 'cut off: an element of'],
    ['cut off in a tag', right.subarray(0, 132), 'cut off in the tag'],
    [
      'whose compressed part is damaged',
      file(compressed(images(1)).fill(0xff, 20, 30)),
      'cut off or damaged: ',
    ],
    ['without labels', file(images(2)), 'it has no array y'],
    ['without images', file(labels(2)), 'it has no array X'],
    ['with more labels than images', file(images(1), labels(1, 2)), '2 labels for 1 images'],
    ['with a label 0', file(images(3), labels(1, 2, 0)), 'label 2 is 0, not in 1..10'],
    ['with a label 11', file(images(1), labels(11)), 'label 0 is 11, not in 1..10'],
    [
      'with images of another size',
      file(matrix(UINT8, [32, 32, 1, 1], 'X', 2, new Uint8Array(1024)), labels(1)),
      'X is 32 x 32 x 1 x 1, not 32 x 32 x 3 x images',
    ],
    [
      'whose sizes do not fit its values',
      file(matrix(UINT8, [32, 32, 3, 9], 'X', 2, new Uint8Array(3072)), labels(1)),
      'X is 32 x 32 x 3 x 9, but has 3072 values',
    ],
    [
      'of complex numbers',
      file(matrix(DOUBLE | 0x800, [1, 1], 'X', 2, Buffer.of(1))),
      'X is complex',
    ],
  ])('%s', (_, bytes, message) => {
    const path = writeFile(folder, 'test_32x32.mat', bytes);
    expect(() => new Svhn('test', folder)).toThrow(
      expect.objectContaining({
        code: 'ERR_DATA',
        message: expect.stringContaining(`${path}: ${message}`),
      }),
    );
  });
});
