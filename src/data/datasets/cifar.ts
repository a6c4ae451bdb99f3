// CIFAR-10 and CIFAR-100 (Krizhevsky 2009) from the binary version of their archives, unpacked: records of
// one label (CIFAR-10) or a coarse and a fine one (CIFAR-100), then 3 x 32 x 32 pixels.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DATASETS } from '../constants.js';
import { DataError } from '../dataset.js';
import { MemorySet } from '../memory_set.js';

const PIXELS = 3 * 32 * 32;

const FILES = {
  cifar10: {
    folder: 'cifar-10-batches-bin',
    labels: 1,
    train: [1, 2, 3, 4, 5].map((part) => `data_batch_${part}.bin`),
    test: ['test_batch.bin'],
  },
  cifar100: {
    folder: 'cifar-100-binary',
    labels: 2,
    train: ['train.bin'],
    test: ['test.bin'],
  },
} as const;

/** One part of CIFAR-10 or, by its fine labels, CIFAR-100. Image shape `[3, 32, 32]`. */
export class Cifar extends MemorySet {
  /**
   * @param root Where the unpacked folder of the archive lies.
   * @throws DataError when a file is missing, cut off, or has a label that is none.
   */
  constructor(name: 'cifar10' | 'cifar100', part: 'train' | 'test', root: string) {
    const { folder, labels: labelBytes, [part]: files } = FILES[name];
    const size = labelBytes + PIXELS;
    const bytes = Buffer.concat(files.map((file) => readRecords(join(root, folder, file), size)));
    const length = bytes.length / size;
    const pixels = new Uint8Array(length * PIXELS);
    const labels = new Uint8Array(length);
    for (let i = 0; i < length; i++) {
      const begin = i * size + labelBytes;
      labels[i] = bytes[begin - 1] as number;
      pixels.set(bytes.subarray(begin, begin + PIXELS), i * PIXELS);
    }
    super([3, 32, 32], pixels, labels, DATASETS[name].classes, join(root, folder));
  }
}

function readRecords(path: string, size: number): Buffer {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new DataError(`${path}: ${code ?? 'cannot be read'}`, { cause: error });
  }
  if (bytes.length > 0 && bytes.length % size === 0) return bytes;
  throw new DataError(`${path}: ${bytes.length} bytes are no whole number of ${size}-byte records`);
}
