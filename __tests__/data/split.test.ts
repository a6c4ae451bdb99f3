// Splits: the two parts are a partition, each method chooses as it says, and the seed decides.
import { describe, expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import type { SplitMethod } from '../../src/data/constants.js';
import { split } from '../../src/data/split.js';

// 60 images of class 0, 30 of class 1, 10 of class 2, mixed.
const labels = Array.from({ length: 100 }, (_, i) => (i % 10 < 6 ? 0 : i % 10 < 9 ? 1 : 2));
const indices = Array.from({ length: 100 }, (_, index) => index);

function splitBy(method: SplitMethod, count: number, seed = 1, from = indices) {
  const generator = new torch.Generator();
  generator.manual_seed(seed);
  return split(from, count, { method, labels, generator });
}

const countByClass = (chosen: Int32Array) =>
  [0, 1, 2].map((label) => chosen.filter((index) => labels[index] === label).length);

describe.each(['shuffle', 'stratified', 'file_order'] as const)('%s', (method) => {
  test.each([0, 1, 50, 99, 100])(
    'puts %i of 100 on one side and the others on the other',
    (count) => {
      const [chosen, rest] = splitBy(method, count);
      expect(chosen).toHaveLength(count);
      expect([...chosen, ...rest].sort((a, b) => a - b)).toEqual(indices);
    },
  );

  test('is decided by the seed', () => {
    const [chosen] = splitBy(method, 50);
    expect(splitBy(method, 50)[0]).toEqual(chosen);
    const other = [...splitBy(method, 50, 2)[0]];
    if (method === 'file_order') expect(other).toEqual([...chosen]);
    else expect(other).not.toEqual([...chosen]);
  });

  test('splits a part of the set as well', () => {
    const part = indices.filter((index) => index % 3 === 0);
    const [chosen, rest] = splitBy(method, 10, 1, part);
    expect([...chosen, ...rest].sort((a, b) => a - b)).toEqual(part);
    expect(chosen).toHaveLength(10);
  });

  test.each([-1, 101, 1.5])('refuses to choose %d', (count) => {
    expect(() => splitBy(method, count)).toThrow(`split: count ${count} is not in 0..100`);
  });
});

test('file_order takes the first', () => {
  expect([...splitBy('file_order', 3)[0]]).toEqual([0, 1, 2]);
});

test('shuffle takes from everywhere', () => {
  const [chosen] = splitBy('shuffle', 50);
  expect([...chosen]).not.toEqual(indices.slice(0, 50));
  expect([...chosen]).toEqual([...chosen].sort((a, b) => a - b));
});

test('stratified gives each class its share', () => {
  expect(countByClass(splitBy('stratified', 50)[0])).toEqual([30, 15, 5]);
  // Shares 15.0, 7.5 and 2.5: the last place goes to the lower label.
  expect(countByClass(splitBy('stratified', 25)[0])).toEqual([15, 8, 2]);
  // Shares 0.6, 0.3 and 0.1.
  expect(countByClass(splitBy('stratified', 1)[0])).toEqual([1, 0, 0]);
});
