// Every operator of the tables gives what PyTorch gives: shape, dtype, values, gradients, what it writes.
import { beforeAll, describe, expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import { differences } from './numerics/compare.js';
import type { Input } from './numerics/inputs.js';
import { replay } from './numerics/replay.js';
import { type Case, families, readTable, sameKernels } from './numerics/table.js';

// Sums are taken in the order that one thread takes them.
beforeAll(() => torch.set_num_threads(1));

function differencesOf(case_: Case, exact: boolean): string[] {
  return torch.tidy(() => {
    try {
      return differences(case_, replay(case_), exact);
    } catch (error) {
      return [`${case_.op}: threw ${error}`];
    }
  });
}

test.each(families)('%s', (family) => {
  const table = readTable(family);
  const exact = sameKernels(table);
  expect(table.cases.flatMap((case_) => differencesOf(case_, exact))).toEqual([]);
});

test('the tables hold at least 300 operators', () => {
  const operators = new Set(
    families.flatMap((family) => readTable(family).cases.map(({ op }) => op)),
  );
  expect(operators.size).toBeGreaterThanOrEqual(300);
});

describe('a wrong answer is seen', () => {
  const find = (family: string, op: string): Case =>
    readTable(family).cases.find((case_) => case_.op === op) as Case;
  const mul = find('elementwise', 'mul');
  const result = mul.result as Input;
  const [first, ...others] = result.data as number[];
  const [gradient, second] = mul.gradients as Input[];

  test.each<[string, Case, RegExp]>([
    [
      'a value beyond the tolerance',
      { ...mul, result: { ...result, data: [Number(first) + 1e-4, ...others] } },
      /^mul\(.*\): result: 1 of 6 values differ: at 0 expected/,
    ],
    ['a dtype', { ...mul, result: { ...result, dtype: 'float64' } }, /expected dtype float64/],
    ['a shape', { ...mul, result: { ...result, shape: [3, 2] } }, /expected shape \[3,2\], got/],
    [
      'a gradient',
      {
        ...mul,
        gradients: [
          { ...gradient, data: [9, ...(gradient?.data?.slice(1) ?? [])] },
          second as Input,
        ],
      },
      /gradient 0: 1 of 6 values differ: at 0 expected 9/,
    ],
    [
      'a missing gradient',
      { ...mul, gradients: [null, second as Input] },
      /gradient 0: expected null/,
    ],
    ['one result too few', { ...find('order', 'sort'), result: [] }, /expected 0 items, got 2/],
    [
      'an integer',
      {
        ...find('order', 'argsort'),
        result: { shape: [2, 5], dtype: 'int64', data: new Array(10).fill(9) },
      },
      /10 of 10 values differ: at 0 expected 9/,
    ],
    [
      'a plain value',
      { ...find('comparisons', 'equal'), result: true },
      /expected true, got false/,
    ],
    [
      'what is written to an argument',
      { ...find('foreach', '_foreach_neg_'), changed: [{ shape: [2, 2], data: [0, 0, 0, 0] }] },
      /argument 0 afterwards: 4 of 4/,
    ],
    ['an error', { ...mul, args: [] }, /^mul: threw TypeError/],
  ])('%s', (_name, case_, expected) => {
    const seen = differencesOf(case_, false);
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatch(expected);
  });

  test('a last bit, and the sign of a zero, where the kernels are the same', () => {
    const zero: Case = { op: 'mul', args: [{ data: [1] }, { data: [-0] }], result: { data: [0] } };
    expect(differencesOf(zero, false)).toEqual([]);
    expect(differencesOf(zero, true)).toHaveLength(1);
    const last: Case = { op: 'exp', args: [{ data: [0] }], result: { data: [1.0000001] } };
    expect(differencesOf(last, false)).toEqual([]);
    expect(differencesOf(last, true)).toHaveLength(1);
  });
});
