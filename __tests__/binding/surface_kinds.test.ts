// Every kind of argument and result that schemas have, through at least one operator each, with known values.
import { describe, expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import { PROJECT_ROOT } from '../support/paths.js';

const x = torch.tensor([1, 2, 3]);
const image = torch.arange(0, 16).view([1, 1, 4, 4]);

describe('arguments', () => {
  test('Tensor?: a tensor, null, or left out', () => {
    const [input, weight] = [torch.ones([1, 2]), torch.full([1, 2], 3)];
    expect(torch.linear(input, weight, torch.tensor([10])).item()).toBe(16);
    expect(torch.linear(input, weight, null).item()).toBe(6);
    expect(torch.linear(input, weight).item()).toBe(6);
    // @ts-expect-error a weight may not be null
    expect(() => torch.linear(input, null)).toThrow(
      "argument 'weight' must be Tensor, but got null",
    );
  });

  test('Tensor[]', () => {
    expect(torch.cat([x, x.neg()]).tolist()).toEqual([1, 2, 3, -1, -2, -3]);
    // @ts-expect-error null is no tensor
    expect(() => torch.cat([x, null])).toThrow(TypeError);
    // @ts-expect-error a tensor is no list
    expect(() => torch.cat(x)).toThrow("argument 'tensors' must be Tensor[]");
  });

  test('Tensor?[]: null takes the whole dimension', () => {
    const m = torch.arange(0, 6).view([2, 3]);
    const last = torch.tensor([2n]);
    expect(torch.index_put(m, [null, last], torch.zeros([2, 1])).tolist()).toEqual([
      [0, 1, 0],
      [3, 4, 0],
    ]);
    expect(torch.index_put(m, [last.sub(1)], x).tolist()).toEqual([
      [0, 1, 2],
      [1, 2, 3],
    ]);
  });

  test('a complex number is refused with a word: a tensor takes it', () => {
    const i = torch.tensor({ re: 0, im: 1 });
    const refused = 'a complex number cannot be an argument: make a tensor of it';
    // @ts-expect-error
    expect(() => x.mul({ re: 0, im: 1 })).toThrow(refused);
    expect(() => x.mul(i.item() as number)).toThrow(refused);
    // @ts-expect-error
    expect(() => torch.where(x.gt(1), { re: 0, im: 1 }, 0)).toThrow(refused);
    expect(x.mul(i).select(0, 2).item()).toEqual({ re: 0, im: 3 });
  });

  test('Scalar: number, bigint or boolean', () => {
    expect(torch.full([1], 2.5).tolist()).toEqual([2.5]);
    expect(torch.full([1], 2n ** 62n).tolist()).toEqual([2n ** 62n]);
    expect(torch.full([1], true).tolist()).toEqual([true]);
    // @ts-expect-error a string
    expect(() => torch.full([1], '1')).toThrow("argument 'fill_value' must be Scalar");
  });

  test('Scalar?: null is none', () => {
    expect(torch.clamp(x, null, 2).tolist()).toEqual([1, 2, 2]);
    expect(x.var({ correction: null }).item()).toBe(1);
    expect(x.var({ correction: 0 }).item()).toBeCloseTo(2 / 3, 6);
  });

  test('Scalar[]', () => {
    const scaled = torch._foreach_mul([x, x], [2, 10]);
    expect(scaled.map((tensor) => tensor.tolist())).toEqual([
      [2, 4, 6],
      [10, 20, 30],
    ]);
  });

  test('int: a whole number or a bigint; nothing else', () => {
    expect(x.select(0, 1).item()).toBe(2);
    expect(x.select(0n, -1n).item()).toBe(3);
    expect(() => x.select(0, 0.5)).toThrow(TypeError);
    expect(() => x.select(0, 2 ** 60)).toThrow(TypeError);
    // @ts-expect-error a string
    expect(() => x.select('0', 0)).toThrow("argument 'dim' must be int");
  });

  test('int?', () => {
    const m = torch.tensor([
      [3, 1],
      [2, 4],
    ]);
    expect(m.argmax(null).item()).toBe(3n);
    expect(m.argmax(0).tolist()).toEqual([0n, 1n]);
  });

  test('int[2]: one number, or a list', () => {
    const rows = torch.max_pool2d(image, [2, 4]);
    expect(rows.tolist()).toEqual([[[[7], [15]]]]);
    const corners = [
      [
        [
          [5, 7],
          [13, 15],
        ],
      ],
    ];
    expect(torch.max_pool2d(image, 2).tolist()).toEqual(corners);
    expect(torch.max_pool2d(image, [2, 2], 2n).tolist()).toEqual(corners);
    expect(() => torch.max_pool2d(image, 2.5)).toThrow("argument 'kernel_size' must be int[2]");
  });

  test('int[] and int[]?: a list, and null for all', () => {
    expect(torch.ones([2, 3, 4]).permute([2, 0, 1]).shape).toEqual([4, 2, 3]);
    expect(x.sum(null).item()).toBe(6);
    // @ts-expect-error one number for a list of no set length
    expect(() => torch.ones([2]).permute(0)).toThrow("argument 'dims' must be int[]");
  });

  test('SymInt, SymInt? and SymInt[]: as int', () => {
    expect(x.narrow(0, 1, 2n).tolist()).toEqual([2, 3]);
    expect(x.slice(0, null, 2).tolist()).toEqual([1, 2]);
    expect(x.expand([2n, -1]).shape).toEqual([2, 3]);
    expect(torch.conv2d(image, torch.ones([1, 1, 2, 2]), null, 2).tolist()).toEqual([
      [
        [
          [10, 18],
          [42, 50],
        ],
      ],
    ]);
  });

  test('float and float?', () => {
    const odd = torch.tensor([Number.NaN, Number.POSITIVE_INFINITY, 1]);
    expect(odd.nan_to_num(0.5, 9).tolist()).toEqual([0.5, 9, 1]);
    expect(odd.nan_to_num(null, { posinf: 7 }).tolist()).toEqual([0, 7, 1]);
    expect(torch.isclose(x, x.add(0.4), 0, 0.5).tolist()).toEqual([true, true, true]);
    // @ts-expect-error a bigint
    expect(() => torch.isclose(x, x, 1n)).toThrow("argument 'rtol' must be float");
  });

  test('float[]', () => {
    expect(torch.upsample_nearest2d(image, null, [0.5, 0.5]).tolist()).toEqual([
      [
        [
          [0, 2],
          [8, 10],
        ],
      ],
    ]);
    const [counts] = torch.histogram(x, 2, { range: [0, 4] });
    expect(counts.tolist()).toEqual([1, 2]);
  });

  test('bool and bool?', () => {
    expect(
      x.cumsum(0).flip([0]).sort({ stable: null, dim: 0, descending: true })[0].tolist(),
    ).toEqual([6, 3, 1]);
    expect(x.sum(0, true).shape).toEqual([1]);
    // @ts-expect-error a number
    expect(() => x.sum(0, 1)).toThrow("argument 'keepdim' must be bool, but got 1");
  });

  test('bool[3], which only kernels of backward passes have: what is not asked for is null', async () => {
    const { operatorFunction } = await import(`${PROJECT_ROOT}binding/dist/operators.js`);
    const [normalised, mean, deviation] = torch.native_layer_norm(x, [3], null, null, 0);
    expect(normalised.shape).toEqual([3]);
    const call = operatorFunction('native_layer_norm_backward');
    const given = [torch.ones([3]), x, [3], mean, deviation, torch.ones([3]), torch.zeros([3])];
    const [input, weight, bias] = call(...given, [false, true, true]);
    expect(input).toBeNull();
    expect(bias.tolist()).toEqual([1, 1, 1]);
    expect(weight.sum().item()).toBeCloseTo(0, 6);
  });

  test('str and str?', () => {
    expect(torch.einsum('i,i->', [x, x]).item()).toBe(14);
    expect(torch.gelu(torch.tensor([0]), { approximate: 'tanh' }).item()).toBe(0);
    expect(x.div(2, { rounding_mode: null }).tolist()).toEqual([0.5, 1, 1.5]);
    // @ts-expect-error a number
    expect(() => torch.einsum(1, [x])).toThrow("argument 'equation' must be str, but got 1");
  });

  test('ScalarType and ScalarType?', () => {
    expect(torch.zeros([1], { dtype: 'int16' }).dtype).toBe('int16');
    expect(torch.zeros([1], { dtype: null }).dtype).toBe('float32');
    expect(x.sum({ dtype: 'float64' }).dtype).toBe('float64');
    // @ts-expect-error no dtype of that name
    expect(() => torch.zeros([1], { dtype: 'float' })).toThrow("argument 'dtype'");
  });

  test('Layout', () => {
    const sparse = torch.tensor([0, 7, 0, 8]).to_sparse();
    expect(sparse._nnz()).toBe(2);
    expect(sparse.indices().tolist()).toEqual([[1n, 3n]]);
    const rows = torch
      .tensor([
        [0, 7],
        [8, 9],
      ])
      .to_sparse({ layout: torch.sparse_csr });
    expect(rows.crow_indices().tolist()).toEqual([0n, 1n, 3n]);
    const columns = torch
      .tensor([
        [0, 7],
        [8, 9],
      ])
      .to_sparse({ layout: torch.sparse_csc });
    expect(columns.ccol_indices().tolist()).toEqual([0n, 1n, 3n]);
    // @ts-expect-error no layout of that name
    expect(() => torch.zeros([1], { layout: 'dense' })).toThrow("argument 'layout'");
  });

  test('Device', () => {
    expect(torch.zeros([1], { device: 'cpu' }).device).toBe('cpu');
    expect(torch.zeros([2, 3], { device: 'meta' }).device).toContain('meta');
    expect(() => torch.zeros([1], { device: 'gpu' })).toThrow("argument 'device' must be Device?");
  });

  test('MemoryFormat', () => {
    const batch = torch.zeros([2, 3, 4, 5]);
    expect(batch.contiguous({ memory_format: torch.channels_last }).stride()).toEqual([
      60, 1, 15, 3,
    ]);
    expect(batch.clone({ memory_format: torch.contiguous_format }).stride()).toEqual([
      60, 20, 5, 1,
    ]);
    // @ts-expect-error no memory format of that name
    expect(() => batch.contiguous({ memory_format: 'nhwc' })).toThrow("argument 'memory_format'");
  });

  test('Generator', () => {
    const draw = (seed: number) => {
      const generator = new torch.Generator().manual_seed(seed);
      return torch.rand([4], { generator }).tolist();
    };
    expect(draw(3)).toEqual(draw(3));
    expect(draw(3)).not.toEqual(draw(4));
    // @ts-expect-error a seed is no generator
    expect(() => torch.rand([1], { generator: 3 })).toThrow("argument 'generator'");
  });

  test('factories take what PyTorch gives them, as functions and as methods', () => {
    const options = { dtype: 'float64', device: 'cpu', requires_grad: true } as const;
    for (const made of [
      torch.ones([1], options),
      torch.ones_like(x, options),
      x.new_ones([1], options),
    ]) {
      expect([made.dtype, made.requires_grad, made.is_leaf]).toEqual(['float64', true, true]);
    }
    expect(x.new_zeros([2]).requires_grad).toBe(false);
    expect(torch.tensor([1n]).new_full([1], 3).dtype).toBe('int64');
  });
});

describe('results', () => {
  test('one tensor, several, or a list', () => {
    expect(x.neg().tolist()).toEqual([-1, -2, -3]);
    expect(torch.var_mean(x).map((tensor) => tensor.item())).toEqual([1, 2]);
    expect(x.unbind().map((tensor) => tensor.item())).toEqual([1, 2, 3]);
  });

  test('a tensor and a list', () => {
    const points = torch.tensor([
      [0, 0],
      [1, 2],
    ]);
    const [counts, edges] = torch.histogramdd(points, [1, 2]);
    expect(counts.tolist()).toEqual([[1, 1]]);
    expect(edges.map((edge) => edge.tolist())).toEqual([
      [0, 1],
      [0, 1, 2],
    ]);
  });

  test('bool, int and ScalarType', () => {
    expect(torch.equal(x, x)).toBe(true);
    expect(torch.is_complex(x)).toBe(false);
    expect(x.storage_offset()).toBe(0);
    expect(x.slice(0, 1).storage_offset()).toBe(1);
    expect(torch.result_type(x, 1n)).toBe('float32');
    expect(torch.promote_types('int64', 'float16')).toBe('float16');
  });

  test('nothing', () => {
    const list = [torch.ones([1])];
    expect(torch._foreach_add_(list, 2)).toBeUndefined();
    expect(list[0]?.item()).toBe(3);
  });
});
