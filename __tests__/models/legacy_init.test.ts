// The initialisation of PyTorch 0.4, seen in the ranges that it draws from.
import { expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import { legacyInit } from '../../src/models/legacy_init.js';
import { BatchNorm2d, Conv2d, Linear, Sequential } from '../../src/nn/index.js';
import { valuesOf } from '../support/tensors.js';

/** Whether values fill (low, high) as a thousand uniform draws do, and no more. */
function expectUniform(tensor: torch.Tensor, low: number, high: number): void {
  const places = valuesOf(tensor).map((value) => (value - low) / (high - low));
  expect(Math.min(...places)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...places)).toBeLessThanOrEqual(1);
  // The least of n draws is 1 / n on average; ten times that has a chance of e^-10.
  expect(Math.min(...places)).toBeLessThan(10 / places.length);
  expect(Math.max(...places)).toBeGreaterThan(1 - 10 / places.length);
}

test('draws convolutions by in_channels whatever their groups, and scales from 0 to 1', () => {
  torch.manual_seed(1);
  const grouped = new Conv2d(64, 64, [3, 5], { groups: 64, bias: false });
  const biased = new Conv2d(16, 1000, 2);
  const norm = new BatchNorm2d(1000);
  const plain = new BatchNorm2d(3, { affine: false });
  const linear = new Linear(40, 30);
  const untouched = valuesOf(linear.weight);
  const statistics = norm.buffers().map(valuesOf);
  legacyInit(new Sequential(grouped, biased, norm, plain, linear));
  const bound = 1 / Math.sqrt(64 * 3 * 5);
  expectUniform(grouped.weight, -bound, bound);
  expectUniform(biased.weight, -1 / 8, 1 / 8);
  expectUniform(biased.bias as torch.Tensor, -1 / 8, 1 / 8);
  expectUniform(norm.weight as torch.Tensor, 0, 1);
  expect(new Set(valuesOf(norm.bias as torch.Tensor))).toEqual(new Set([0]));
  expect(norm.buffers().map(valuesOf)).toEqual(statistics);
  expect(valuesOf(linear.weight)).toEqual(untouched);
});

test('is decided by the seed, and leaves weights that can be trained', () => {
  const drawn = () => {
    torch.manual_seed(3);
    const network = new Sequential(new Conv2d(2, 2, 1), new BatchNorm2d(2));
    legacyInit(network);
    expect(network.parameters().every((p) => p.requires_grad && p.is_leaf)).toBe(true);
    return network.parameters().map(valuesOf);
  };
  expect(drawn()).toEqual(drawn());
});
