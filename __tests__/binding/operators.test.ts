// Calling operators: overloads, keywords, every kind of argument and result, and what is refused.
import { describe, expect, test } from '@jest/globals';
import * as torch from 'torch-js';

const loosely = torch as unknown as Record<string, (...given: unknown[]) => torch.Tensor>;

describe('arguments', () => {
  test('the overload is chosen by what is given', () => {
    const a = torch.tensor([1, 2]);
    expect(torch.add(a, a).tolist()).toEqual([2, 4]);
    expect(torch.add(a, 10).tolist()).toEqual([11, 12]);
    expect(a.sum().item()).toBe(3);
    expect(
      torch
        .tensor([
          [1, 2],
          [3, 4],
        ])
        .sum(0)
        .tolist(),
    ).toEqual([4, 6]);
  });

  test('by position, by name, or in part by name', () => {
    const x = torch.ones([1, 1, 5, 5]);
    const w = torch.ones([1, 1, 3, 3]);
    const expected = [
      [
        [
          [9, 9],
          [9, 9],
        ],
      ],
    ];
    expect(torch.conv2d(x, w, null, [2, 2]).tolist()).toEqual(expected);
    expect(torch.conv2d(x, w, null, 2).tolist()).toEqual(expected);
    expect(torch.conv2d(x, w, { stride: 2 }).tolist()).toEqual(expected);
    expect(torch.conv2d(x, w, null, { stride: [2, 2], padding: 'valid' }).tolist()).toEqual(
      expected,
    );
    expect(torch.add(x, x, { alpha: 2 }).sum().item()).toBe(75);
  });

  test('undefined stands for the default, null for none', () => {
    const a = torch.tensor([
      [3, 1],
      [2, 4],
    ]);
    expect(a.sum(undefined as never).item()).toBe(10);
    expect(torch.clamp(a, null, 2).tolist()).toEqual([
      [2, 1],
      [2, 2],
    ]);
  });

  test('lists of tensors, of integers and of flags', () => {
    const a = torch.tensor([1]);
    expect(torch.cat([a, a, torch.tensor([5])]).tolist()).toEqual([1, 1, 5]);
    expect(torch.zeros([2, 0, 3]).shape).toEqual([2, 0, 3]);
    const list = [torch.tensor([1]), torch.tensor([2, 3])];
    torch._foreach_mul_(list, [2, 10]);
    expect(list.map((tensor) => tensor.tolist())).toEqual([[2], [20, 30]]);
  });

  test('a list that outgrows the mailbox crosses whole', () => {
    const one = torch.tensor([1]);
    expect(torch.cat(new Array(20_000).fill(one)).sum().item()).toBe(20_000);
    const parts = torch.ones([9000]).split(1);
    expect(parts.length).toBe(9000);
    expect(torch.stack(parts).sum().item()).toBe(9000);
    torch.dispose(parts);
  });

  test('strings, dtypes, devices, memory formats and generators', () => {
    const a = torch.tensor([
      [1, 2],
      [3, 4],
    ]);
    expect(torch.einsum('ij,jk->ik', [a, a]).tolist()).toEqual([
      [7, 10],
      [15, 22],
    ]);
    expect(torch.zeros([1], { dtype: 'int64', device: 'cpu' }).dtype).toBe('int64');
    const nhwc = torch.zeros([2, 3, 4, 5]).contiguous({ memory_format: 'channels_last' });
    expect(nhwc.stride()).toEqual([60, 1, 15, 3]);
    const first = new torch.Generator().manual_seed(7);
    const second = new torch.Generator().manual_seed(7);
    expect(torch.rand([3], { generator: first }).tolist()).toEqual(
      torch.rand([3], { generator: second }).tolist(),
    );
  });

  test('several results come as an array', () => {
    const [values, indices] = torch
      .tensor([
        [1, 5],
        [7, 2],
      ])
      .max(1);
    expect(values.tolist()).toEqual([5, 7]);
    expect(indices.tolist()).toEqual([1n, 0n]);
    expect(torch.equal(values, values)).toBe(true);
  });

  test('in place and out variants return the very object', () => {
    const a = torch.tensor([1, 2]);
    expect(a.add_(1)).toBe(a);
    const out = torch.zeros([2]);
    const before = torch.memory().tensors;
    expect(torch.add(a, a, { out })).toBe(out);
    expect(torch.memory().tensors).toBe(before);
    expect(out.tolist()).toEqual([4, 6]);
  });
});

describe('numbers', () => {
  test('an integral number beside integers is an integer, any other a float', () => {
    const integers = torch.tensor([1n, 2n]);
    expect(integers.add(1).dtype).toBe('int64');
    expect(integers.add(1.5).dtype).toBe('float32');
    expect(integers.add(-0).dtype).toBe('float32');
    expect(integers.mul(2n ** 40n).tolist()).toEqual([2n ** 40n, 2n ** 41n]);
    expect(torch.pow(2, torch.tensor([3n])).tolist()).toEqual([8n]);
  });

  test('beside floats it is the double it was', () => {
    expect(
      torch
        .tensor([0.5], { dtype: 'float64' })
        .add(2 ** 53)
        .item(),
    ).toBe(2 ** 53);
    expect(Object.is(torch.tensor([1]).mul(-0).item(), -0)).toBe(true);
    expect(torch.tensor([1]).add(Number.NaN).item()).toBeNaN();
  });

  test('factories without a dtype: numbers float32, bigints int64, booleans bool', () => {
    expect(torch.full([1], 3).dtype).toBe('float32');
    expect(torch.full([1], 3n).dtype).toBe('int64');
    expect(torch.full([1], true).dtype).toBe('bool');
    expect(torch.arange(3n).dtype).toBe('int64');
  });

  test('sizes beyond 2^53 and fractions are refused', () => {
    expect(() => torch.zeros([1.5])).toThrow("zeros: argument 'size' must be int[], but got [1.5]");
    expect(() => torch.zeros([Number.NaN])).toThrow(TypeError);
    expect(() => torch.zeros([-1])).toThrow('zeros: Dimension size must be non-negative');
    expect(() => torch.zeros([2n ** 62n])).toThrow(/zeros: /);
  });
});

describe('errors', () => {
  test('no overload fits: the argument, what it must be, what came, and the schemas', () => {
    const a = torch.tensor([1]);
    expect(() => loosely.conv2d?.(a, 'w')).toThrow(
      `conv2d: argument 'weight' must be Tensor, but got "w"`,
    );
    expect(() => loosely.matmul?.(a)).toThrow("matmul: argument 'other' (Tensor) is missing");
    expect(() => loosely.add?.(a, a, { beta: 1 })).toThrow("add: there is no argument 'beta'");
    expect(() => loosely.relu?.(a, a)).toThrow(
      'relu: takes at most 1 arguments by position, but got 2',
    );
    expect(() => loosely.softmax?.(a, 0, { dim: 0 })).toThrow("argument 'dim' is given twice");
    expect(() => loosely.zeros?.([1], { dtype: 'float' })).toThrow(
      `argument 'dtype' must be ScalarType?, but got "float"`,
    );
  });

  test("LibTorch's errors carry code, kind, operator and shapes, and no C++ trace", () => {
    const error = caught(() => torch.matmul(torch.zeros([2, 3]), torch.zeros([2, 3])));
    expect(error).toMatchObject({
      name: 'TorchError',
      code: 'ERR_TORCH',
      kind: 'RuntimeError',
      operator: 'aten::matmul',
      shapes: [
        [2, 3],
        [2, 3],
      ],
    });
    expect(error.message).toContain('mat1 and mat2 shapes cannot be multiplied (2x3 and 2x3)');
    expect(error.message).not.toMatch(/\.cpp|frame #/);
    expect(caught(() => torch.zeros([2]).select(0, 5))).toMatchObject({ kind: 'IndexError' });
  });

  test('after an error the next call is right', () => {
    const a = torch.tensor([1, 2]);
    for (let i = 0; i < 100; i++) {
      expect(() => a.view([3])).toThrow();
      expect(a.add(a).tolist()).toEqual([2, 4]);
    }
  });

  test('a device that is not there is named', () => {
    if (torch.cuda.is_available()) return;
    expect(() => torch.zeros([1], { device: 'cuda' })).toThrow(/CUDA/);
    expect(torch.cuda.device_count()).toBe(0);
  });

  test("the stack begins at the caller's line", () => {
    const callers: (() => unknown)[] = [
      () => torch.add(torch.ones([2]), torch.ones([3])),
      () => torch.ones([2]).matmul(torch.ones([3])),
      () => torch.relu('x' as unknown as torch.Tensor),
      () => torch.combinations(torch.ones([3]), 100),
      () => torch.autograd.backward(torch.ones([2])),
      () => torch.tensor([1.5], { dtype: 'int64' }),
      () => torch.ones([2]).index('row' as unknown as number),
      () => torch.ones([2]).index(5),
      () => torch.ones([2]).item(),
      () => torch.no_grad(5 as unknown as () => void),
      () => torch.manual_seed(0.5),
      () => {
        const freed = torch.ones([2]);
        freed.dispose();
        return freed.shape;
      },
    ];
    for (const caller of callers) {
      const { stack = '' } = torch.tidy(() => caught(caller));
      expect(/^\s+at .*$/m.exec(stack)?.[0]).toMatch(/__tests__\/binding\/operators\.test/);
    }
  });
});

describe('a number that stands for a tensor', () => {
  test('is recorded as one, as in Python', () => {
    torch.tidy(() => {
      const x = torch.tensor([3, 4], { requires_grad: true });
      expect([x.mul(2), x.add(2), x.sub(2), x.div(2)].map((y) => y.grad_fn)).toEqual([
        'MulBackward0',
        'AddBackward0',
        'SubBackward0',
        'DivBackward0',
      ]);
      // So are the other names of these operators, and roundings.
      expect([x.multiply(2), x.subtract(2), x.divide(2), x.true_divide(2)]).toMatchObject(
        ['MulBackward0', 'SubBackward0', 'DivBackward0', 'DivBackward0'].map((grad_fn) => ({
          grad_fn,
        })),
      );
      const rounded = { rounding_mode: 'floor' } as const;
      expect([x.div(2, rounded).grad_fn, x.divide(2, rounded).tolist()]).toEqual([
        'DivBackward2',
        [1, 2],
      ]);
      x.mul(2).add(1, { alpha: 3 }).div(4).sum().backward();
      expect(x.grad?.tolist()).toEqual([0.5, 0.5]);
    });
  });

  test('does not widen the dtype, unless its kind is higher', () => {
    torch.tidy(() => {
      expect(torch.ones([2], { dtype: 'float16' }).mul(2.5).dtype).toBe('float16');
      expect(torch.ones([2], { dtype: 'int8' }).add(100).dtype).toBe('int8');
      expect(torch.ones([2], { dtype: 'int8' }).mul(0.5).dtype).toBe('float32');
      expect(torch.ones([2], { dtype: 'bool' }).add(1).dtype).toBe('int64');
      expect(torch.ones([2], { dtype: 'int64' }).div(2).dtype).toBe('float32');
    });
  });

  test('in place too', () => {
    torch.tidy(() => {
      const x = torch.tensor([3, 4]);
      expect(x.mul_(2).add_(1).sub_(3).div_(4)).toBe(x);
      expect(x.tolist()).toEqual([1, 1.5]);
    });
  });
});

function caught(fn: () => unknown): torch.TorchError {
  try {
    fn();
  } catch (error) {
    return error as torch.TorchError;
  }
  throw new Error('nothing was thrown');
}
