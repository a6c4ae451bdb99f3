// The wiring of the search cell, seen where it has a closed form.
import { expect, test } from '@jest/globals';
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { type EdgeFactory, MixedOp } from '../../src/models/mixed_op.js';
import { edgeCount, SearchCell } from '../../src/models/search_cell.js';
import { valuesOf } from '../support/tensors.js';

const skipOnly: EdgeFactory = (C, stride) => new MixedOp(C, stride, ['skip_connect']);
const widths = { C_prev_prev: 6, C_prev: 4, C: 2 };

test.each([
  [1, 2],
  [2, 5],
  [4, 14],
  [5, 20],
])('%i nodes have %i edges', (steps, edges) => {
  const options = { steps, multiplier: 1, ...widths, reduction: false, reduction_prev: false };
  expect(edgeCount(steps)).toBe(edges);
  expect(new SearchCell({ ...options, edge: skipOnly })._ops.length).toBe(edges);
});

test('of skips with weight w, node i is w * (1 + w)^i times the sum of both inputs', () => {
  const options = { steps: 4, multiplier: 3, ...widths, reduction: false, reduction_prev: false };
  const cell = new SearchCell({ ...options, edge: skipOnly }).to('float64').eval();
  const s0 = torch.randn([2, 6, 3, 5], { dtype: 'float64' });
  const s1 = torch.randn([2, 4, 3, 5], { dtype: 'float64' });
  const output = cell.call(s0, s1, torch.full([14, 1], 0.5, { dtype: 'float64' }));
  expect(output.shape).toEqual([2, 6, 3, 5]);
  const inputs = cell.preprocess0.call(s0).add(cell.preprocess1.call(s1));
  (output.chunk(3, 1) as Tensor[]).forEach((node, i) => {
    const expected = valuesOf(inputs.mul(0.5 * 1.5 ** (i + 1)));
    valuesOf(node).forEach((value, at) => {
      expect(value).toBeCloseTo(expected[at] as number, 12);
    });
  });
});

test('halves only the edges from its inputs, and its older input when the cell before has halved', () => {
  const strides: number[] = [];
  const edge: EdgeFactory = (C, stride) => {
    strides.push(stride);
    return skipOnly(C, stride);
  };
  const options = { steps: 3, multiplier: 3, ...widths, reduction: true, reduction_prev: true };
  const cell = new SearchCell({ ...options, edge });
  expect(strides).toEqual([2, 2, 2, 2, 1, 2, 2, 1, 1]);
  const output = cell.call(
    torch.randn([1, 6, 16, 16]),
    torch.randn([1, 4, 8, 8]),
    torch.ones([9, 1]),
  );
  expect(output.shape).toEqual([1, 6, 4, 4]);
});
