// The operations of the cells: shapes, closed forms, names.
import { describe, expect, test } from '@jest/globals';
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { OPERATION_NAMES, type Primitive } from '../../src/models/genotypes.js';
import { FactorizedReduce, OPS, ReLUConvBN, Zero } from '../../src/models/operations.js';
import { expectClose, valuesOf } from '../support/tensors.js';

/** What batch normalisation with fresh statistics does in eval mode. */
const normalised = (value: number) => value / Math.sqrt(1 + 1e-5);

describe.each(OPERATION_NAMES)('%s', (name) => {
  test.each([
    [8, 6],
    [7, 5],
    [1, 2],
  ])('keeps %i x %i at stride 1 and halves it, rounded up, at stride 2', (height, width) => {
    torch.tidy(() => {
      const x = torch.randn([2, 4, height, width]);
      const run = (stride: number) => OPS[name](4, stride, true).call(x).shape;
      expect(run(1)).toEqual([2, 4, height, width]);
      expect(run(2)).toEqual([2, 4, Math.ceil(height / 2), Math.ceil(width / 2)]);
    });
  });
});

// For C = 4, by hand: a depthwise convolution has k * k * C weights, a pointwise one C * C; each
// normalisation
// has 2 C, and only when affine.
test.each<[Primitive, number, number, number]>([
  ['none', 2, 0, 0],
  ['avg_pool_3x3', 2, 0, 0],
  ['max_pool_3x3', 2, 0, 0],
  ['skip_connect', 1, 0, 0],
  ['skip_connect', 2, 2 * (4 * 2), 8],
  ['sep_conv_3x3', 1, 2 * (9 * 4 + 16), 16],
  ['sep_conv_5x5', 1, 2 * (25 * 4 + 16), 16],
  ['sep_conv_7x7', 2, 2 * (49 * 4 + 16), 16],
  ['dil_conv_3x3', 1, 9 * 4 + 16, 8],
  ['dil_conv_5x5', 2, 25 * 4 + 16, 8],
  ['conv_7x1_1x7', 2, 2 * (7 * 16), 8],
])('%s at stride %i has %i weights and %i affine parameters', (name, stride, weights, affine) => {
  const count = (withAffine: boolean) =>
    OPS[name](4, stride, withAffine)
      .parameters()
      .reduce((sum, parameter) => sum + parameter.numel(), 0);
  expect(count(false)).toBe(weights);
  expect(count(true)).toBe(weights + affine);
});

test('state-dict names are those of the original', () => {
  const names = (primitive: Primitive, stride: number) =>
    OPS[primitive](4, stride, true)
      .named_parameters()
      .map(([name]) => name)
      .join(' ');
  expect(names('skip_connect', 2)).toBe('conv_1.weight conv_2.weight bn.weight bn.bias');
  expect(names('dil_conv_3x3', 1)).toBe('op.1.weight op.2.weight op.3.weight op.3.bias');
  expect(names('sep_conv_5x5', 1)).toBe(
    'op.1.weight op.2.weight op.3.weight op.3.bias op.5.weight op.6.weight op.7.weight op.7.bias',
  );
  expect(names('conv_7x1_1x7', 1)).toBe('1.weight 2.weight 3.weight 3.bias');
});

test('average pooling does not count the padding', () => {
  const output = OPS.avg_pool_3x3(1, 2, true).call(torch.full([1, 1, 5, 5], 3));
  expect(valuesOf(output)).toEqual(Array(9).fill(3));
});

test('Zero lets infinity and NaN through, and keeps every second pixel at stride 2', () => {
  const x = torch.tensor([1, Number.NaN, 2, Number.POSITIVE_INFINITY, -3, 4, 5, 6, 7], {
    shape: [1, 1, 3, 3],
  });
  expect(valuesOf(new Zero(1).call(x))).toEqual([0, Number.NaN, 0, Number.NaN, -0, 0, 0, 0, 0]);
  expect(valuesOf(new Zero(2).call(x))).toEqual([0, 0, 0, 0]);
});

describe('FactorizedReduce', () => {
  /**
   * With unit weights and fresh statistics, channel 0 is the even pixels, channel 1 the odd ones.
   */
  function halves(size: number): Tensor {
    const reduce = new FactorizedReduce(1, 2).eval();
    torch.no_grad(() => {
      reduce.conv_1.weight.fill_(1);
      reduce.conv_2.weight.fill_(1);
    });
    const x = torch.arange(1, size * size + 1, { dtype: 'float32' }).view([1, 1, size, size]);
    return reduce.call(x);
  }

  test('takes the pixels at even places, then those at odd places', () => {
    expectClose(halves(4), [1, 3, 9, 11, 6, 8, 14, 16].map(normalised));
  });

  test('meets zeros beyond the edge of an odd size', () => {
    expectClose(halves(3), [1, 3, 7, 9, 5, 0, 0, 0].map(normalised));
  });

  test('refuses an odd number of channels', () => {
    expect(() => new FactorizedReduce(4, 3)).toThrow('FactorizedReduce: C_out must be even, got 3');
  });
});

test('ReLUConvBN drops what is negative before it convolves', () => {
  const block = new ReLUConvBN(1, 1, 1, 1, 0).eval();
  torch.no_grad(() => block.op[1]?.parameters()[0]?.fill_(-2));
  const output = block.call(torch.tensor([-1, 0, 3], { shape: [1, 1, 1, 3] }));
  expectClose(output, [0, 0, normalised(-6)]);
});
