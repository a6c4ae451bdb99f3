// Files damaged at random: whatever bytes change or are lost, they are read, or refused as what they are.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { expect, test } from '@jest/globals';
import { Cifar } from '../../src/data/datasets/cifar.js';
import { readIdx } from '../../src/data/datasets/idx.js';
import { Norb } from '../../src/data/datasets/norb.js';
import { Svhn } from '../../src/data/datasets/svhn.js';
import { Mt19937 } from '../../src/data/mt19937.js';
import { PROJECT_ROOT } from '../support/paths.js';
import { ByteArray, python2Pickle } from '../support/python2_pickle.js';
import { temporaryFolder, writeFile } from '../support/temporary.js';
import { idxBytes } from './idx_bytes.js';

const FIXTURES = `${PROJECT_ROOT}__tests__/data/fixtures/`;
const ROUNDS = 100;

const folder = temporaryFolder();
mkdirSync(join(folder, 'cifar-100-python'));
const words = (...values: number[]) => Buffer.from(Int32Array.from(values).buffer);
const NORB = 'smallnorb-5x46789x9x18x6x2x96x96-training';
writeFile(folder, `${NORB}-dat.mat`, Buffer.concat([words(0x1e3d4c55, 4, 1, 1, 2, 2, 9)]));

interface Case {
  file: string;
  right: Uint8Array;
  read(): unknown;
  /** Where the bytes that decide lie: most of a file are pixels. */
  head: number;
  pack?: (bytes: Buffer) => Buffer;
}

const tar = gunzipSync(readFileSync(`${FIXTURES}cifar-10-python.tar.gz`));
const CASES: Record<string, Case> = {
  'an idx file': {
    file: 'idx',
    right: idxBytes(0x0803, [2, 2, 2], [1, 2, 3, 4, 5, 6, 7, 8]),
    read: () => readIdx(join(folder, 'idx'), 3),
    head: 24,
  },
  'a MAT-file': {
    file: 'test_32x32.mat',
    right: readFileSync(`${FIXTURES}test_32x32.mat`),
    read: () => new Svhn('test', folder),
    head: 300,
  },
  'a compressed MAT-file': {
    file: 'train_32x32.mat',
    right: readFileSync(`${FIXTURES}train_32x32.mat`),
    read: () => new Svhn('train', folder),
    head: 1060,
  },
  'labels of smallNORB': {
    file: `${NORB}-cat.mat`,
    right: words(0x1e3d4c54, 1, 1, 1, 1, 3),
    read: () => new Norb('train', folder),
    head: 24,
  },
  'a tar archive': {
    file: 'cifar-10-python.tar.gz',
    right: tar,
    read: () => new Cifar('cifar10', 'test', folder),
    head: 1024,
    pack: (bytes) => gzipSync(bytes, { level: 1 }),
  },
  'a pickle': {
    file: 'cifar-100-python/test',
    right: python2Pickle({
      fine_labels: [3],
      data: new ByteArray([1, 3072], new Uint8Array(3072)),
    }),
    read: () => new Cifar('cifar100', 'test', folder),
    head: 200,
  },
};

test.each(Object.entries(CASES))('%s', (_, { file, right, read, head, pack = (b) => b }) => {
  const random = new Mt19937(1);
  const outcomes = { read: 0, refused: 0 };
  for (let round = 0; round < ROUNDS; round++) {
    let bytes = Buffer.from(right);
    const changes = random.randint(3);
    for (let i = 0; i < changes; i++) bytes[random.randint(head)] = random.randint(256);
    if (random.rand() < 0.3) bytes = bytes.subarray(0, random.randint(bytes.length));
    writeFile(folder, file, pack(bytes));
    try {
      read();
      outcomes.read++;
    } catch (error) {
      expect(error).toMatchObject({ code: 'ERR_DATA' });
      expect((error as Error).message).toContain(folder);
      outcomes.refused++;
    }
  }
  expect(outcomes.read).toBeGreaterThan(0);
  expect(outcomes.refused).toBeGreaterThan(ROUNDS / 10);
});
