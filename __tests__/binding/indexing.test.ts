// x[…] and x[…] = v, beside what PyTorch gives for the same indices.
import { describe, expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import { type Index, Slice, type Tensor } from 'torch-js';

const counting = (shape: number[]) =>
  torch
    .arange(
      shape.reduce((a, b) => a * b, 1),
      { dtype: 'int64' },
    )
    .view(shape);

/** The elements as numbers, in nested arrays. */
const list = (x: Tensor) => x.to('float64').tolist();

describe('index', () => {
  const x = counting([2, 3, 4]);
  const mask = x.select(0, 0).remainder(2).eq(0);

  test.each<[string, Index[], unknown]>([
    ['x[1, 0]', [1, 0], [12, 13, 14, 15]],
    ['x[-1, -1, -1]', [-1, -1, -1], 23],
    ['x[0n, 1n]', [0n, 1n], [4, 5, 6, 7]],
    ['x[0, 1:3, 0]', [0, '1:3', 0], [4, 8]],
    ['x[0, 0, ::2]', [0, 0, '::2'], [0, 2]],
    ['x[0, 0, -3:-1]', [0, 0, ' -3 : -1 '], [1, 2]],
    ['x[0, 0, 5:]', [0, 0, '5:'], []],
    ['x[0, 0, slice(1, None, 2)]', [0, 0, new Slice(1, null, 2)], [1, 3]],
    [
      'x[..., 0]',
      ['...', 0],
      [
        [0, 4, 8],
        [12, 16, 20],
      ],
    ],
    ['x[0, ..., 0]', [0, '...', 0], [0, 4, 8]],
    ['x[0, 0, ..., 0]', [0, 0, 0, '...'], 0],
    ['x[0, None, :, 0]', [0, null, ':', 0], [[0, 4, 8]]],
    ['x[0, 0, :, None]', [0, 0, ':', null], [[0], [1], [2], [3]]],
    ['x[0, 0, True]', [0, 0, true], [[0, 1, 2, 3]]],
    ['x[0, 0, False]', [0, 0, false], []],
    ['x[0, 0, [3, 0, 0]]', [0, 0, [3, 0, 0]], [3, 0, 0]],
    ['x[0, 0, [-1]]', [0, 0, [-1n]], [3]],
    ['x[0, 0, []]', [0, 0, []], []],
    [
      'x[0, 0, [[0, 1], [2, 3]]]',
      [
        0,
        0,
        [
          [0, 1],
          [2, 3],
        ],
      ],
      [
        [0, 1],
        [2, 3],
      ],
    ],
    [
      'x[[0, 1], [1, 2], [2, 3]]',
      [
        [0, 1],
        [1, 2],
        [2, 3],
      ],
      [6, 23],
    ],
    [
      'x[[[0], [1]], [0, 1], 0]',
      [[[0], [1]], [0, 1], 0],
      [
        [0, 4],
        [12, 16],
      ],
    ],
    // A slice between arrays: their dimension comes first.
    ['x[[0, 1], :1, [0, 1]]', [[0, 1], ':1', [0, 1]], [[0], [13]]],
    ['x[0, [True, False, True], 0]', [0, [true, false, true], 0], [0, 8]],
    ['x[0][mask]', [0, mask], [0, 2, 4, 6, 8, 10]],
    [
      'x[:, mask]',
      [':', mask],
      [
        [0, 2, 4, 6, 8, 10],
        [12, 14, 16, 18, 20, 22],
      ],
    ],
    ['x[0, torch.tensor(1), torch.tensor([2])]', [0, torch.tensor(1n), torch.tensor([2n])], [6]],
    ['x[0, 0, torch.tensor(True)]', [0, 0, torch.tensor(true)], [[0, 1, 2, 3]]],
    ['x[0, 0, np.array([1, 3])]', [0, 0, new Int32Array([1, 3])], [1, 3]],
  ])('%s', (_python, indices, expected) => {
    expect(list(x.index(...indices))).toEqual(expected);
  });

  test('shapes where nothing is left to compare', () => {
    expect(x.index(false).shape).toEqual([0, 2, 3, 4]);
    expect(x.index([]).shape).toEqual([0, 3, 4]);
    expect(x.index('2:1', 0).shape).toEqual([0, 4]);
    expect(x.index(null, '...', null).shape).toEqual([1, 2, 3, 4, 1]);
    expect(torch.tensor(5).index(true).tolist()).toEqual([5]);
    expect(torch.tensor(5).index('...').tolist()).toBe(5);
  });

  test('no index, or only full slices, gives a second handle to the same memory', () => {
    for (const indices of [[], ['...'], [':', ':']]) {
      const same = counting([2, 2]);
      const other = same.index(...indices);
      expect(other).not.toBe(same);
      other.fill_(5);
      expect(list(same)).toEqual([
        [5, 5],
        [5, 5],
      ]);
    }
  });

  test('leaves no tensor behind but its result', () => {
    const before = torch.memory().tensors;
    const result = x.index(0, [1, 2], null, true, '::2');
    expect(torch.memory().tensors).toBe(before + 1);
    result.dispose();
    expect(() => x.index(0, [0], [9])).toThrow();
    expect(torch.memory().tensors).toBe(before);
  });
});

describe('index_put_', () => {
  const write = (indices: Index | Index[], values: Parameters<Tensor['index_put_']>[1]) =>
    list(counting([2, 3]).index_put_(indices, values));

  test.each<[string, Index | Index[], Parameters<Tensor['index_put_']>[1], unknown]>([
    [
      'x[0] = 9',
      0,
      9,
      [
        [9, 9, 9],
        [3, 4, 5],
      ],
    ],
    [
      'x[0, 1] = 9',
      [0, 1],
      9n,
      [
        [0, 9, 2],
        [3, 4, 5],
      ],
    ],
    [
      'x[[0, 1]] = 9',
      [[0, 1]],
      9,
      [
        [9, 9, 9],
        [9, 9, 9],
      ],
    ],
    [
      'x[:, ::2] = 9',
      [':', '::2'],
      9,
      [
        [9, 1, 9],
        [9, 4, 9],
      ],
    ],
    [
      'x[..., 0] = [7, 8]',
      ['...', 0],
      [7, 8],
      [
        [7, 1, 2],
        [8, 4, 5],
      ],
    ],
    [
      'x[:] = row',
      ':',
      torch.tensor([7n, 8n, 9n]),
      [
        [7, 8, 9],
        [7, 8, 9],
      ],
    ],
    [
      'x[:] = column',
      ':',
      [[7], [8]],
      [
        [7, 7, 7],
        [8, 8, 8],
      ],
    ],
    [
      'x[0] = 1.0 in float64',
      0,
      torch.tensor(9, { dtype: 'float64' }),
      [
        [9, 9, 9],
        [3, 4, 5],
      ],
    ],
    [
      'x[mask] = 9',
      counting([2, 3]).gt(3),
      9,
      [
        [0, 1, 2],
        [3, 9, 9],
      ],
    ],
    [
      'x[mask] = values',
      counting([2, 3]).gt(3),
      [7, 8],
      [
        [0, 1, 2],
        [3, 7, 8],
      ],
    ],
    [
      'x[[0, 1], [2, 0]] = values',
      [
        [0, 1],
        [2, 0],
      ],
      [7, 8],
      [
        [0, 1, 7],
        [8, 4, 5],
      ],
    ],
    [
      'x[False] = 9',
      false,
      9,
      [
        [0, 1, 2],
        [3, 4, 5],
      ],
    ],
    [
      'x[None] = 9',
      null,
      9,
      [
        [9, 9, 9],
        [9, 9, 9],
      ],
    ],
    [
      'x[0] = [[[6, 7, 8]]]',
      0,
      torch.tensor([[[6n, 7n, 8n]]]),
      [
        [6, 7, 8],
        [3, 4, 5],
      ],
    ],
  ])('%s', (_python, indices, values, expected) => {
    expect(write(indices, values)).toEqual(expected);
  });

  test('returns the tensor, and records the gradient of both sides', () => {
    const x = torch.ones([3], { requires_grad: true });
    const v = torch.tensor(5, { requires_grad: true });
    const y = x.mul(1);
    expect(y.index_put_([[0, 2]], v)).toBe(y);
    y.mul(torch.tensor([1, 2, 3]))
      .sum()
      .backward();
    expect(x.grad?.tolist()).toEqual([0, 2, 0]);
    expect(v.grad?.item()).toBe(4);
  });

  test('accumulate adds, also where a position comes twice', () => {
    const x = torch.zeros([3]);
    x.index_put_([[0, 0, 2]], 1, { accumulate: true });
    x.index_put_([1], 5, true);
    expect(x.tolist()).toEqual([2, 5, 1]);
    expect(() => x.index_put_(0, 1, { accumulate: 1 as never })).toThrow(
      'index_put_: accumulate must be true or false, but got 1',
    );
    expect(() => x.index_put_(0, 1, { accumulated: true } as never)).toThrow(
      'index_put_: there is no option "accumulated"; there are accumulate',
    );
    expect(() => x.index_put_(0, 1, null as never)).toThrow(
      'index_put_: options must be an object',
    );
  });

  test('a number that does not fit the dtype is refused, as is a tensor of another at index tensors', () => {
    expect(() => write(0, 1.5)).toThrow('index_put_: values: 1.5 does not fit int64');
    expect(() => write([[0, 1]], torch.ones([3]))).toThrow(/source and destination dtypes match/);
    expect(() => write(0, [1, 2])).toThrow(/expand|match/);
  });

  test('a leaf that requires grad is not changed in place', () => {
    const leaf = torch.ones([2], { requires_grad: true });
    expect(() => leaf.index_put_(0, 1)).toThrow(/leaf Variable that requires grad/);
    torch.no_grad(() => leaf.index_put_(0, 3));
    expect(leaf.tolist()).toEqual([3, 1]);
  });
});

describe('errors', () => {
  const x = counting([2, 3]);
  const indexError = (indices: Index[]) => {
    try {
      x.index(...indices);
    } catch (error) {
      return [(error as torch.TorchError).kind, (error as Error).message];
    }
    return undefined;
  };

  test.each<[Index[], string]>([
    [[2], 'index: index 2 is out of bounds for dimension 0 with size 2 (shape [2, 3])'],
    [[0, -4], 'index: index -4 is out of bounds for dimension 1 with size 3 (shape [2, 3])'],
    [[null, '...', 3], 'index: index 3 is out of bounds for dimension 1'],
    [[0, 0, 0], 'index: 3 dimensions are indexed, but it has 2 (shape [2, 3])'],
    [[':', x.ge(0)], 'index: 3 dimensions are indexed, but it has 2'],
    [['...', '...'], "index: only one index can be '...'"],
    [[[0, 5]], 'index 5 is out of bounds for dimension 0 with size 2'],
    [[[true, false, true]], 'The shape of the mask [3] at index 0 does not match'],
    [
      [
        [0, 1],
        [0, 1, 2],
      ],
      'shape mismatch: indexing tensors could not be broadcast',
    ],
    [[torch.tensor([0.5])], 'tensors used as indices must be long, int, byte or bool'],
  ])('%p is an IndexError', (indices, message) => {
    const [kind, text] = indexError(indices) ?? [];
    expect(text).toContain(message);
    expect(kind).toBe('IndexError');
  });

  test('a scalar has no dimension to index', () => {
    expect(() => torch.tensor(1).index(0)).toThrow(
      'index: 1 dimensions are indexed, but a tensor without dimensions has none: use item()',
    );
  });

  test.each([1.5, Number.NaN, 'a', '1', '1:2:3:4', undefined, {}, Symbol('x'), 2n ** 60n])(
    '%p is no index',
    (bad) => {
      expect(() => x.index(0, bad as never)).toThrow(TypeError);
      expect(() => x.index_put_([0, bad as never], 1)).toThrow(
        /^index_put_: index 1 must be a whole number, a slice like '1:3', /,
      );
    },
  );

  test('arrays of anything else are refused by their element', () => {
    expect(() => x.index([0.5])).toThrow('index: index 0: 0.5 does not fit int64');
    expect(() => x.index(0, ['a'] as never)).toThrow('index: index 1: data must be numbers');
    expect(() => x.index([[0], [1, 2]])).toThrow('index: index 0: nested arrays must have equal');
  });

  test('slices are checked', () => {
    expect(() => x.index('::0')).toThrow('Slice: step must be greater than zero, but got 0');
    expect(() => x.index('::-1')).toThrow(RangeError);
    expect(() => new Slice(0, 1, -1)).toThrow('step must be greater than zero, but got -1');
    expect(() => new Slice(0.5)).toThrow(
      'Slice: start must be a whole number or null, but got 0.5',
    );
    expect(() => new Slice(null, '3' as never)).toThrow('Slice: stop must be');
    expect(Slice.parse('1:')).toEqual(new Slice(1));
    expect(Slice.parse('1')).toBeUndefined();
  });
});
