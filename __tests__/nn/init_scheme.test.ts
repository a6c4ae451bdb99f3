// The initialisation of torch 0.4, seen in the ranges that it draws from and in what it leaves of the stream.
import { beforeEach, expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import { BatchNorm2d, Conv2d, init, Linear } from '../../src/nn/index.js';
import { valuesOf } from '../support/tensors.js';

beforeEach(() => {
  torch.manual_seed(1);
});

/** Whether values fill (low, high) as a thousand uniform draws do, and no more. */
function expectUniform(tensor: torch.Tensor, low: number, high: number): void {
  const places = valuesOf(tensor).map((value) => (value - low) / (high - low));
  expect(Math.min(...places)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...places)).toBeLessThanOrEqual(1);
  // The least of n draws is 1 / n on average; ten times that has a chance of e^-10.
  expect(Math.min(...places)).toBeLessThan(10 / places.length);
  expect(Math.max(...places)).toBeGreaterThan(1 - 10 / places.length);
}

test('legacy draws convolutions by in_channels whatever their groups, and scales from 0 to 1', () => {
  init.with_scheme('legacy', () => {
    const grouped = new Conv2d(64, 64, [3, 5], { groups: 64, bias: false });
    const biased = new Conv2d(16, 1000, 2);
    const norm = new BatchNorm2d(1000);
    const bound = 1 / Math.sqrt(64 * 3 * 5);
    expectUniform(grouped.weight, -bound, bound);
    expectUniform(biased.weight, -1 / 8, 1 / 8);
    expectUniform(biased.bias as torch.Tensor, -1 / 8, 1 / 8);
    expectUniform(norm.weight as torch.Tensor, 0, 1);
    expect(new Set(valuesOf(norm.bias as torch.Tensor))).toEqual(new Set([0]));
    const parameters = [grouped, biased, norm].flatMap((layer) => layer.parameters());
    expect(parameters.every((p) => p.requires_grad && p.is_leaf)).toBe(true);
  });
});

test('each layer draws when it is built, and a normalisation without scale draws nothing', () => {
  const drawn = init.with_scheme('legacy', () => {
    const layers = [new BatchNorm2d(3), new BatchNorm2d(3, { affine: false }), new Linear(2, 1)];
    return layers.flatMap((layer) => layer.parameters()).flatMap(valuesOf);
  });
  torch.manual_seed(1);
  const scales = valuesOf(torch.rand([3]));
  const linear = new Linear(2, 1).parameters().flatMap(valuesOf);
  expect(drawn).toEqual([...scales, 0, 0, 0, ...linear]);
});

test('the scheme ends with its call, also by an error, and calls nest', () => {
  init.with_scheme('legacy', () => {
    expect(init.with_scheme('modern', init.scheme)).toBe('modern');
    expect(init.scheme()).toBe('legacy');
  });
  expect(() =>
    init.with_scheme('legacy', () => {
      throw new Error('stumbled');
    }),
  ).toThrow('stumbled');
  expect(init.scheme()).toBe('modern');
  expect(new Set(valuesOf(new BatchNorm2d(4).weight as torch.Tensor))).toEqual(new Set([1]));
});
