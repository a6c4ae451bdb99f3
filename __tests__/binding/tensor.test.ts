// What tensors say of themselves, and their data in and out.
import { describe, expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import { valuesOf } from '../support/tensors.js';

describe('tensor', () => {
  test('nested arrays give the shape, and come back as they were', () => {
    const data = [
      [1, 2.5, -3],
      [4, 5, 6],
    ];
    const made = torch.tensor(data);
    expect(made.shape).toEqual([2, 3]);
    expect(made.device).toBe('cpu');
    expect(made.tolist()).toEqual(data);
    expect(torch.tensor([[], []]).shape).toEqual([2, 0]);
    expect(torch.tensor([[], []]).tolist()).toEqual([[], []]);
  });

  test('shape gives flat data its form', () => {
    const made = torch.tensor([1, 2, 3, 4, 5, 6], { shape: [3, 1, 2] });
    expect(made.tolist()).toEqual([[[1, 2]], [[3, 4]], [[5, 6]]]);
    expect(torch.tensor(5, { shape: [1, 1] }).shape).toEqual([1, 1]);
    for (const shape of [[2, 2], [-1, -6], [6.5], ['6'], 6, [2, 3, 0], null] as never[]) {
      expect(() => torch.tensor([1, 2, 3, 4, 5, 6], { shape })).toThrow(
        /^tensor: shape must fit the 6 elements of data, but got/,
      );
    }
  });

  test('ragged, bottomless and endless arrays are refused', () => {
    expect(() => torch.tensor([[1, 2], [3]])).toThrow(
      'tensor: nested arrays must have equal lengths, but dimension 1 has 2 items and [3]',
    );
    expect(() => torch.tensor([[1], 2])).toThrow('dimension 1 has 1 items and 2');
    expect(() => torch.tensor([1, [2]])).toThrow('but got [2]');
    const endless: unknown[] = [];
    endless.push(endless);
    expect(() => torch.tensor(endless as never)).toThrow('nested deeper than 64');
  });

  test('options are checked', () => {
    expect(() => torch.tensor([1], { dtype: 'float' as never })).toThrow(
      'tensor: dtype must be a name like \'float32\', but got "float"',
    );
    expect(() => torch.tensor([1], { dytpe: 'int64' } as never)).toThrow(
      'tensor: there is no option "dytpe"; there are dtype, device, requires_grad, shape',
    );
    expect(() => torch.tensor([1], 'int64' as never)).toThrow('tensor: options must be an object');
    expect(() => torch.tensor([1], { device: 'gpu' })).toThrow("device must be like 'cpu'");
    expect(torch.tensor([1], { requires_grad: true }).requires_grad).toBe(true);
    const before = torch.memory().tensors;
    expect(() => torch.tensor([1n], { requires_grad: true })).toThrow(/floating point/);
    expect(torch.memory().tensors).toBe(before);
  });

  test('what lies transposed or with gaps comes out in row-major order', () => {
    const x = torch.tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(valuesOf(x.t())).toEqual([1, 4, 2, 5, 3, 6]);
    expect(valuesOf(x.index(':', '::2'))).toEqual([1, 3, 4, 6]);
    expect(valuesOf(x.select(0, 1))).toEqual([4, 5, 6]);
    expect(valuesOf(torch.tensor([7]).expand([3]))).toEqual([7, 7, 7]);
  });

  test('item refuses what has more than one element, or none', () => {
    expect(torch.tensor([[3]]).item()).toBe(3);
    expect(() => torch.tensor([1, 2]).item()).toThrow(
      'item: only one-element tensors have one, but the shape is [2]',
    );
    expect(() => torch.zeros([0]).item()).toThrow(RangeError);
  });

  test('what has no elements in a row says so', () => {
    const sparse = torch.eye(2).to_sparse();
    expect(() => sparse.tolist()).toThrow('toTypedArray: only dense tensors');
    expect(() => torch.zeros([2], { device: 'meta' }).tolist()).toThrow(/meta/);
    expect(sparse.to_dense().tolist()).toEqual([
      [1, 0],
      [0, 1],
    ]);
  });
});

describe('attributes', () => {
  test('sizes, strides and bytes', () => {
    const x = torch.zeros([2, 3, 4], { dtype: 'float64' });
    expect([x.ndim, x.dim(), x.numel(), x.itemsize, x.element_size(), x.nbytes]).toEqual([
      3, 3, 24, 8, 8, 192,
    ]);
    expect([x.size(), x.size(0), x.size(-1)]).toEqual([[2, 3, 4], 2, 4]);
    expect([x.stride(), x.stride(0), x.stride(-1)]).toEqual([[12, 4, 1], 12, 1]);
    expect(x.permute([2, 0, 1]).stride()).toEqual([1, 12, 4]);
    expect(x.expand([5, 2, 3, 4]).nbytes).toBe(960);
    for (const dim of [3, -4, 0.5, Number.NaN, '0'] as never[]) {
      expect(() => x.size(dim)).toThrow(/^size: dim must be in \[-3, 3\), got/);
      expect(() => x.stride(dim)).toThrow(RangeError);
    }
  });

  test('layout', () => {
    expect(torch.eye(2).layout).toBe('strided');
    expect(torch.eye(2).to_sparse().layout).toBe('sparse_coo');
    expect(torch.eye(2).to_sparse().stride()).toEqual([]);
  });

  test('requires_grad can be set on leaves alone', () => {
    const x = torch.ones([2]);
    x.requires_grad = true;
    expect(x.requires_grad).toBe(true);
    const y = x.mul(2);
    expect(() => {
      y.requires_grad = false;
    }).toThrow(/leaf/);
    expect(() => {
      torch.ones([2], { dtype: 'int64' }).requires_grad = true;
    }).toThrow(/floating point and complex/);
    expect(() => {
      x.requires_grad = 1 as never;
    }).toThrow('requires_grad: must be true or false, but got 1');
    x.requires_grad = false;
    expect(x.requires_grad).toBe(false);
  });

  test('is_leaf, grad_fn, retain_grad, detach', () => {
    const x = torch.ones([2], { requires_grad: true });
    const y = x.mul(x.detach().add(1));
    expect([x.is_leaf, x.grad_fn]).toEqual([true, null]);
    expect([y.is_leaf, y.grad_fn]).toEqual([false, 'MulBackward0']);
    const detached = y.detach();
    expect([detached.is_leaf, detached.grad_fn, detached.requires_grad]).toEqual([
      true,
      null,
      false,
    ]);
    y.retain_grad();
    y.mul(3).sum().backward();
    expect(y.grad?.tolist()).toEqual([3, 3]);
    expect(x.grad?.tolist()).toEqual([6, 6]);
    detached.fill_(5);
    expect(y.tolist()).toEqual([5, 5]);
    expect(y.clone().grad_fn).toBe('CloneBackward0');
  });
});

describe('to', () => {
  test('another dtype is a copy, the same one a second handle to the same memory', () => {
    const made = torch.tensor([1, 2]);
    expect(made.to('float64').dtype).toBe('float64');
    const same = made.to('float32');
    made.add_(1);
    expect(same.tolist()).toEqual([2, 3]);
    const copy = made.to({ dtype: 'float32', copy: true });
    made.add_(1);
    expect(copy.tolist()).toEqual([2, 3]);
  });

  test('another tensor gives its dtype and device', () => {
    const like = torch.zeros([1], { dtype: 'int16' });
    expect(torch.tensor([1.5]).to(like).dtype).toBe('int16');
    expect(torch.tensor([1.5]).to(torch.zeros([1], { device: 'meta' })).device).toBe('meta');
  });

  test.each([
    ['bool', 'bool'],
    ['byte', 'uint8'],
    ['char', 'int8'],
    ['short', 'int16'],
    ['int', 'int32'],
    ['long', 'int64'],
    ['half', 'float16'],
    ['bfloat16', 'bfloat16'],
    ['float', 'float32'],
    ['double', 'float64'],
    ['cfloat', 'complex64'],
    ['cdouble', 'complex128'],
  ] as const)('%s() makes it %s', (method, dtype) => {
    const made = torch.tensor([0, 1])[method]();
    expect(made.dtype).toBe(dtype);
    expect(torch.tensor([0, 1], { dtype }).equal(made)).toBe(true);
  });

  test('other targets are refused', () => {
    for (const target of ['gpu', 5, null, undefined] as never[]) {
      expect(() => torch.ones([1]).to(target)).toThrow(
        "to: target must be a device like 'cuda:0', a dtype like 'float32', a tensor, or options, but got",
      );
    }
  });
});

test('memory formats order the dimensions in memory, not the elements', () => {
  const x = torch.arange(24).view([1, 2, 3, 4]);
  const last = x.contiguous({ memory_format: 'channels_last' });
  expect(last.stride()).toEqual([24, 1, 8, 2]);
  expect(last.shape).toEqual(x.shape);
  expect(last.tolist()).toEqual(x.tolist());
  expect(last.is_contiguous()).toBe(false);
  expect(last.is_contiguous({ memory_format: 'channels_last' })).toBe(true);
  expect(x.to({ memory_format: 'channels_last' }).stride()).toEqual([24, 1, 8, 2]);
  expect(last.clone().stride()).toEqual([24, 1, 8, 2]);
  expect(last.clone({ memory_format: 'contiguous_format' }).is_contiguous()).toBe(true);
  expect(() => x.contiguous({ memory_format: 'channels' as never })).toThrow(/memory_format/);
  expect(() => x.view([24]).contiguous({ memory_format: 'channels_last' })).toThrow(/rank 4/);
});

describe('iteration', () => {
  test('gives the parts along the first dimension, as views that share its gradient', () => {
    const x = torch.tensor(
      [
        [1, 2],
        [3, 4],
      ],
      { requires_grad: true },
    );
    const rows = [...x];
    expect(rows.map((row) => row.tolist())).toEqual([
      [1, 2],
      [3, 4],
    ]);
    rows[1]?.sum().backward();
    expect(x.grad?.tolist()).toEqual([
      [0, 0],
      [1, 1],
    ]);
    const [first] = torch.tensor([5, 6]);
    expect(first?.item()).toBe(5);
    expect([...torch.zeros([0, 3])]).toEqual([]);
  });

  test('frees what a loop left open, with its scope', () => {
    const before = torch.memory().tensors;
    torch.tidy(() => {
      for (const row of torch.ones([10, 2])) {
        if (row.sum().item() === 2) break;
      }
    });
    expect(torch.memory().tensors).toBe(before);
  });

  test('a scalar has none', () => {
    expect(() => [...torch.tensor(1)]).toThrow('a tensor without dimensions cannot be iterated');
  });
});

test('using frees at the end of a block', () => {
  const x = torch.ones([2]);
  x[Symbol.dispose]();
  x.dispose();
  expect(x.disposed).toBe(true);
  for (const use of [
    () => x.shape,
    () => x.add(1),
    () => x.tolist(),
    () => x.index(0),
    () => x.typedArrayView(),
    () => x.grad_fn,
    () => [...x],
  ]) {
    expect(use).toThrow('a tensor was used after it was disposed');
  }
});
