// The wiring of the search cell, seen where it has a closed form.
import { describe, expect, test } from '@jest/globals';
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { type EdgeFactory, MixedOp } from '../../src/models/mixed_op.js';
import { SearchCell } from '../../src/models/search_cell.js';
import { expectClose, valuesOf } from '../support/tensors.js';

const skipOnly: EdgeFactory = (C, stride) => new MixedOp(C, stride, ['skip_connect']);
const widths = { C_prev_prev: 6, C_prev: 4, C: 2, kind: 'normal' as const };

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

test('of skips, a node is the sum of its states, each by operation weight and edge weight', () => {
  const options = { steps: 2, multiplier: 1, ...widths, reduction: false, reduction_prev: false };
  const cell = new SearchCell({ ...options, edge: skipOnly }).to('float64').eval();
  const s0 = torch.randn([2, 6, 3, 3], { dtype: 'float64' });
  const s1 = torch.randn([2, 4, 3, 3], { dtype: 'float64' });
  const [a, b] = [cell.preprocess0.call(s0), cell.preprocess1.call(s1)];
  const weights = torch.tensor([1, 2, 3, 4, 5], { dtype: 'float64', shape: [5, 1] });
  const edges = torch.tensor([0.7, 0.3, 0.5, 0.1, 0.4], { dtype: 'float64' });
  const n0 = a.mul(0.7 * 1).add(b.mul(0.3 * 2));
  const n1 = a
    .mul(0.5 * 3)
    .add(b.mul(0.1 * 4))
    .add(n0.mul(0.4 * 5));
  expectClose(cell.call(s0, s1, weights, edges), valuesOf(n1), 1e-12);
});

describe('double_edge_eval', () => {
  const options = { steps: 1, multiplier: 1, ...widths, reduction: false, reduction_prev: false };
  const edge: EdgeFactory = (C, stride) => new MixedOp(C, stride, ['avg_pool_3x3']);
  const run = (double_edge_eval: boolean) => {
    torch.manual_seed(4);
    const cell = new SearchCell({ ...options, edge, double_edge_eval });
    const inputs = [torch.randn([2, 6, 4, 4]), torch.randn([2, 4, 4, 4])] as const;
    const output = cell.call(...inputs, torch.ones([2, 1]));
    const norms = cell._ops.named_buffers();
    const buffers = (name: string) =>
      norms.filter(([path]) => path.endsWith(name)).map(([, t]) => t);
    return {
      output: valuesOf(output),
      means: buffers('running_mean').map(valuesOf),
      counts: buffers('num_batches_tracked').map((t) => Number(t.item())),
    };
  };

  test('moves the statistics twice in training, and changes no value', () => {
    const [once, twice] = [run(false), run(true)];
    expect(twice.output).toEqual(once.output);
    expect(once.counts).toEqual([1, 1]);
    expect(twice.counts).toEqual([2, 2]);
    // 0.1 of the batch's mean, then 0.1 of it and 0.9 of that.
    twice.means.flat().forEach((mean, i) => {
      expect(mean).toBeCloseTo(1.9 * (once.means.flat()[i] as number), 6);
    });
  });

  test.each([
    [true, 2],
    [false, 1],
  ])('with training %s runs an edge %i times', (training, runs) => {
    let count = 0;
    const counting: EdgeFactory = (C, stride) => {
      const made = edge(C, stride);
      const forward = made.forward.bind(made);
      made.forward = (...inputs) => {
        count++;
        return forward(...inputs);
      };
      return made;
    };
    const cell = new SearchCell({ ...options, edge: counting, double_edge_eval: true });
    cell
      .train(training)
      .call(torch.ones([2, 6, 4, 4]), torch.ones([2, 4, 4, 4]), torch.ones([2, 1]));
    expect(count).toBe(2 * runs);
  });
});
