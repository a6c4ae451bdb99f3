// Drop path against its closed form.
import { expect, test } from '@jest/globals';
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { drop_path } from '../../src/models/drop_path.js';
import { held } from '../support/memory.js';
import { valuesOf } from '../support/tensors.js';

test('divides by the probability of keeping and drops whole samples, as drawn from the default generator', () => {
  torch.manual_seed(11);
  const mask = torch.empty([64, 1, 1, 1]).bernoulli_(0.7);
  const kept = valuesOf(mask).filter((value) => value === 1).length;
  expect(kept).toBeGreaterThan(0);
  expect(kept).toBeLessThan(64);
  const x = torch.randn([64, 3, 2, 2]);
  const expected = valuesOf(x.div(0.7).mul(mask));
  torch.manual_seed(11);
  const before = held();
  expect(drop_path(x, 1 - 0.7)).toBe(x);
  expect(held()).toEqual(before);
  expect(valuesOf(x)).toEqual(expected);
});

test('passes gradients of kept samples only, divided alike', () => {
  torch.manual_seed(3);
  const x = torch.randn([16, 2], { requires_grad: true });
  const output = drop_path(x.view([16, 2, 1, 1]).mul(1), 0.5);
  output.sum().backward();
  const kept = valuesOf(output.ne(0).select(1, 0).flatten());
  expect(new Set(kept)).toEqual(new Set([0, 1]));
  expect(valuesOf((x.grad as Tensor).select(1, 0))).toEqual(kept.map((k) => 2 * k));
});

test('draws nothing at probability 0', () => {
  const state = valuesOf(torch.default_generator.get_state());
  const x = torch.randn([2, 1, 1, 1], { generator: new torch.Generator() });
  const values = valuesOf(x);
  expect(valuesOf(drop_path(x, 0))).toEqual(values);
  expect(valuesOf(torch.default_generator.get_state())).toEqual(state);
});

test.each([1, -0.1, Number.NaN])('refuses the probability %d', (probability) => {
  expect(() => drop_path(torch.zeros([1, 1, 1, 1]), probability)).toThrow(
    `drop_path: drop_prob must be in [0, 1), got ${probability}`,
  );
});
