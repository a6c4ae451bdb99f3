// Loader: what is in a batch, how many there are, and that none is left behind.
import { describe, expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import type { Dataset } from '../../src/data/dataset.js';
import { Mnist } from '../../src/data/datasets/mnist.js';
import { Loader } from '../../src/data/loader.js';
import { SequentialSampler, SubsetRandomSampler } from '../../src/data/sampler.js';
import { held } from '../support/memory.js';
import { valuesOf } from '../support/tensors.js';

/** Image i has two channels of 1x3 pixels: 10 i, 10 i + 1, … */
const numbers: Dataset = {
  length: 7,
  classes: 3,
  image_shape: [2, 1, 3],
  labels: [0, 1, 2, 0, 1, 2, 0],
  source: {
    kind: 'memory',
    pixels: Uint8Array.from({ length: 7 * 6 }, (_, i) => 10 * Math.floor(i / 6) + (i % 6)),
    shape: [2, 1, 3],
  },
};
/** What the pixels were, 0..255. */
const pixelsOf = (images: torch.Tensor | undefined) =>
  valuesOf(images as torch.Tensor).map((value) => Math.round(value * 255));

function loader(options: Partial<ConstructorParameters<typeof Loader>[0]> = {}) {
  return new Loader({
    dataset: numbers,
    sampler: new SequentialSampler([6, 0, 1, 2, 5]),
    transforms: [],
    batch_size: 2,
    ...options,
  });
}

test('a batch holds images [N, C, H, W] and their labels', () => {
  const [batch] = loader();
  expect(batch?.images.shape).toEqual([2, 2, 1, 3]);
  expect(batch?.images.dtype).toBe('float32');
  expect(pixelsOf(batch?.images)).toEqual([60, 61, 62, 63, 64, 65, 0, 1, 2, 3, 4, 5]);
  expect(batch?.labels.shape).toEqual([2]);
  expect(batch?.labels.dtype).toBe('int64');
  expect(valuesOf(batch?.labels as torch.Tensor)).toEqual([0, 0]);
  expect(batch?.size).toBe(2);
});

describe('the last short batch', () => {
  test('is given', () => {
    const batches = [...loader()];
    expect(batches.map(({ size }) => size)).toEqual([2, 2, 1]);
    expect(loader().length).toBe(3);
    expect(pixelsOf(batches[2]?.images)).toEqual([50, 51, 52, 53, 54, 55]);
  });

  test('is left out with drop_last', () => {
    const dropping = loader({ drop_last: true });
    expect([...dropping].map(({ size }) => size)).toEqual([2, 2]);
    expect(dropping.length).toBe(2);
  });
});

test('earlier batches keep their values while later ones are made', () => {
  const [first, , last] = loader();
  expect(valuesOf(first?.labels as torch.Tensor)).toEqual([0, 0]);
  expect(valuesOf(last?.labels as torch.Tensor)).toEqual([2]);
});

test('every iteration is a new pass', () => {
  const shuffled = loader({ sampler: new SubsetRandomSampler([0, 1, 2, 3, 4, 5, 6]) });
  torch.manual_seed(3);
  const order = () =>
    [...shuffled].flatMap(({ images }) => valuesOf(images.select(1, 0).select(2, 0)));
  const first = order();
  expect(order()).not.toEqual(first);
  torch.manual_seed(3);
  expect(order()).toEqual(first);
});

test('using frees every batch', () => {
  const before = held();
  for (using batch of loader()) expect(batch.images.disposed).toBe(false);
  expect(held()).toEqual(before);
});

test('a batch belongs to the scope it is drawn in', () => {
  const before = held();
  const batch = torch.tidy(() => {
    const drawn = loader()[Symbol.iterator]().next().value;
    return [drawn?.images];
  })[0] as torch.Tensor;
  expect(held().tensors).toBe(before.tensors + 1);
  batch.dispose();
  expect(held()).toEqual(before);
});

test('MNIST comes normalised', () => {
  const [batch] = new Loader({
    dataset: new Mnist('test'),
    sampler: new SequentialSampler([0]),
    transforms: [{ name: 'Normalize', mean: [0.1307], std: [0.3081] }],
    batch_size: 1,
  });
  const sum = valuesOf(batch?.images as torch.Tensor).reduce((total, value) => total + value, 0);
  // The first test image's pixels add up to 18454.
  expect(sum).toBeCloseTo((18_454 / 255 - 784 * 0.1307) / 0.3081, 3);
});

describe('a GPU', () => {
  const withGpu = torch.cuda.is_available() ? test : test.skip;
  const withoutGpu = torch.cuda.is_available() ? test.skip : test;

  withGpu('gets the same batches', () => {
    const [there, here] = [loader({ device: 'cuda:0' }), loader()].map((each) => each.first());
    expect(there?.images.device).toBe('cuda:0');
    expect(valuesOf(there?.images.cpu() as torch.Tensor)).toEqual(
      valuesOf(here?.images as torch.Tensor),
    );
  });

  withoutGpu('that is not there is refused, before anything is read; no memory is pinned', () => {
    for (const device of ['cuda', 'cuda:1']) {
      expect(() => loader({ device })).toThrow(new RegExp(`^Loader: device ${device}: .*GPU`));
    }
    const { images } = loader().first();
    expect(images.device).toBe('cpu');
    expect(images.is_pinned()).toBe(false);
  });
});

test.each([0, 1.5, -2])('a batch size of %d is refused', (batch_size) => {
  expect(() => loader({ batch_size })).toThrow(
    `Loader: batch_size ${batch_size} is not a whole number of at least 1`,
  );
});
