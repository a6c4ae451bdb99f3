// Layers: seeded initialisation as PyTorch's, closed forms, running statistics.
import { describe, expect, test } from '@jest/globals';
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import {
  AdaptiveAvgPool2d,
  AvgPool2d,
  BatchNorm2d,
  Conv2d,
  CrossEntropyLoss,
  Linear,
  MaxPool2d,
  MSELoss,
  NLLLoss,
  ReLU,
} from '../../src/nn/index.js';
import { expectClose, valuesOf } from '../support/tensors.js';

const ramp = (...shape: number[]): Tensor => {
  const count = shape.reduce((product, length) => product * length, 1);
  return torch.arange(count, { dtype: 'float32' }).view(shape);
};

describe('initialisation draws what PyTorch draws', () => {
  // torch.manual_seed(2); c = nn.Conv2d(4, 4, 3, groups=2); l = nn.Linear(3, 2); torch.rand(1)
  test('weight, then bias, layer by layer', () => {
    torch.tidy(() => {
      torch.manual_seed(2);
      using conv = new Conv2d(4, 4, 3, { groups: 2 });
      using linear = new Linear(3, 2);
      expect(conv.weight.shape).toEqual([4, 2, 3, 3]);
      expectClose(
        conv.weight.flatten().narrow(0, 0, 4),
        [0.05406777560710907, -0.056091077625751495, 0.06463631987571716, -0.012039163149893284],
        2e-7,
      );
      expectClose(
        conv.bias as Tensor,
        [-0.15500351786613464, 0.0745343416929245, -0.0089233024045825, 0.04153479263186455],
        2e-7,
      );
      expectClose(
        linear.weight,
        [
          0.05593649297952652, -0.5397257804870605, -0.12401490658521652, -0.364949494600296,
          0.4908367395401001, -0.07086949795484543,
        ],
        2e-7,
      );
      expectClose(linear.bias as Tensor, [-0.5748778581619263, 0.13983362913131714], 2e-7);
      expect(torch.rand([1]).item()).toBeCloseTo(0.7171351313591003, 6);
    });
  });

  test('batch normalisation draws nothing', () => {
    torch.tidy(() => {
      torch.manual_seed(5);
      const expected = torch.rand([1]).item();
      torch.manual_seed(5);
      using bn = new BatchNorm2d(3);
      expect(torch.rand([1]).item()).toBe(expected);
      expect(valuesOf(bn.weight as Tensor)).toEqual([1, 1, 1]);
      expect(valuesOf(bn.bias as Tensor)).toEqual([0, 0, 0]);
    });
  });

  test('dtype and device go to every tensor; the batch counter stays an integer', () => {
    const placement = { device: 'cpu', dtype: 'float64' } as const;
    using bn = new BatchNorm2d(2, placement);
    using conv = new Conv2d(1, 1, 1, placement);
    using linear = new Linear(1, 1, placement);
    expect([...bn.parameters(), ...bn.buffers()].map(({ dtype }) => dtype)).toEqual([
      'float64',
      'float64',
      'float64',
      'float64',
      'int64',
    ]);
    expect([...conv.parameters(), ...linear.parameters()].map(({ dtype }) => dtype)).toEqual(
      Array(4).fill('float64'),
    );
  });
});

describe('Conv2d', () => {
  test('slides a window: stride, padding and an oblong kernel', () => {
    torch.tidy(() => {
      using conv = new Conv2d(1, 1, [1, 3], { stride: [2, 1], padding: [0, 1], bias: false });
      torch.no_grad(() => conv.weight.copy_(torch.tensor([[[[1, 10, 100]]]])));
      const output = conv.call(ramp(1, 1, 3, 3));
      expect(output.shape).toEqual([1, 1, 2, 3]);
      expect(valuesOf(output)).toEqual([100, 210, 21, 760, 876, 87]);
    });
  });

  test('depthwise with dilation keeps channels apart', () => {
    torch.tidy(() => {
      using conv = new Conv2d(2, 2, 2, { dilation: 2, groups: 2 });
      torch.no_grad(() => {
        conv.weight.copy_(
          torch.tensor([
            [
              [
                [1, 0],
                [0, 0],
              ],
            ],
            [
              [
                [0, 0],
                [0, 1],
              ],
            ],
          ]),
        );
        conv.bias?.copy_(torch.tensor([0.5, -0.5]));
      });
      expect(valuesOf(conv.call(ramp(1, 2, 3, 3)))).toEqual([0.5, 16.5]);
    });
  });

  test('channels that groups do not divide are refused', () => {
    expect(() => new Conv2d(3, 4, 1, { groups: 2 })).toThrow(
      'in_channels must be divisible by groups, got 3 and 2',
    );
    expect(() => new Conv2d(4, 3, 1, { groups: 2 })).toThrow('out_channels must be divisible');
    expect(() => new Conv2d(4, 4, 1, { groups: 0 })).toThrow('groups must be a positive integer');
  });
});

test('Linear multiplies by the transposed weight', () => {
  torch.tidy(() => {
    using linear = new Linear(2, 3);
    torch.no_grad(() => {
      linear.weight.copy_(
        torch.tensor([
          [1, 2],
          [3, 4],
          [5, 6],
        ]),
      );
      linear.bias?.copy_(torch.tensor([0.5, 0, -0.5]));
    });
    expect(
      valuesOf(
        linear.call(
          torch.tensor([
            [1, -1],
            [0, 2],
          ]),
        ),
      ),
    ).toEqual([-0.5, -1, -1.5, 4.5, 8, 11.5]);
  });
});

describe('BatchNorm2d', () => {
  // Channel 0 holds 1, 3 (mean 2, variance 1, unbiased 2); channel 1 holds 0, 4 (mean 2, 4,
  // unbiased 8).
  const batch = (): Tensor =>
    torch.tensor([
      [[[1]], [[0]]],
      [[[3]], [[4]]],
    ]);

  test('training normalises by the batch and moves the running statistics', () => {
    torch.tidy(() => {
      using bn = new BatchNorm2d(2, { eps: 0 });
      torch.no_grad(() => bn.weight?.copy_(torch.tensor([1, 10])));
      torch.no_grad(() => bn.bias?.copy_(torch.tensor([0, 5])));
      expectClose(bn.call(batch()), [-1, -5, 1, 15]);
      expectClose(bn.running_mean as Tensor, [0.2, 0.2]);
      expectClose(bn.running_var as Tensor, [0.9 + 0.2, 0.9 + 0.8]);
      bn.call(batch());
      expectClose(bn.running_mean as Tensor, [0.38, 0.38]);
      expect(bn.num_batches_tracked?.item()).toBe(2n);
    });
  });

  test('evaluation normalises by the running statistics and leaves them', () => {
    torch.tidy(() => {
      using bn = new BatchNorm2d(2, { affine: false }).eval();
      bn.running_mean?.copy_(torch.tensor([1, 2]));
      bn.running_var?.copy_(torch.tensor([4, 0.25]));
      expectClose(bn.call(batch()), [0, -4, 1, 4], 1e-4);
      expect(bn.num_batches_tracked?.item()).toBe(0n);
      expect([...bn.state_dict().keys()]).toEqual([
        'running_mean',
        'running_var',
        'num_batches_tracked',
      ]);
    });
  });

  test('without running statistics every batch is its own, also in evaluation', () => {
    torch.tidy(() => {
      using bn = new BatchNorm2d(2, { eps: 0, affine: false, track_running_stats: false }).eval();
      expectClose(bn.call(batch()), [-1, -1, 1, 1]);
      expect(bn.state_dict().size).toBe(0);
    });
  });

  test('bad input is refused before anything is counted', () => {
    torch.tidy(() => {
      using bn = new BatchNorm2d(3);
      expect(() => bn.call(torch.zeros([1, 3]))).toThrow('expected 4D input, got shape [1, 3]');
      expect(() => bn.call(torch.zeros([1, 3, 1, 1]))).toThrow(
        'expected more than 1 value per channel when training, got input size [1, 3, 1, 1]',
      );
    });
  });
});

test('ReLU clips at zero, in place only when asked', () => {
  torch.tidy(() => {
    const x = torch.tensor([-1, 2]);
    expect(valuesOf(new ReLU().call(x))).toEqual([0, 2]);
    expect(valuesOf(x)).toEqual([-1, 2]);
    expect(new ReLU({ inplace: true }).call(x)).toBe(x);
    expect(valuesOf(x)).toEqual([0, 2]);
  });
});

test('pools by hand', () => {
  torch.tidy(() => {
    const x = ramp(1, 1, 3, 3);
    const pooled = (pool: { call(x: Tensor): Tensor }): number[] => valuesOf(pool.call(x));
    expect(pooled(new MaxPool2d(2))).toEqual([4]);
    expect(pooled(new MaxPool2d(2, { ceil_mode: true }))).toEqual([4, 5, 7, 8]);
    expect(pooled(new MaxPool2d(3, { stride: 2, padding: 1 }))).toEqual([4, 5, 7, 8]);
    expect(pooled(new AvgPool2d(2, { stride: 1 }))).toEqual([2, 3, 5, 6]);
    const sums = [8, 12, 20, 24];
    const corners = new AvgPool2d(3, { stride: 2, padding: 1 });
    expectClose(
      corners.call(x),
      sums.map((sum) => sum / 9),
    );
    const uncounted = new AvgPool2d(3, { stride: 2, padding: 1, count_include_pad: false });
    expect(pooled(uncounted)).toEqual(sums.map((sum) => sum / 4));
    expect(pooled(new AdaptiveAvgPool2d(1))).toEqual([4]);
    expect(pooled(new AdaptiveAvgPool2d([3, 1]))).toEqual([1, 4, 7]);
  });
});

describe('losses', () => {
  const logits = (): Tensor =>
    torch.tensor([
      [0, Math.log(3)],
      [Math.log(7), 0],
    ]);

  test('cross entropy is the negative logarithm of the softmax at the target', () => {
    torch.tidy(() => {
      const target = torch.tensor([1n, 1n]);
      const each = [-Math.log(3 / 4), -Math.log(1 / 8)] as const;
      expectClose(new CrossEntropyLoss().call(logits(), target), [(each[0] + each[1]) / 2]);
      expectClose(new CrossEntropyLoss({ reduction: 'sum' }).call(logits(), target), [
        each[0] + each[1],
      ]);
      expectClose(new CrossEntropyLoss({ reduction: 'none' }).call(logits(), target), [...each]);
      // Smoothed: 0.9 of the target and 0.1 spread over both classes.
      const others = [-Math.log(1 / 4), -Math.log(7 / 8)] as const;
      const smooth = each.map((loss, i) => 0.9 * loss + 0.05 * (loss + (others[i] as number)));
      expectClose(
        new CrossEntropyLoss({ reduction: 'none', label_smoothing: 0.1 }).call(logits(), target),
        smooth,
      );
    });
  });

  test('class weights are a buffer; an ignored target counts for nothing', () => {
    torch.tidy(() => {
      using loss = new CrossEntropyLoss({ weight: torch.tensor([1, 3]), ignore_index: 7 });
      expect([...loss.state_dict().keys()]).toEqual(['weight']);
      const target = torch.tensor([1n, 0n]);
      const expected = (3 * -Math.log(3 / 4) + -Math.log(7 / 8)) / 4;
      expectClose(loss.call(logits(), target), [expected]);
      expectClose(loss.call(logits(), torch.tensor([1n, 7n])), [-Math.log(3 / 4)]);
    });
  });

  test('negative log-likelihood and squared error', () => {
    torch.tidy(() => {
      const target = torch.tensor([1n, 0n]);
      const input = torch.tensor([
        [-5, -1],
        [-2, -6],
      ]);
      expect(new NLLLoss().call(input, target).item()).toBe(1.5);
      const a = torch.tensor([1, 2]);
      const b = torch.tensor([3, 5]);
      expect(new MSELoss().call(a, b).item()).toBe(6.5);
      expect(valuesOf(new MSELoss({ reduction: 'none' }).call(a, b))).toEqual([4, 9]);
    });
  });
});
