// MNIST as it is published: labels, pixels, statistics; figures counted independently, in Python.
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { DATASETS } from '../../src/data/constants.js';
import { FashionMnist, Mnist } from '../../src/data/datasets/mnist.js';
import { temporaryFolder, writeFile } from '../support/temporary.js';
import { idxBytes } from './idx_bytes.js';

const sum = (pixels: Uint8Array) => pixels.reduce((total, pixel) => total + pixel, 0);

const PARTS = {
  train: {
    length: 60_000,
    firstLabels: [5, 0, 4, 1, 9, 2, 1, 3, 1, 4],
    labelCounts: [5923, 6742, 5958, 6131, 5842, 5421, 5918, 6265, 5851, 5949],
    pixelSum: 1_567_298_545,
    imageSums: { 0: 27_525, 1: 31_095, 2: 19_443, 59999: 20_920 },
  },
  test: {
    length: 10_000,
    firstLabels: [7, 2, 1, 0, 4, 1, 4, 9, 5, 9],
    labelCounts: [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009],
    pixelSum: 264_923_200,
    imageSums: { 0: 18_454, 1: 28_850, 2: 9_871, 9999: 41_833 },
  },
};

describe.each(['train', 'test'] as const)('the %s images', (part) => {
  const mnist = new Mnist(part);
  const known = PARTS[part];

  test('are as many, as large, and of as many classes as published', () => {
    expect(mnist.length).toBe(known.length);
    expect(mnist.image_shape).toEqual([1, 28, 28]);
    expect(mnist.classes).toBe(10);
  });

  test('have the published labels', () => {
    expect([...mnist.labels.subarray(0, 10)]).toEqual(known.firstLabels);
    const counts = new Array(10).fill(0);
    for (const label of mnist.labels) counts[label] += 1;
    expect(counts).toEqual(known.labelCounts);
  });

  test('have the published pixels', () => {
    let total = 0;
    for (let index = 0; index < mnist.length; index++) total += sum(mnist.image(index));
    expect(total).toBe(known.pixelSum);
    for (const [index, expected] of Object.entries(known.imageSums)) {
      expect(sum(mnist.image(Number(index)))).toBe(expected);
    }
  });

  test('refuse an index that is none', () => {
    for (const index of [-1, known.length, 0.5, Number.NaN]) {
      expect(() => mnist.image(index)).toThrow(
        `image: index ${index} is not in 0..${known.length - 1}`,
      );
    }
  });
});

test('the constants are the mean and deviation of the training pixels', () => {
  const mnist = new Mnist('train');
  const histogram = new Array<number>(256).fill(0);
  for (let index = 0; index < mnist.length; index++) {
    for (const pixel of mnist.image(index)) histogram[pixel] = (histogram[pixel] as number) + 1;
  }
  const pixels = mnist.length * 28 * 28;
  const mean = histogram.reduce((total, count, pixel) => total + (count * pixel) / 255, 0) / pixels;
  const variance =
    histogram.reduce((total, count, pixel) => total + count * (pixel / 255 - mean) ** 2, 0) /
    pixels;
  expect(DATASETS.mnist.mean).toEqual([Number(mean.toFixed(4))]);
  expect(DATASETS.mnist.std).toEqual([Number(Math.sqrt(variance).toFixed(4))]);
});

describe('a folder of its own', () => {
  const folder = temporaryFolder();
  writeFile(folder, 't10k-images-idx3-ubyte', idxBytes(2051, [2, 1, 2], [1, 2, 3, 4]));
  const labelled = (...labels: number[]) =>
    writeFile(folder, 't10k-labels-idx1-ubyte', idxBytes(2049, [labels.length], labels));

  test('is read', () => {
    labelled(3, 9);
    const mnist = new Mnist('test', folder);
    expect([...mnist.image(1)]).toEqual([3, 4]);
    expect([...mnist.labels]).toEqual([3, 9]);
  });

  test('must have images', () => {
    writeFile(folder, 'train-images-idx3-ubyte', idxBytes(2051, [0, 28, 28], []));
    const path = writeFile(folder, 'train-labels-idx1-ubyte', idxBytes(2049, [0], []));
    expect(() => new Mnist('train', folder)).toThrow(`${path}: there are no images`);
  });

  test('must have a label for each image', () => {
    const path = labelled(3);
    expect(() => new Mnist('test', folder)).toThrow(`${path}: 1 labels for 2 images`);
  });

  test('must have digits for labels', () => {
    const path = labelled(3, 10);
    expect(() => new Mnist('test', folder)).toThrow(`${path}: label 1 is 10, not in 0..9`);
  });
});

const clothes = temporaryFolder();

test('Fashion-MNIST is read from compressed files; its classes have names', () => {
  const write = (name: string, bytes: Uint8Array) =>
    writeFile(clothes, `train-${name}-ubyte.gz`, gzipSync(bytes));
  write('images-idx3', idxBytes(2051, [2, 1, 2], [1, 2, 3, 4]));
  write('labels-idx1', idxBytes(2049, [2], [9, 0]));
  const set = new FashionMnist('train', clothes);
  expect([...set.image(0)]).toEqual([1, 2]);
  expect(Array.from(set.labels, (label) => set.class_names?.[label])).toEqual([
    'Ankle boot',
    'T-shirt/top',
  ]);
});
