// The idx reader: a right file is read, every kind of wrong one is named.
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { readIdx } from '../../src/data/datasets/idx.js';
import { temporaryFolder, withoutPermission, writeFile } from '../support/temporary.js';
import { idxBytes } from './idx_bytes.js';

const folder = temporaryFolder();

test('reads sizes and values in order', () => {
  const path = writeFile(folder, 'right', idxBytes(0x0803, [2, 1, 3], [1, 2, 3, 4, 5, 255]));
  const { shape, data } = readIdx(path, 3);
  expect(shape).toEqual([2, 1, 3]);
  expect([...data]).toEqual([1, 2, 3, 4, 5, 255]);
});

test('a file that gzip compressed is read as what it holds', () => {
  const path = writeFile(folder, 'right.gz', gzipSync(idxBytes(0x0801, [2], [7, 9])));
  expect([...readIdx(path, 1).data]).toEqual([7, 9]);
});

describe('says what is wrong with', () => {
  const cases: [string, Uint8Array, string][] = [
    [
      'another number of dimensions',
      idxBytes(0x0801, [6], [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]),
      'wrong magic number 2049: an idx file of unsigned bytes with 3 dimensions begins with 2051',
    ],
    [
      'values of another type',
      idxBytes(0x0d03, [1, 1, 1], [0]),
      'wrong magic number 3331: an idx file of unsigned bytes with 3 dimensions begins with 2051',
    ],
    ['no header', Uint8Array.of(0, 0, 8), 'truncated in its header: 3 of 16 bytes'],
    [
      'values that are missing',
      idxBytes(0x0803, [2, 1, 3], [1, 2, 3, 4, 5]),
      'truncated: its header promises 2 x 1 x 3 = 6 bytes, 5 follow',
    ],
    [
      'values too many',
      idxBytes(0x0803, [2, 1, 3], [1, 2, 3, 4, 5, 6, 7]),
      'too long: its header promises 2 x 1 x 3 = 6 bytes, 7 follow',
    ],
    ['zero bytes', new Uint8Array(), 'truncated in its header: 0 of 16 bytes'],
    [
      'a gzip file cut off',
      gzipSync(idxBytes(0x0803, [1, 1, 1], [0])).subarray(0, 20),
      'cut off or damaged: unexpected end of file',
    ],
  ];
  test.each(cases)('%s', (name, bytes, message) => {
    const path = writeFile(folder, name, bytes);
    expect(() => readIdx(path, 3)).toThrow(
      expect.objectContaining({ code: 'ERR_DATA', message: `${path}: ${message}` }),
    );
  });

  test('a file that may not be read', () => {
    const path = writeFile(folder, 'locked', '');
    withoutPermission(path, () => {
      expect(() => readIdx(path, 1)).toThrow(`${path}: EACCES: permission denied`);
    });
  });

  test('a folder', () => {
    expect(() => readIdx(folder, 1)).toThrow(`${folder}: EISDIR: illegal operation on a directory`);
  });

  test('a missing file', () => {
    expect(() => readIdx(`${folder}/none`, 1)).toThrow(
      expect.objectContaining({
        code: 'ERR_DATA',
        message: `${folder}/none: ENOENT: no such file or directory`,
      }),
    );
  });
});
