// CIFAR from small files in all forms that it comes in, right and wrong.
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { Cifar } from '../../src/data/datasets/cifar.js';
import { PROJECT_ROOT } from '../support/paths.js';
import { ByteArray, python2Pickle, type Value } from '../support/python2_pickle.js';
import { temporaryFolder } from '../support/temporary.js';

const PIXELS = 3072;
const ARCHIVE = 'cifar-10-python.tar.gz';
/** What make.py beside it made. */
const FIXTURE = `${PROJECT_ROOT}__tests__/data/fixtures/${ARCHIVE}`;

const pixels = (seed: number) =>
  Uint8Array.from({ length: PIXELS }, (_, i) => (i * 7 + seed) % 256);
const record = (seed: number, ...labels: number[]) => Buffer.from([...labels, ...pixels(seed)]);
const pickled = (labels: Value, seeds: number[], key = 'labels') =>
  python2Pickle({
    batch_label: 'training batch 1 of 5',
    [key]: labels,
    data: new ByteArray([seeds.length, PIXELS], Buffer.concat(seeds.map(pixels))),
  });

const folder = temporaryFolder();
const newRoot = () => mkdtempSync(join(folder, 'root-'));

function written(files: Record<string, Buffer>): string {
  const root = newRoot();
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(join(root, name, '..'), { recursive: true });
    writeFileSync(join(root, name), bytes);
  }
  return root;
}

const numbered = (make: (n: number) => [string, Buffer]) =>
  written(Object.fromEntries([1, 2, 3, 4, 5].map(make)));

describe('CIFAR-10: the five batches follow each other,', () => {
  const root = newRoot();
  copyFileSync(FIXTURE, join(root, ARCHIVE));
  const forms = {
    'binary, unpacked': numbered((n) => [
      `cifar-10-batches-bin/data_batch_${n}.bin`,
      Buffer.concat([record(n, n - 1), record(n + 4, n)]),
    ]),
    'as pickles of Python 2, unpacked': numbered((n) => [
      `cifar-10-batches-py/data_batch_${n}`,
      pickled([n - 1, n], [n, n + 4]),
    ]),
    'as the archive that Python packed': root,
  };
  test.each(Object.entries(forms))('%s', (_, root) => {
    const set = new Cifar('cifar10', 'train', root);
    expect([...set.labels]).toEqual([0, 1, 1, 2, 2, 3, 3, 4, 4, 5]);
    expect(set.image_shape).toEqual([3, 32, 32]);
    const images = Array.from({ length: 10 }, (_, i) => Buffer.from(set.image(i)));
    expect(images).toEqual([1, 5, 2, 6, 3, 7, 4, 8, 5, 9].map((seed) => Buffer.from(pixels(seed))));
  });

  test('the test images are apart', () => {
    const set = new Cifar('cifar10', 'test', root);
    expect([...set.labels]).toEqual([9, 0]);
    expect(set.class_names?.[set.labels[0] as number]).toBe('truck');
    expect(Buffer.from(set.image(1))).toEqual(Buffer.from(pixels(51)));
  });
});

test.each<[string, Record<string, Buffer>]>([
  ['binary', { 'cifar-100-binary/test.bin': Buffer.concat([record(1, 19, 99), record(2, 3, 0)]) }],
  ['as a pickle', { 'cifar-100-python/test': pickled([99, 0], [1, 2], 'fine_labels') }],
])('CIFAR-100, %s: labels are the fine ones', (_, files) => {
  const set = new Cifar('cifar100', 'test', written(files));
  expect([...set.labels]).toEqual([99, 0]);
  expect(set.classes).toBe(100);
  expect(set.class_names?.at(-1)).toBe('worm');
  expect(Buffer.from(set.image(1))).toEqual(Buffer.from(pixels(2)));
});

describe('a file is refused, and named, that is', () => {
  const bin = 'cifar-10-batches-bin/test_batch.bin';
  const py = 'cifar-10-batches-py/test_batch';
  const packed = readFileSync(FIXTURE);
  const tar = gunzipSync(packed);
  const flipped = Buffer.from(tar).fill(0x58, 512, 520);
  test.each<[string, string, Buffer, string]>([
    [
      'cut off',
      bin,
      record(1, 3).subarray(0, 3000),
      '3000 bytes are no whole number of 3073-byte records',
    ],
    ['empty', bin, Buffer.alloc(0), '0 bytes are no whole number of 3073-byte records'],
    ['with a label above 9', bin, record(1, 10), 'label 0 is 10, not in 0..9'],
    ['a pickle cut off', py, pickled([1], [1]).subarray(0, 3000), 'its pickle is cut short'],
    ['an empty pickle', py, Buffer.alloc(0), 'its pickle is cut short'],
    ['a pickle with a label above 9', py, pickled([0, 12], [1, 2]), 'label 1 is 12, not in 0..9'],
    ['a pickle with a negative label', py, pickled([-1], [1]), 'label 0 is -1'],
    [
      'a pickle with too few labels',
      py,
      pickled([1], [1, 2]),
      'its "labels" is no list of 2 labels',
    ],
    ['a pickle of something else', py, python2Pickle([1]), 'its "data" is no array of bytes'],
    [
      'a pickle that would run a program',
      py,
      Buffer.from('\x80\x02cos\nsystem\nU\x02ls\x85R.', 'latin1'),
      'it asks for "os.system", which is not read',
    ],
    ['an archive cut off', ARCHIVE, packed.subarray(0, -300), 'cut off or damaged: unexpected end'],
    [
      'no archive',
      ARCHIVE,
      Buffer.from('<html>not found</html>'),
      'cut off: the end of the archive',
    ],
    [
      'an archive without an end',
      ARCHIVE,
      gzipSync(tar.subarray(0, 10_240)),
      'cut off in cifar-10',
    ],
    ['a damaged archive', ARCHIVE, gzipSync(flipped), 'not a tar archive, or damaged at byte 512'],
  ])('%s', (_, name, bytes, message) => {
    const root = written({ [name]: bytes });
    expect(() => new Cifar('cifar10', 'test', root)).toThrow(
      expect.objectContaining({
        code: 'ERR_DATA',
        message: expect.stringContaining(`${join(root, name)}: ${message}`),
      }),
    );
  });

  test('missing', () => {
    const root = written({ 'cifar-10-batches-bin/data_batch_1.bin': record(1, 1) });
    expect(() => new Cifar('cifar10', 'test', root)).toThrow(`${join(root, bin)}: ENOENT`);
    expect(() => new Cifar('cifar100', 'test', root)).toThrow(
      `${root}: none of cifar-100-python/, cifar-100-python.tar.gz, cifar-100-binary/, ` +
        'cifar-100-binary.tar.gz is there',
    );
  });
});
