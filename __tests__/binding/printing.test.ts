// The text of tensors, beside what PyTorch 2.15 prints for the same ones.
import { inspect } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import * as torch from 'torch-js';

const { tensor, arange } = torch;
const { NaN: nan, POSITIVE_INFINITY: inf } = Number;
const counting = (stop: number) => arange(stop, { dtype: 'int64' });

describe('numbers', () => {
  test.each([
    [tensor(2.5), 'tensor(2.5000)'],
    [tensor(3), 'tensor(3.)'],
    [tensor(-0), 'tensor(-0.)'],
    [tensor([1, 2, 3]), 'tensor([1., 2., 3.])'],
    [tensor([nan, inf, -inf, 1.5]), 'tensor([   nan,    inf,   -inf, 1.5000])'],
    [tensor([nan, inf, -inf, 1]), 'tensor([nan, inf, -inf, 1.])'],
    [tensor([nan, 0]), 'tensor([nan, 0.])'],
    [tensor([1e-3, 1, 1001]), 'tensor([1.0000e-03, 1.0000e+00, 1.0010e+03])'],
    [tensor([1.5e8, 2e8, 1e9]), 'tensor([1.5000e+08, 2.0000e+08, 1.0000e+09])'],
    [tensor([1e-5, 2e-5]), 'tensor([1.0000e-05, 2.0000e-05])'],
    [
      tensor([-1e10, 1e-10, 0, nan]),
      'tensor([-1.0000e+10,  1.0000e-10,  0.0000e+00,         nan])',
    ],
    // Ties go to the even digit.
    [tensor([0.03125, 0.09375, 1.03125]), 'tensor([0.0312, 0.0938, 1.0312])'],
    [tensor([100005, 100015, 1]), 'tensor([1.0000e+05, 1.0002e+05, 1.0000e+00])'],
    [tensor([0.1, 0.2], { dtype: 'float64' }), 'tensor([0.1000, 0.2000], dtype=torch.float64)'],
    [
      tensor([1 / 3, 65504], { dtype: 'float16' }),
      'tensor([3.3325e-01, 6.5504e+04], dtype=torch.float16)',
    ],
    [tensor([1 / 3], { dtype: 'bfloat16' }), 'tensor([0.3340], dtype=torch.bfloat16)'],
    [tensor(7n), 'tensor(7)'],
    [tensor([1n, -20n]), 'tensor([  1, -20])'],
    [
      tensor([2n ** 63n - 1n, -(2n ** 63n)]),
      'tensor([ 9223372036854775807, -9223372036854775808])',
    ],
    [
      tensor([2n ** 64n - 1n, 1n], { dtype: 'uint64' }),
      'tensor([18446744073709551615,                    1], dtype=torch.uint64)',
    ],
    [tensor([0, 255], { dtype: 'uint8' }), 'tensor([  0, 255], dtype=torch.uint8)'],
    [tensor(true), 'tensor(True)'],
    [tensor([true, false]), 'tensor([ True, False])'],
    [
      tensor([
        { re: 1, im: 2 },
        { re: -1.5, im: -0.5 },
      ]),
      'tensor([ 1.0000+2.0000j, -1.5000-0.5000j])',
    ],
    [
      tensor(
        [
          { re: 0, im: -0 },
          { re: nan, im: inf },
        ],
        { dtype: 'complex128' },
      ),
      'tensor([0.-0.j, nan+infj], dtype=torch.complex128)',
    ],
    [tensor({ re: 1e10, im: 1 }), 'tensor(1.0000e+10+1.j)'],
  ])('%p', (made, text) => {
    expect(String(made)).toBe(text);
  });
});

describe('rows', () => {
  test('columns line up', () => {
    const made = tensor([
      [1, -2.5],
      [1000, 3],
    ]);
    expect(String(made)).toBe('tensor([[   1.0000,   -2.5000],\n        [1000.0000,    3.0000]])');
  });

  test('lines end before 80 characters', () => {
    expect(String(arange(30))).toBe(
      'tensor([ 0.,  1.,  2.,  3.,  4.,  5.,  6.,  7.,  8.,  9., 10., 11., 12., 13.,\n' +
        '        14., 15., 16., 17., 18., 19., 20., 21., 22., 23., 24., 25., 26., 27.,\n' +
        '        28., 29.])',
    );
    expect(String(counting(60).view([2, 30]).mul(1000))).toBe(
      'tensor([[    0,  1000,  2000,  3000,  4000,  5000,  6000,  7000,  8000,  9000,\n' +
        '         10000, 11000, 12000, 13000, 14000, 15000, 16000, 17000, 18000, 19000,\n' +
        '         20000, 21000, 22000, 23000, 24000, 25000, 26000, 27000, 28000, 29000],\n' +
        '        [30000, 31000, 32000, 33000, 34000, 35000, 36000, 37000, 38000, 39000,\n' +
        '         40000, 41000, 42000, 43000, 44000, 45000, 46000, 47000, 48000, 49000,\n' +
        '         50000, 51000, 52000, 53000, 54000, 55000, 56000, 57000, 58000, 59000]])',
    );
  });

  test('empty lines part blocks', () => {
    expect(String(counting(12).view([2, 3, 2]))).toBe(
      'tensor([[[ 0,  1],\n         [ 2,  3],\n         [ 4,  5]],\n\n' +
        '        [[ 6,  7],\n         [ 8,  9],\n         [10, 11]]])',
    );
    expect(String(arange(4).view([1, 2, 1, 2]))).toBe(
      'tensor([[[[0., 1.]],\n\n         [[2., 3.]]]])',
    );
  });

  test('1000 elements are shown, of 1001 the first and last three of each dimension', () => {
    expect(String(counting(1000))).toContain(' 499, ');
    expect(String(counting(1001))).toBe('tensor([   0,    1,    2,  ...,  998,  999, 1000])');
    expect(String(arange(2000))).toBe(
      'tensor([0.0000e+00, 1.0000e+00, 2.0000e+00,  ..., 1.9970e+03, 1.9980e+03,\n' +
        '        1.9990e+03])',
    );
    expect(String(counting(2000).view([40, 50]))).toBe(
      'tensor([[   0,    1,    2,  ...,   47,   48,   49],\n' +
        '        [  50,   51,   52,  ...,   97,   98,   99],\n' +
        '        [ 100,  101,  102,  ...,  147,  148,  149],\n' +
        '        ...,\n' +
        '        [1850, 1851, 1852,  ..., 1897, 1898, 1899],\n' +
        '        [1900, 1901, 1902,  ..., 1947, 1948, 1949],\n' +
        '        [1950, 1951, 1952,  ..., 1997, 1998, 1999]])',
    );
    expect(String(arange(1200).view([2, 600]).div(8))).toBe(
      'tensor([[0.0000e+00, 1.2500e-01, 2.5000e-01,  ..., 7.4625e+01, 7.4750e+01,\n' +
        '         7.4875e+01],\n' +
        '        [7.5000e+01, 7.5125e+01, 7.5250e+01,  ..., 1.4962e+02, 1.4975e+02,\n' +
        '         1.4988e+02]])',
    );
    expect(String(counting(1120).view([8, 2, 70]))).toMatch(
      /\[ 350, {2}351, {2}352, {2}\.\.\., {2}417, {2}418, {2}419\]\],\n\n {8}\.\.\.,\n\n {8}\[\[ 700,/,
    );
  });

  test('empty tensors show their shape, and their dtype where it is not float32', () => {
    expect(String(tensor([]))).toBe('tensor([])');
    expect(String(torch.zeros([0, 3]))).toBe('tensor([], size=(0, 3))');
    expect(String(torch.zeros([0], { dtype: 'int64' }))).toBe('tensor([], dtype=torch.int64)');
    expect(String(torch.zeros([2, 0, 3], { dtype: 'float64' }))).toBe(
      'tensor([], size=(2, 0, 3), dtype=torch.float64)',
    );
  });

  test('a tensor without data shows what is known of it', () => {
    expect(String(torch.zeros([2, 3], { device: 'meta', dtype: 'int64' }))).toBe(
      "tensor(..., device='meta', size=(2, 3), dtype=torch.int64)",
    );
  });
});

describe('autograd', () => {
  const leaf = tensor(
    [
      [1, 2],
      [3, 4],
    ],
    { requires_grad: true },
  );
  const changed = leaf.mul(1);
  changed.index_put_(0, 5);

  test.each([
    [leaf, '1., 2.],\n        [3., 4.]], requires_grad=True)'],
    [leaf.mul(tensor(2)), '2., 4.],\n        [6., 8.]], grad_fn=<MulBackward0>)'],
    [leaf.t(), '1., 3.],\n        [2., 4.]], grad_fn=<TBackward0>)'],
    [leaf.sum(), '10., grad_fn=<SumBackward0>)'],
    [leaf.select(0, 0), '1., 2.], grad_fn=<SelectBackward0>)'],
    [changed, '5., 5.],\n        [3., 4.]], grad_fn=<CopySlices>)'],
    [leaf.detach(), '1., 2.],\n        [3., 4.]])'],
  ])('%s', (made, text) => {
    expect(String(made).replace(/^tensor\(\[*/, '')).toBe(text);
  });

  test('a note that does not fit the line gets its own', () => {
    const made = torch.ones([9]).mul(leaf.select(0, 0).select(0, 0)).double();
    expect(String(made)).toBe(
      'tensor([1., 1., 1., 1., 1., 1., 1., 1., 1.], dtype=torch.float64,\n' +
        '       grad_fn=<ToCopyBackward0>)',
    );
  });
});

test('util.inspect prints the same, and printing makes no tensor that stays', () => {
  const made = torch.randn([2000]);
  const before = torch.memory().tensors;
  expect(inspect({ made })).toContain(String(made).split('\n')[0]);
  expect(torch.memory().tensors).toBe(before);
  made.dispose();
  expect(inspect(made)).toBe('tensor(disposed)');
});
