// Calls that LibTorch's schema allows and that its kernels do not survive: each is refused in words, and the nearest
// right call works.
import { describe, expect, test } from '@jest/globals';
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';

const { ones, zeros } = torch;
const float64 = (values: number[]) => torch.tensor(values, { dtype: 'float64' });
const int64 = (values: (number | bigint)[], shape?: number[]) =>
  torch.tensor(BigInt64Array.from(values, BigInt), shape ? { shape } : {});

/** What is refused, the words, and a right call with its result. */
type Case = [
  name: string,
  wrong: () => unknown,
  words: RegExp,
  right: () => unknown,
  result: unknown,
];

const lists = (value: Tensor | Tensor[]): unknown =>
  Array.isArray(value) ? value.map((item) => item.shape) : value.tolist();

const lstm = (params: Tensor[]) => {
  const [h, c] = [zeros([1, 2, 4]), zeros([1, 2, 4])];
  return torch.lstm(ones([3, 2, 5]), [h, c], params, true, 1, 0, false, false, false) as Tensor[];
};

const adam = (grad: Tensor, exp_avgs: Tensor[]) => {
  const param = ones([2]);
  const options = { lr: 0.5, beta1: 0.5, beta2: 0.5, weight_decay: 0, eps: 0 };
  torch._fused_adam_([param], [grad], exp_avgs, [zeros([2])], [], [ones([])], {
    ...options,
    amsgrad: false,
    maximize: false,
  });
  return param.tolist();
};

const cases: Case[] = [
  [
    'a fused optimizer without a state for its parameter',
    () => adam(ones([2]), []),
    /^_fused_adam_: exp_avgs must have 1 tensors, one for each of self, but has 0$/,
    // The first step of Adam goes by lr against the sign of the gradient.
    () => adam(ones([2]), [zeros([2])]),
    [0.5, 0.5],
  ],
  [
    'a fused optimizer with a smaller gradient',
    () => adam(ones([1]), [zeros([2])]),
    /^_fused_adam_: grads\[0\] must have the shape \[2\], but has \[1\]$/,
    () => adam(ones([2]).neg(), [zeros([2])]),
    [1.5, 1.5],
  ],
  [
    'a fused optimizer with a gradient of one number in many places',
    () => adam(ones([1]).expand([2]), [zeros([2])]),
    /^_fused_adam_: grads\[0\] must have the strides of its parameter, \[1\], but has \[0\]$/,
    () => adam(ones([1]).expand([2]).contiguous(), [zeros([2])]),
    [0.5, 0.5],
  ],
  [
    'a fused optimizer with a gradient of another dtype',
    () => adam(ones([2], { dtype: 'float16' }), [zeros([2])]),
    /^_fused_adam_: grads\[0\] must be float32, but is float16$/,
    () => adam(ones([2]), [zeros([2])]),
    [0.5, 0.5],
  ],
  [
    'combinations',
    () => torch.combinations(ones([3]), 2n ** 62n),
    /^combinations: r must be at most 64, but got 4611686018427387904n$/,
    () => lists(torch.combinations(torch.arange(3), 2)),
    [
      [0, 1],
      [0, 2],
      [1, 2],
    ],
  ],
  [
    'lstm',
    () => lstm([ones([16, 4]), ones([16, 4]), ones([16]), ones([16])]),
    /^lstm: params\[0\] must have the shape \[16, 5\], but has \[16, 4\]$/,
    () => lists(lstm([ones([16, 5]), ones([16, 4]), ones([16]), ones([16])])),
    [
      [3, 2, 4],
      [1, 2, 4],
      [1, 2, 4],
    ],
  ],
  [
    'lstm without a cell state',
    () => torch.lstm(ones([3, 2, 5]), [zeros([1, 2, 4])], [], true, 1, 0, false, false, false),
    /^lstm: hx must be two tensors, but/,
    () => lists(lstm([ones([16, 5]), ones([16, 4]), ones([16]), ones([16])])),
    [
      [3, 2, 4],
      [1, 2, 4],
      [1, 2, 4],
    ],
  ],
  [
    'truncated division of the smallest integer',
    () => int64([-(2n ** 63n)]).div(-1, { rounding_mode: 'trunc' }),
    /^div: -9223372036854775808 \/ -1 does not fit int64$/,
    () => lists(int64([-(2n ** 63n) + 1n]).div(-1, { rounding_mode: 'trunc' })),
    [2n ** 63n - 1n],
  ],
  [
    'the same, element by element',
    () => int64([5, -(2n ** 63n)]).div_(int64([2, -1]), { rounding_mode: 'trunc' }),
    /does not fit int64$/,
    () => lists(int64([5, -(2n ** 63n)]).div(int64([-1, 1]), { rounding_mode: 'trunc' })),
    [-5n, -(2n ** 63n)],
  ],
  [
    'polygamma far below 0',
    () => torch.polygamma(3, float64([-(2 ** 50) - 0.25])),
    /^polygamma: self must be at least -4294967296, or whole$/,
    // psi'(-2^50 - 1/4) has its own formula; at whole numbers is a pole.
    () => [
      torch
        .polygamma(1, float64([-(2 ** 50) - 0.25]))
        .isfinite()
        .tolist(),
      torch.polygamma(3, float64([-(2 ** 50)])).tolist(),
    ],
    [[true], [Number.POSITIVE_INFINITY]],
  ],
  [
    'the zeta function there',
    () => torch.special.zeta(2, float64([-(2 ** 50) - 0.25])),
    /^special_zeta: other must be at least -4294967296, or whole$/,
    () =>
      torch.special
        .zeta(2, float64([1]))
        .sub(Math.PI ** 2 / 6)
        .abs()
        .lt(1e-12)
        .tolist(),
    [true],
  ],
  [
    'eigenvalues of what is no number',
    () => torch.linalg.eigvals(torch.full([3, 3], Number.NaN)),
    /^linalg_eigvals: self must hold no infinity and no NaN$/,
    () => torch.linalg.eigvals(torch.eye(2)).real.tolist(),
    [1, 1],
  ],
  [
    'a range of integers by less than 1',
    () => torch.range(0, 5, 0.5, { dtype: 'int32' }),
    /^range: step must be at least 1 either way for int32, but got 0\.5$/,
    () => [torch.range(0, 4, 2, { dtype: 'int32' }), torch.range(0, 1, 0.5)].map((x) => x.tolist()),
    [
      [0, 2, 4],
      [0, 0.5, 1],
    ],
  ],
  [
    'matrix_power',
    () => torch.matrix_power(torch.eye(2), -(2n ** 63n)),
    /^matrix_power: n must be above -\(2\^63\), but got -9223372036854775808n$/,
    () => lists(torch.matrix_power(torch.eye(2).mul(2), -2)),
    [
      [0.25, 0],
      [0, 0.25],
    ],
  ],
  [
    'orthogonal polynomials',
    () => torch.special_laguerre_polynomial_l(ones([2]), 2 ** 50),
    /^special_laguerre_polynomial_l: n must be at most 16777216, but got 1125899906842624$/,
    () => lists(torch.special_laguerre_polynomial_l(zeros([2]), 3)),
    [1, 1],
  ],
  [
    'padding',
    () => torch.reflection_pad1d(ones([1, 4]), [2n ** 62n, 2n ** 62n]),
    /^reflection_pad1d: padding must be below 2147483648 either way/,
    () => lists(torch.reflection_pad1d(torch.tensor([[1, 2, 3]]), [1, 0])),
    [[2, 1, 2, 3]],
  ],
  [
    'adaptive pooling',
    () => torch.adaptive_avg_pool2d(zeros([0, 1, 4, 4]), [2n ** 62n, 1]),
    /^adaptive_avg_pool2d: output_size must be at most 2147483647/,
    () => lists(torch.adaptive_avg_pool2d(ones([1, 2, 2]), [1, 1])),
    [[[1]]],
  ],
  [
    'batch normalisation',
    () => torch.native_batch_norm(ones([2, 3]), ones([2]), null, null, null, true, 0.1, 1e-5),
    /^native_batch_norm: weight must have the shape \[3\], but has \[2\]$/,
    () =>
      lists(
        torch.native_batch_norm(
          ones([2, 3]),
          ones([3]),
          null,
          null,
          null,
          true,
          0.1,
          1e-5,
        ) as Tensor[],
      ),
    [[2, 3], [3], [3]],
  ],
  [
    'attention',
    () =>
      torch.scaled_dot_product_attention(
        ones([1, 2, 3, 4]),
        ones([1, 2, 5, 4]),
        ones([1, 2, 6, 4]),
      ),
    /^scaled_dot_product_attention: there must be as many values as keys, 5, but are 6$/,
    () =>
      torch.scaled_dot_product_attention(ones([1, 2, 3, 4]), ones([1, 2, 5, 4]), ones([1, 2, 5, 4]))
        .shape,
    [1, 2, 3, 4],
  ],
  [
    'CTC loss',
    () => torch.ctc_loss(zeros([4, 1, 3]), int64([1, 3], [1, 2]), [4], [2]),
    /^ctc_loss: targets must be from 0 to 2, but got 3$/,
    () => torch.ctc_loss(zeros([4, 1, 3]), int64([1, 99], [1, 2]), [4], [1]).shape,
    [],
  ],
  [
    'embedding_bag',
    () => torch.embedding_bag(ones([5, 3]), int64([1, 2]), int64([], [0]), false, 1),
    /^embedding_bag: offsets must have an element for each bag, but there are indices and no bag$/,
    () =>
      (
        torch.embedding_bag(ones([5, 3]), int64([1, 2]), int64([0]), false, 0) as Tensor[]
      )[0]?.tolist(),
    [[2, 2, 2]],
  ],
  [
    'segment_reduce',
    () => torch.segment_reduce(ones([4]), 'sum', { offsets: int64([0, 9]) }),
    /^segment_reduce: offsets must rise from 0 to 4, but got 9$/,
    () => lists(torch.segment_reduce(ones([4]), 'sum', { offsets: int64([0, 1, 4]) })),
    [1, 3],
  ],
  [
    'pdist',
    () => torch.pdist(zeros([0, 3], { requires_grad: true })),
    /^pdist: self must have rows where its gradient is wanted$/,
    () => torch.pdist(zeros([0, 3])).shape,
    [0],
  ],
  [
    'weight normalisation',
    () => torch._weight_norm(ones([2, 3]), ones([5]), 0),
    /^_weight_norm: g must have 2 elements, but has the shape \[5\]$/,
    () => torch._weight_norm(ones([2, 3]), ones([2, 1]), 0).shape,
    [2, 3],
  ],
];

describe('what LibTorch would not survive', () => {
  test.each(cases)('%s', (_, wrong, words, right, result) => {
    torch.tidy(() => {
      expect(wrong).toThrow(expect.objectContaining({ name: 'RangeError' }));
      expect(wrong).toThrow(words);
      expect(right()).toEqual(result);
    });
  });
});
