// The stems: sizes, names, and what reads the output of the first half.
import { expect, test } from '@jest/globals';
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { makeStem, runStem, type StemName } from '../../src/models/stem.js';
import { valuesOf } from '../support/tensors.js';

test.each<[StemName, number[], number[], string]>([
  ['cifar', [2, 6, 17, 16], [2, 6, 17, 16], 'stem.0 stem.1'],
  ['imagenet', [2, 6, 5, 4], [2, 6, 3, 2], 'stem0.0 stem0.1 stem0.3 stem0.4 stem1.1 stem1.2'],
  ['imagenet_b5', [2, 6, 17, 16], [2, 6, 17, 16], 'stem0.0 stem0.1 stem1.1 stem1.2'],
])('%s', (name, first, second, modules) => {
  const stem = makeStem(name, 3, 6);
  const [s0, s1] = runStem(stem, torch.randn([2, 3, 17, 16]));
  expect(s0.shape).toEqual(first);
  expect(s1.shape).toEqual(second);
  const names = Object.entries(stem).flatMap(([member, sequence]) =>
    sequence
      .named_parameters()
      .map(([path]: [string, Tensor]) => `${member}.${path.split('.')[0]}`),
  );
  expect([...new Set(names)].join(' ')).toBe(modules);
});

test('the second half reads the first one through a ReLU', () => {
  const stem = makeStem('imagenet_b5', 1, 2);
  const [s0, s1] = runStem(stem, torch.randn([2, 1, 4, 4]));
  expect(Math.min(...valuesOf(s0))).toBe(0);
  const [, convolution, norm] = [0, 1, 2].map((i) => stem.stem1?.[i]);
  norm?.eval();
  const expected = convolution?.call(s0) as Tensor;
  // Running statistics are those of one batch: compared after both are normalised again.
  const normalised = (x: Tensor) =>
    valuesOf(torch.batch_norm(x, null, null, null, null, true, 0.1, 1e-12, false));
  normalised(s1).forEach((value, i) => {
    expect(value).toBeCloseTo(normalised(expected)[i] as number, 3);
  });
});

test('refuses a name it does not know', () => {
  expect(() => makeStem('cifar100' as 'cifar', 3, 6)).toThrow(
    'stem must be cifar, imagenet or imagenet_b5, got cifar100',
  );
});
