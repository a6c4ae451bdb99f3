// The mixed operation and the sum it takes: equal to the formula, bit for bit, in values, gradients
// and memory.
import { describe, expect, test } from '@jest/globals';
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { PRIMITIVES_WITHOUT_SKIP } from '../../src/models/genotypes.js';
import { MixedOp } from '../../src/models/mixed_op.js';
import { sumOfTerms } from '../../src/models/sum_of_terms.js';
import { held } from '../support/memory.js';
import { expectClose, valuesOf } from '../support/tensors.js';

describe.each([1, 2])('MixedOp at stride %i', (stride) => {
  const setUp = () => {
    torch.manual_seed(7);
    const op = new MixedOp(4, stride);
    const x = torch.randn([3, 4, 6, 6], { requires_grad: true });
    const weights = torch.randn([8]).softmax(0).requires_grad_();
    return { op, x, weights };
  };

  /** 0 + w0 * o0(x) + w1 * o1(x) + ..., each term and sum a tensor of its own. */
  const byHand = ({ op, x, weights }: ReturnType<typeof setUp>): Tensor =>
    [...op._ops].reduce(
      (sum, o, i) => sum.add(weights.select(0, i).mul(o.call(x))),
      torch.zeros([3, 4, 6 / stride, 6 / stride]),
    );

  test('is the weighted sum, with its gradients, bit for bit', () => {
    const [ours, hand] = [setUp(), setUp()];
    const [output, expected] = [ours.op.call(ours.x, ours.weights), byHand(hand)];
    expect(valuesOf(output)).toEqual(valuesOf(expected));
    const upstream = torch.randn(output.shape);
    output.backward(upstream);
    expected.backward(upstream);
    const gradients = ({ op, x, weights }: ReturnType<typeof setUp>) =>
      [x, weights, ...op.parameters()].map(({ grad }) => valuesOf(grad as Tensor));
    expect(gradients(ours)).toEqual(gradients(hand));
  });

  test('gives the same without gradients, and leaves only its output', () => {
    const { op, x, weights } = setUp();
    op.eval();
    const withGradients = op.call(x, weights);
    const before = held();
    const without = torch.no_grad(() => op.call(x, weights));
    expect(held()).toEqual({
      tensors: before.tensors + 1,
      bytes: before.bytes + 4 * without.numel(),
    });
    expect(valuesOf(without)).toEqual(valuesOf(withGradients));
  });
});

describe.each([
  [2, 1],
  [2, 2],
  [4, 1],
  [4, 2],
])('MixedOp of one channel in %i at stride %i', (k, stride) => {
  const setUp = (size: number, quirk = {}) => {
    torch.manual_seed(7);
    const op = new MixedOp(8, stride, undefined, { k, ...quirk });
    const x = torch.randn([3, 8, size, size], { requires_grad: true });
    const weights = torch.randn([8]).softmax(0).requires_grad_();
    return { op, x, weights };
  };

  /** Channel c of the mixed operation on the first 8 / k channels, then the others, dealt out in k groups. */
  const byHand = ({ op, x, weights }: ReturnType<typeof setUp>): Tensor => {
    const width = 8 / k;
    const channels = x.split(1, 1);
    const mixed = [...op._ops]
      .map((o, i) => weights.select(0, i).mul(o.call(torch.cat(channels.slice(0, width), 1))))
      .reduce((sum, term) => sum.add(term));
    const others = channels
      .slice(width)
      .map((c) => (stride === 2 ? torch.max_pool2d(c, 2, 2, 0, 1, true) : c));
    const all = [...mixed.split(1, 1), ...others];
    // Of group g the i-th channel comes to place i * k + g.
    const order = Array.from({ length: 8 }, (_, at) => (at % k) * width + Math.floor(at / k));
    return torch.cat(
      order.map((channel) => all[channel] as Tensor),
      1,
    );
  };

  test.each([6, 7])('is the formula, with its gradients, at %i pixels', (size) => {
    const [ours, hand] = [setUp(size), setUp(size)];
    const [output, expected] = [ours.op.call(ours.x, ours.weights), byHand(hand)];
    expect(output.shape).toEqual([3, 8, Math.ceil(size / stride), Math.ceil(size / stride)]);
    expect(valuesOf(output)).toEqual(valuesOf(expected));
    const upstream = torch.randn(output.shape);
    output.backward(upstream);
    expected.backward(upstream);
    const gradients = ({ op, x, weights }: ReturnType<typeof setUp>) =>
      [x, weights, ...op.parameters()].map(({ grad }) => grad as Tensor);
    gradients(ours).forEach((gradient, i) => {
      expectClose(gradient, valuesOf(gradients(hand)[i] as Tensor), 1e-5);
    });
  });

  test('leaves only its output', () => {
    const { op, x, weights } = setUp(6);
    const before = held().tensors;
    op.call(x, weights).dispose();
    expect(held().tensors).toBe(before);
  });

  test('max_pool_floor changes nothing at even sizes, and fails at odd ones where it pools', () => {
    const [fixed, quirk] = [setUp(6), setUp(6, { max_pool_floor: true })];
    expect(valuesOf(quirk.op.call(quirk.x, quirk.weights))).toEqual(
      valuesOf(fixed.op.call(fixed.x, fixed.weights)),
    );
    const odd = setUp(7, { max_pool_floor: true });
    const run = () => odd.op.call(odd.x, odd.weights);
    if (stride === 2) expect(run).toThrow(expect.objectContaining({ code: 'ERR_TORCH' }));
    else expect(run().shape).toEqual([3, 8, 7, 7]);
  });
});

test.each([3, 0, 1.5, Number.NaN])('refuses to take one of 8 channels in %d', (k) => {
  expect(() => new MixedOp(8, 1, undefined, { k })).toThrow(
    `MixedOp: k must divide the 8 channels, got ${k}`,
  );
});

test('normalises pools, and names its buffers as the original', () => {
  const names = new MixedOp(4, 1).named_buffers().map(([name]) => name);
  expect(names.slice(0, 6)).toEqual(
    [1, 2].flatMap((i) =>
      ['running_mean', 'running_var', 'num_batches_tracked'].map((name) => `_ops.${i}.1.${name}`),
    ),
  );
  expect(new MixedOp(4, 1).parameters().every((parameter) => parameter.dim() === 4)).toBe(true);
});

test('holds the operations of its search space', () => {
  const op = new MixedOp(4, 1, PRIMITIVES_WITHOUT_SKIP);
  expect(op._ops.length).toBe(7);
  expect(() => op.call(torch.zeros([1, 4, 4, 4]), torch.zeros([8]))).toThrow(
    'MixedOp: weights must hold one weight for each of 7 operations, got 8',
  );
});

describe('sumOfTerms', () => {
  const sumOf = (values: number[]) =>
    sumOfTerms(values, (value) => torch.tensor([value], { dtype: 'float32' })).item();

  test('adds from left to right', () => {
    expect(sumOf([1e8, 1, -1e8])).toBe(0);
    expect(sumOf([1e8, -1e8, 1])).toBe(1);
  });

  test('frees every term and what its making left behind', () => {
    const before = torch.memory().tensors;
    let most = 0;
    const sum = sumOfTerms([1, 2, 3, 4], (value) => {
      const term = torch.ones([5]).mul(value).add(0);
      most = Math.max(most, torch.memory().tensors - before);
      return term;
    });
    expect(valuesOf(sum)).toEqual([10, 10, 10, 10, 10]);
    expect(torch.memory().tensors).toBe(before + 1);
    // The sum, the term and its two intermediates.
    expect(most).toBe(4);
  });

  test('refuses to add nothing', () => {
    expect(() => sumOf([])).toThrow('sumOfTerms: items must hold at least one item');
  });
});
