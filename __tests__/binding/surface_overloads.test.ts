// Which overload a call finds: as PyTorch's argument parser decides it. int64 comes as bigint and bool as
// boolean, so that the values show the dtype, too.
import { describe, expect, test } from '@jest/globals';
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';

const x = torch.tensor([1, 2, 3]);
const whole = torch.tensor([1n, 2n, 3n]);
const flags = torch.tensor([true, false, true]);
const index = torch.tensor([0n, 2n]);
const m = torch.tensor([
  [3, 1],
  [2, 4],
]);

/** Tensors as nested arrays, also inside of arrays; anything else as it is. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  return value instanceof torch.Tensor ? value.tolist() : value;
}

type Case = [call: () => unknown, expected: unknown];

function check(cases: Record<string, Case>): void {
  test.each(Object.entries(cases))('%s', (_, [call, expected]) => {
    expect(plain(call())).toEqual(expected);
  });
}

describe('a number or a tensor', () => {
  check({
    'add(x, 2)': [() => torch.add(x, 2), [3, 4, 5]],
    'add(whole, 2)': [() => torch.add(whole, 2), [3n, 4n, 5n]],
    'add(whole, 2.5)': [() => torch.add(whole, 2.5), [3.5, 4.5, 5.5]],
    'add(x, x, { alpha })': [() => torch.add(x, x, { alpha: 10 }), [11, 22, 33]],
    'add(x, 2, { alpha })': [() => torch.add(x, 2, { alpha: 3 }), [7, 8, 9]],
    'add(2, whole, { alpha })': [() => torch.add(2, whole, { alpha: 3 }), [5n, 8n, 11n]],
    'sub(2, x)': [() => torch.sub(2, x), [1, 0, -1]],
    'sub(2.5, whole)': [() => torch.sub(2.5, whole), [1.5, 0.5, -0.5]],
    'mul(true, whole)': [() => torch.mul(true, whole), [1n, 2n, 3n]],
    'div(6, whole)': [() => torch.div(6, whole), [6, 3, 2]],
    'div(5, whole, { rounding_mode })': [
      () => torch.div(5, whole, { rounding_mode: 'floor' }),
      [5n, 2n, 1n],
    ],
    'floor_divide(5, whole)': [() => torch.floor_divide(5, whole), [5n, 2n, 1n]],
    'rsub(x, 1)': [() => torch.rsub(x, 1), [0, -1, -2]],
    'x.mul(2)': [() => x.mul(2), [2, 4, 6]],
    'flags.mul(2)': [() => flags.mul(2), [2n, 0n, 2n]],
    'x.eq(1)': [() => x.eq(1), [true, false, false]],
    'x.fill_(1)': [() => x.clone().fill_(1), [1, 1, 1]],
    'x.fill_(tensor)': [() => x.clone().fill_(torch.tensor(5)), [5, 5, 5]],
    'pow(2, x)': [() => torch.pow(2, x), [2, 4, 8]],
    'pow(x, 2)': [() => torch.pow(x, 2), [1, 4, 9]],
    'pow(x, x)': [() => torch.pow(x, x), [1, 4, 27]],
    'pow(2, whole)': [() => torch.pow(2, whole), [2n, 4n, 8n]],
    'remainder(5, whole)': [() => torch.remainder(5, whole), [0n, 1n, 2n]],
    'bitwise_and(6, whole)': [() => torch.bitwise_and(6, whole), [0n, 2n, 2n]],
    'float_power(2, whole)': [() => torch.float_power(2, whole), [2, 4, 8]],
    'isin(1, whole)': [() => torch.isin(1, whole), true],
    'isin(whole, 1)': [() => torch.isin(whole, 1), [true, false, false]],
    'isin(whole, index)': [() => torch.isin(whole, index), [false, true, false]],
    'searchsorted(x, 2.5)': [() => torch.searchsorted(x, 2.5), 2n],
    'searchsorted(x, tensor)': [() => torch.searchsorted(x, torch.tensor([0, 4])), [0n, 3n]],
    'bucketize(2, x)': [() => torch.bucketize(2, x), 1n],
    'index_fill with a number': [() => x.index_fill(0, index, 9), [9, 2, 9]],
    'index_fill with a tensor': [() => x.index_fill(0, index, torch.tensor(4)), [4, 2, 4]],
    'scatter of a number': [() => x.scatter(0, index, 9), [9, 2, 9]],
    'scatter of a tensor': [() => x.scatter(0, index, torch.tensor([7, 8])), [7, 2, 8]],
    'scatter with reduce': [() => x.scatter(0, index, 2, { reduce: 'multiply' }), [2, 2, 6]],
    'lerp by a number': [() => torch.lerp(x, x.mul(2), 0.5), [1.5, 3, 4.5]],
    'lerp by a tensor': [() => torch.lerp(x, x.mul(2), torch.tensor([0, 0.5, 1])), [1, 3, 6]],
    'quantile(x, 0.5)': [() => x.quantile(0.5), 2],
    'quantile(x, tensor)': [() => x.quantile(torch.tensor([0, 1])), [1, 3]],
  });

  test('where takes numbers on either side, on both, or none at all', () => {
    expect(plain(torch.where(flags, 1, x))).toEqual([1, 2, 1]);
    expect(plain(torch.where(flags, x, 0))).toEqual([1, 0, 3]);
    expect(plain(torch.where(flags, 1, 0))).toEqual([1n, 0n, 1n]);
    expect(plain(torch.where(flags, 1.5, 0))).toEqual([1.5, 0, 1.5]);
    expect(plain(torch.where(flags))).toEqual([[0n, 2n]]);
    expect(plain(x.where(flags, 0))).toEqual([1, 0, 3]);
  });

  test('clamp takes numbers, null or tensors, but one kind of both', () => {
    expect(plain(torch.clamp(x, 2))).toEqual([2, 2, 3]);
    expect(plain(torch.clamp(x, null, 2))).toEqual([1, 2, 2]);
    expect(plain(torch.clamp(x, { max: 2 }))).toEqual([1, 2, 2]);
    expect(plain(whole.clamp({ min: 2 }))).toEqual([2n, 2n, 3n]);
    const [low, high] = [torch.tensor([2, 0, 0]), torch.tensor([9, 1, 9])];
    expect(plain(torch.clamp(x, low, high))).toEqual([2, 1, 3]);
    expect(plain(torch.clamp(x, { max: high }))).toEqual([1, 1, 3]);
    // @ts-expect-error a tensor beside a number
    expect(() => torch.clamp(x, low, 3)).toThrow(TypeError);
  });

  test('a tensor is a tensor where PyTorch takes no number', () => {
    // @ts-expect-error a number
    expect(() => torch.maximum(x, 2)).toThrow(
      "maximum: argument 'other' must be Tensor, but got 2",
    );
    // @ts-expect-error a number
    expect(() => torch.matmul(x, 2)).toThrow("argument 'other' must be Tensor");
  });
});

describe('rounding and other modes by name', () => {
  check({
    'div floor': [() => torch.div(x, 2, { rounding_mode: 'floor' }), [0, 1, 1]],
    'div of integers': [() => torch.div(whole, 2), [0.5, 1, 1.5]],
    'div of integers, trunc': [() => torch.div(whole, 2, { rounding_mode: 'trunc' }), [0n, 1n, 1n]],
    'div without a mode': [() => torch.div(x, x, { rounding_mode: null }), [1, 1, 1]],
    'round to places': [() => torch.tensor([12.5, 17.5]).round({ decimals: -1 }), [10, 20]],
    'searchsorted from the right': [() => torch.searchsorted(x, 2, { side: 'right' }), 2n],
    'sort, stable': [
      () => m.sort({ stable: true, dim: 0, descending: true })[1],
      [
        [0n, 1n],
        [1n, 0n],
      ],
    ],
    'sort by dim': [
      () => m.sort(0)[0],
      [
        [2, 1],
        [3, 4],
      ],
    ],
  });
});

describe('all elements, or a dimension, or several', () => {
  check({
    'sum()': [() => m.sum(), 10],
    'sum(1)': [() => m.sum(1), [4, 6]],
    'sum(-1)': [() => m.sum(-1), [4, 6]],
    'sum([0, 1])': [() => m.sum([0, 1]), 10],
    'sum(null)': [() => m.sum(null), 10],
    'sum(0, true)': [() => m.sum(0, true), [[5, 5]]],
    'sum({ dim })': [() => m.sum({ dim: 1 }), [4, 6]],
    'sum({ dim, keepdim })': [() => m.sum({ dim: 1, keepdim: true }), [[4], [6]]],
    'sum(1, { keepdim })': [() => m.sum(1, { keepdim: true }), [[4], [6]]],
    'sum of integers': [() => whole.sum(), 6n],
    'sum of flags': [() => flags.sum(), 2n],
    'max()': [() => m.max(), 4],
    'max(1)': [
      () => m.max(1),
      [
        [3, 4],
        [0n, 1n],
      ],
    ],
    'max({ dim })': [
      () => m.max({ dim: 0 }),
      [
        [3, 4],
        [0n, 1n],
      ],
    ],
    'max(other)': [
      () => m.max(torch.full([2, 2], 2.5)),
      [
        [3, 2.5],
        [2.5, 4],
      ],
    ],
    'any()': [() => flags.any(), true],
    'all(0)': [() => flags.all(0), false],
    'norm()': [() => torch.tensor([3, 4]).norm(), 5],
    'norm(1)': [() => m.norm(1), 10],
    'norm(1, [0], true)': [() => m.norm(1, [0], true), [[5, 5]]],
    'norm({ p, dim })': [() => m.norm({ p: 1, dim: 1 }), [4, 6]],
    'var(0, { correction })': [() => m.var(0, { correction: 0 }), [0.25, 2.25]],
    'var({ correction })': [() => m.var({ correction: 0 }), 1.25],
    'var(unbiased)': [() => m.var(false), 1.25],
    'var(dim)': [() => m.var(0), [0.5, 4.5]],
    'argmax()': [() => m.argmax(), 3n],
    'argmax(0)': [() => m.argmax(0), [0n, 1n]],
    'count_nonzero([0, 1])': [() => torch.count_nonzero(m, [0, 1]), 4n],
    'squeeze()': [() => torch.ones([1, 2, 1]).squeeze().shape, [2]],
    'squeeze(0)': [() => torch.ones([1, 2, 1]).squeeze(0).shape, [2, 1]],
    'squeeze([0, 2])': [() => torch.ones([1, 2, 1]).squeeze([0, 2]).shape, [2]],
  });
});

describe('a count, a list or a tensor', () => {
  check({
    'split(2)': [() => x.split(2), [[1, 2], [3]]],
    'split([1, 2])': [() => x.split([1, 2]), [[1], [2, 3]]],
    'tensor_split(2)': [() => x.tensor_split(2), [[1, 2], [3]]],
    'tensor_split([1])': [() => x.tensor_split([1]), [[1], [2, 3]]],
    'tensor_split(tensor)': [() => x.tensor_split(torch.tensor([1n])), [[1], [2, 3]]],
    'repeat_interleave(x, 2)': [() => x.repeat_interleave(2), [1, 1, 2, 2, 3, 3]],
    'repeat_interleave(x, tensor)': [() => x.repeat_interleave(whole), [1, 2, 2, 3, 3, 3]],
    'repeat_interleave(tensor)': [() => torch.repeat_interleave(whole), [0n, 1n, 1n, 2n, 2n, 2n]],
    'histogram by count': [
      () => torch.histogram(x, 2),
      [
        [1, 2],
        [1, 2, 3],
      ],
    ],
    'histogram by edges': [
      () => torch.histogram(x, torch.tensor([0, 2, 4])),
      [
        [1, 2],
        [0, 2, 4],
      ],
    ],
    'gradient by distance': [() => torch.gradient(x, { spacing: 2 }), [[0.5, 0.5, 0.5]]],
    'gradient by coordinates': [() => torch.gradient(x, { spacing: [x] }), [[1, 1, 1]]],
    'arange(end)': [() => torch.arange(3), [0, 1, 2]],
    'arange(start, end)': [() => torch.arange(1, 4), [1, 2, 3]],
    'arange(start, end, step)': [() => torch.arange(0, 10, 5), [0, 5]],
    'randint(high, size)': [() => torch.randint(1, [2]), [0n, 0n]],
    'randint(low, high, size)': [() => torch.randint(3, 4, [2]), [3n, 3n]],
    'view(size)': [() => x.view([3, 1]), [[1], [2], [3]]],
    'view(dtype)': [() => torch.ones([1]).view('int32'), [0x3f800000]],
    '_foreach_add with a number': [() => torch._foreach_add([x, m], 1)[0], [2, 3, 4]],
    '_foreach_add with numbers': [() => torch._foreach_add([x, x], [1, 2])[1], [3, 4, 5]],
    '_foreach_add with tensors': [() => torch._foreach_add([x], [x], { alpha: 2 }), [[3, 6, 9]]],
    '_foreach_pow of a number': [() => torch._foreach_pow(2, [x]), [[2, 4, 8]]],
  });

  test('normal takes tensors or numbers for mean and deviation', () => {
    const spread = (drawn: Tensor) => drawn.std().item() as number;
    const generator = new torch.Generator().manual_seed(1);
    const mean = torch.full([4000], 100);
    expect(torch.normal(mean, 2, { generator }).mean().item()).toBeCloseTo(100, 0);
    expect(spread(torch.normal(mean, 2, { generator }))).toBeCloseTo(2, 0);
    expect(spread(torch.normal(0, torch.full([4000], 3), { generator }))).toBeCloseTo(3, 0);
    expect(spread(torch.normal(0, 5, [4000], { generator }))).toBeCloseTo(5, 0);
  });
});

describe('arguments by name', () => {
  check({
    'required ones': [() => x.scatter({ dim: 0, index, value: 5 }), [5, 2, 5]],
    'some of them': [() => x.gather(0, { index }), [1, 3]],
    'transpose({ dim0, dim1 })': [
      () => m.transpose({ dim0: 0, dim1: 1 }),
      [
        [3, 2],
        [1, 4],
      ],
    ],
    'softmax(x, { dim })': [() => torch.softmax(torch.tensor([5, 5]), { dim: 0 }), [0.5, 0.5]],
    'stack(list, { dim })': [() => torch.stack([x, x], { dim: 1 }).shape, [3, 2]],
    'after a positional null': [
      () => torch.upsample_nearest2d(m.view([1, 1, 2, 2]), null, { scale_factors: [1, 2] }),
      [
        [
          [
            [3, 3, 1, 1],
            [2, 2, 4, 4],
          ],
        ],
      ],
    ],
    'the tensor of a method that is not first': [() => torch.tensor([2]).polygamma(1).shape, [1]],
  });

  test('a name that no overload has, or that is given twice, is refused', () => {
    // @ts-expect-error no such name
    expect(() => m.sum({ axis: 1 })).toThrow("sum: there is no argument 'axis'");
    // Not for the compiler to see: an options object may stand for any optional argument.
    expect(() => torch.add(x, x, { alpha: 1, out: x, beta: 1 } as never)).toThrow(
      "add: there is no argument 'beta'",
    );
    expect(() => m.sum(1, { dim: 1 } as never)).toThrow("argument 'dim' is given twice");
  });
});

describe('results', () => {
  test('out variants write where they are told, one result or several', () => {
    const out = torch.empty([3]);
    expect(torch.mul(x, 2, { out })).toBe(out);
    expect(plain(out)).toEqual([2, 4, 6]);
    const values = torch.empty([2]);
    const indices = torch.empty([2], { dtype: 'int64' });
    const sorted = torch.kthvalue(m, 1, 1, { values, indices });
    expect(sorted[0]).toBe(values);
    expect(sorted[1]).toBe(indices);
    expect(plain(sorted)).toEqual([
      [1, 2],
      [1n, 0n],
    ]);
  });

  test('in-place operators give their tensor, of whatever class', () => {
    class Named extends torch.Tensor {
      name = 'weight';
    }
    const named = new Named(torch.ones([2]));
    const result: Named = named.add_(1).mul_(3).clamp_({ max: 5 });
    expect(result).toBe(named);
    expect(plain(result)).toEqual([5, 5]);
  });
});
