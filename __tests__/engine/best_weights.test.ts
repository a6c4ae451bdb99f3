// The best epoch is the one with the most right guesses; its weights come back as they were.
import { expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import { BestWeights } from '../../src/engine/best_weights.js';
import { Linear } from '../../src/nn/index.js';
import { held } from '../support/memory.js';
import { valuesOf } from '../support/tensors.js';

function train(epochs: [top1: number, top5: number][]) {
  const model = new Linear(1, 1, { bias: false });
  const best = new BestWeights();
  epochs.forEach(([top1, top5], epoch) => {
    torch.no_grad(() => model.weight.fill_(epoch));
    best.offer(model, epoch, { loss: 1, top1, top5 });
  });
  return { model, best };
}

test.each([
  [
    'the highest top-1',
    [
      [50, 90],
      [70, 80],
      [60, 99],
    ],
    1,
  ],
  [
    'of equal top-1 the highest top-5',
    [
      [50, 90],
      [50, 95],
      [50, 92],
    ],
    1,
  ],
  [
    'of equal ones the first',
    [
      [50, 90],
      [50, 90],
    ],
    0,
  ],
] as [string, [number, number][], number][])('%s is the best', (_rule, epochs, expected) => {
  const { model, best } = train(epochs);
  expect(best.restore(model)).toBe(expected);
  expect(valuesOf(model.weight)).toEqual([expected]);
});

test('holds one copy at most, and none when disposed of', () => {
  const before = held().tensors;
  const { model, best } = train([
    [50, 90],
    [60, 90],
    [70, 90],
  ]);
  expect(held().tensors).toBe(before + 2);
  best[Symbol.dispose]();
  model.dispose();
  expect(held().tensors).toBe(before);
});

test('there is nothing to restore before the first epoch', () => {
  const { model } = train([]);
  expect(() => new BestWeights().restore(model)).toThrow('BestWeights: no epoch was offered');
});
