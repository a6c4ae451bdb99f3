// Samplers against PyTorch's own order, and against what PyTorch's draw from the default generator.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import {
  drawSeed,
  RandomSampler,
  randomPermutation,
  SequentialSampler,
  SubsetRandomSampler,
} from '../../src/data/sampler.js';
import { held } from '../support/memory.js';
import { FIGURES } from '../support/paths.js';

const figures = JSON.parse(readFileSync(`${FIGURES}/loader_order.json`, 'utf8'));
const SEED: number = figures.header.seed;
const hundred = Array.from({ length: 100 }, (_, index) => index);

/** How many numbers of 32 bits `draw` takes from the default generator. */
function drawsOf(draw: () => void): number {
  torch.manual_seed(SEED);
  draw();
  const after = drawSeed();
  for (let count = 0; count < 1000; count++) {
    torch.manual_seed(SEED);
    for (let i = 0; i < count; i++) {
      using one = torch.empty([], { dtype: 'int32' });
      one.random_();
    }
    if (drawSeed() === after) return count;
  }
  throw new Error('more than 1000 draws');
}

describe.each([
  ['SubsetRandomSampler', SubsetRandomSampler, 'subset_workers0'],
  ['RandomSampler', RandomSampler, 'shuffle_workers0'],
] as const)('%s', (_name, Sampler, key) => {
  const { epochs, draws_32bit } = figures[key];

  test("draws PyTorch's orders, pass after pass", () => {
    torch.manual_seed(SEED);
    const sampler = new Sampler(hundred);
    for (const { base_seed, batches } of epochs) {
      expect(String(drawSeed())).toBe(base_seed);
      expect([...sampler.draw()]).toEqual(batches.flat());
    }
  });

  test('draws as many numbers as PyTorch', () => {
    const sampler = new Sampler(hundred);
    expect(drawsOf(() => sampler.draw())).toBe(draws_32bit[0]['first next()']);
  });

  test('reads the indices it was given, each once', () => {
    const order = new Sampler([7, 70, 700]).draw();
    expect([...order].sort((a, b) => a - b)).toEqual([7, 70, 700]);
  });
});

test('a base seed is as many draws as in PyTorch', () => {
  expect(drawsOf(() => drawSeed())).toBe(figures.subset_workers0.draws_32bit[0]['iter()']);
});

test('SequentialSampler keeps the order and draws nothing', () => {
  const sampler = new SequentialSampler([5, 3, 9]);
  expect([...sampler.draw()]).toEqual([5, 3, 9]);
  expect(sampler.length).toBe(3);
  expect(drawsOf(() => sampler.draw())).toBe(0);
});

test('a generator of its own leaves the default one alone', () => {
  const generator = new torch.Generator();
  generator.manual_seed(SEED);
  expect(drawsOf(() => randomPermutation(50, generator))).toBe(0);
  generator.manual_seed(SEED);
  const own = randomPermutation(50, generator);
  torch.manual_seed(SEED);
  expect([...own]).toEqual([...randomPermutation(50)]);
});

test('no tensor is left behind', () => {
  const before = held().tensors;
  for (const Sampler of [SubsetRandomSampler, RandomSampler]) new Sampler(hundred).draw();
  expect(held().tensors).toBe(before);
});
