// Functions without state: gradients by finite differences, documented behaviour, refused
// arguments.
import { describe, expect, test } from '@jest/globals';
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { functional as F } from '../../src/nn/index.js';
import { expectClose, expectGradients, leaf, valuesOf } from '../support/tensors.js';

describe('gradients agree with finite differences', () => {
  const target = (): Tensor => torch.tensor([2n, 0n]);
  const cases: Record<string, [(...inputs: Tensor[]) => Tensor, number[][]]> = {
    relu: [(x) => F.relu(x), [[7]]],
    softmax: [(x) => F.softmax(x, -1), [[2, 3]]],
    log_softmax: [(x) => F.log_softmax(x, 0), [[2, 3]]],
    linear: [(x, w, b) => F.linear(x, w, b), [[2, 3], [4, 3], [4]]],
    conv2d: [
      (x, w, b) => F.conv2d(x, w, b, { stride: 2, padding: 1, groups: 2 }),
      [[1, 4, 5, 4], [2, 2, 3, 3], [2]],
    ],
    dilated: [
      (x, w) => F.conv2d(x, w, null, { padding: 2, dilation: 2 }),
      [
        [1, 1, 4, 4],
        [1, 1, 3, 3],
      ],
    ],
    batch_norm: [
      (x, weight, bias) => F.batch_norm(x, null, null, { weight, bias, training: true }),
      [[3, 2, 2, 1], [2], [2]],
    ],
    max_pool2d: [(x) => F.max_pool2d(x, 3, { stride: 1, padding: 1 }), [[1, 2, 4, 4]]],
    avg_pool2d: [
      (x) => F.avg_pool2d(x, 3, { stride: 2, padding: 1, count_include_pad: false }),
      [[1, 2, 4, 4]],
    ],
    adaptive_avg_pool2d: [(x) => F.adaptive_avg_pool2d(x, 2), [[1, 1, 3, 5]]],
    cross_entropy: [(x) => F.cross_entropy(x, target(), { label_smoothing: 0.1 }), [[2, 3]]],
    nll_loss: [(x) => F.nll_loss(x, target()), [[2, 3]]],
    mse_loss: [
      (x, y) => F.mse_loss(x, y),
      [
        [2, 3],
        [2, 3],
      ],
    ],
  };

  test.each(Object.entries(cases))('%s', (_name, [fn, shapes]) => {
    torch.tidy(() =>
      expectGradients(
        fn,
        shapes.map((shape, i) => leaf(shape, 11 + i)),
      ),
    );
  });
});

describe('softmax', () => {
  test('does not overflow, and converts first when asked', () => {
    torch.tidy(() => {
      const x = torch.tensor([1000, 1000 + Math.log(3)], { dtype: 'float64' });
      expectClose(F.softmax(x, 0), [0.25, 0.75], 1e-12);
      expectClose(F.log_softmax(x, 0), [Math.log(0.25), Math.log(0.75)], 1e-12);
      const whole = torch.tensor([0n, 0n]);
      const probabilities = F.softmax(whole, 0, { dtype: 'float32' });
      expect([probabilities.dtype, valuesOf(probabilities)]).toEqual(['float32', [0.5, 0.5]]);
    });
  });
});

describe('dropout', () => {
  test('zeroes a share of the elements and scales up the rest', () => {
    torch.tidy(() => {
      torch.manual_seed(1);
      const values = valuesOf(F.dropout(torch.ones([10000]), { p: 0.25 }));
      expect(new Set(values)).toEqual(new Set([0, Math.fround(1 / 0.75)]));
      const zeros = values.filter((value) => value === 0).length;
      // 2500 expected; six standard deviations are 260.
      expect(Math.abs(zeros - 2500)).toBeLessThan(260);
    });
  });

  test('does nothing outside training, everything at 1, and may work in place', () => {
    torch.tidy(() => {
      const x = torch.tensor([1, 2]);
      expect(valuesOf(F.dropout(x, { training: false }))).toEqual([1, 2]);
      expect(valuesOf(F.dropout(x, { p: 1 }))).toEqual([0, 0]);
      expect(F.dropout(x, { p: 1, inplace: true })).toBe(x);
      expect(valuesOf(x)).toEqual([0, 0]);
    });
  });

  test('a probability out of range is refused', () => {
    torch.tidy(() => {
      const x = torch.ones([1]);
      expect(() => F.dropout(x, { p: 1.5 })).toThrow('p must be between 0 and 1, got 1.5');
      expect(() => F.dropout(x, { p: Number.NaN })).toThrow('got NaN');
    });
  });
});

test('a reduction that does not exist is refused', () => {
  torch.tidy(() => {
    const x = torch.ones([1]);
    expect(() => F.mse_loss(x, x, { reduction: 'avg' as 'mean' })).toThrow(
      'reduction must be one of none, mean, sum, got avg',
    );
  });
});

test('batch_norm in training updates the statistics it is given, in evaluation it does not', () => {
  torch.tidy(() => {
    const x = torch.tensor([
      [1, 0],
      [3, 4],
    ]);
    const mean = torch.zeros([2]);
    const variance = torch.ones([2]);
    F.batch_norm(x, mean, variance, { training: true, momentum: 0.5 });
    expectClose(mean, [1, 1]);
    expectClose(variance, [1.5, 4.5]);
    expectClose(F.batch_norm(x, mean, variance, { eps: 0 }), [
      0,
      -1 / Math.sqrt(4.5),
      2 / Math.sqrt(1.5),
      3 / Math.sqrt(4.5),
    ]);
    expectClose(mean, [1, 1]);
  });
});
