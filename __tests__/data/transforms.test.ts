// Normalisation against the arithmetic of torchvision's ToTensor and Normalize, done by LibTorch.
import { describe, expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import { seededDraws } from '../../src/data/draws.js';
import type { Image } from '../../src/data/image.js';
import { Pipeline, randomResizedBox, type TransformSpec } from '../../src/data/transforms.js';

test('is bit-equal to float32 tensor arithmetic for every pixel value, channel by channel', () => {
  const mean = [0.1307, 0.4914];
  const std = [0.3081, 0.247];
  const every = Uint8Array.from({ length: 256 }, (_, pixel) => pixel);
  const pixels = Uint8Array.of(...every, ...every);
  const actual = new Float32Array(512);
  const pipeline = new Pipeline([{ name: 'Normalize', mean, std }]);
  pipeline.run({ pixels, shape: [2, 16, 16] }, seededDraws(1), actual);
  const expected = torch.tidy(() => {
    const scaled = torch
      .tensor(pixels, { shape: [2, 256] })
      .to('float32')
      .div(255);
    return scaled
      .sub(torch.tensor(mean, { shape: [2, 1] }))
      .div(torch.tensor(std, { shape: [2, 1] }))
      .toTypedArray();
  });
  expect([...actual]).toEqual([...(expected as Float32Array)]);
});

test('refuses images of another number of channels', () => {
  const pipeline = new Pipeline([{ name: 'Normalize', mean: [0.1307], std: [0.3081] }]);
  const image: Image = { pixels: new Uint8Array(3), shape: [3, 1, 1] };
  expect(() => pipeline.run(image, seededDraws(1), new Float32Array(3))).toThrow(
    'Normalize: 1 means for images of 3 channels',
  );
});

describe('RandomResizedCrop', () => {
  const size = [3, 40, 60] as const;

  test('draws its boxes as torchvision, for any scale and ratio', () => {
    // RandomResizedCrop.get_params of an image of 60 x 40, after torch.manual_seed(7).
    const draws = seededDraws(7);
    const given = { scale: [0.3, 0.9], ratio: [0.5, 1.1] } as const;
    expect(Array.from({ length: 6 }, () => randomResizedBox(size, draws, given))).toEqual([
      [1, 9, 39, 27],
      [3, 5, 36, 35],
      [0, 8, 40, 44],
      [8, 5, 32, 33],
      [11, 3, 29, 29],
      [5, 5, 34, 26],
    ]);
  });

  test('takes the largest box in the middle where none fits', () => {
    const box = (from: number, to: number) =>
      randomResizedBox(size, seededDraws(7), { scale: [2, 3], ratio: [from, to] });
    expect([box(0.5, 1.1), box(2, 3)]).toEqual([
      [0, 8, 40, 44],
      [5, 0, 30, 60],
    ]);
  });
});

describe('a pipeline', () => {
  const numbers: Image = {
    pixels: Uint8Array.from({ length: 3 * 4 * 4 }, (_, i) => i),
    shape: [3, 4, 4],
  };
  const run = (specs: TransformSpec[], length: number) => {
    const values = new Float32Array(length);
    new Pipeline(specs).run(numbers, seededDraws(1), values);
    return Array.from(values, (value) => Math.round(value * 255));
  };

  test('with TenCrop makes ten images of one', () => {
    const pipeline = new Pipeline([{ name: 'TenCrop', size: 2 }]);
    expect(pipeline.output_shape([3, 4, 4])).toEqual([10, 3, 2, 2]);
    const values = run([{ name: 'TenCrop', size: 2 }], 120);
    // Of red: upper left, upper right, lower left, lower right, centre; then of the mirrored image.
    const red = Array.from({ length: 10 }, (_, i) => values.slice(12 * i, 12 * i + 4));
    expect(red).toEqual([
      [0, 1, 4, 5],
      [2, 3, 6, 7],
      [8, 9, 12, 13],
      [10, 11, 14, 15],
      [5, 6, 9, 10],
      [3, 2, 7, 6],
      [1, 0, 5, 4],
      [11, 10, 15, 14],
      [9, 8, 13, 12],
      [6, 5, 10, 9],
    ]);
  });

  test('centres a crop larger than the image as torchvision pads: the odd row and column at the end', () => {
    const values = run([{ name: 'CenterCrop', size: 7 }], 147).slice(0, 49);
    // torchvision 0.29.2: CenterCrop(7) of 4 x 4.
    const first = values.indexOf(1);
    expect([Math.floor(first / 7), first % 7]).toEqual([1, 2]);
  });

  test.each([
    [
      [
        { name: 'Cutout', length: 2 },
        { name: 'Normalize', mean: [0], std: [1] },
      ],
      'must come last',
    ],
    [
      [
        { name: 'Normalize', mean: [0], std: [1] },
        { name: 'CenterCrop', size: 2 },
      ],
      'must come last',
    ],
    [
      [
        { name: 'TenCrop', size: 2 },
        { name: 'Cutout', length: 2 },
      ],
      'Cutout changes images to learn',
    ],
  ] as [TransformSpec[], string][])('refuses %j', (specs, message) => {
    expect(() => new Pipeline(specs)).toThrow(message);
  });
});
