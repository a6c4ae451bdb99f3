// Tensors from data and back, and what they say of themselves.
import { describe, expect, test } from '@jest/globals';
import * as torch from 'torch-js';

describe('tensor', () => {
  test('nested arrays give the shape, numbers float32, and come back as they were', () => {
    const made = torch.tensor([
      [1, 2.5, -3],
      [4, 5, 6],
    ]);
    expect(made.shape).toEqual([2, 3]);
    expect(made.dtype).toBe('float32');
    expect(made.device).toBe('cpu');
    expect(made.stride()).toEqual([3, 1]);
    expect(made.tolist()).toEqual([
      [1, 2.5, -3],
      [4, 5, 6],
    ]);
  });

  test.each([
    [true, 'bool', true],
    [7n, 'int64', 7n],
    [0.5, 'float32', 0.5],
    [-0, 'float32', -0],
    [Number.NaN, 'float32', Number.NaN],
  ] as const)('the scalar %p is %s', (value, dtype, item) => {
    const made = torch.tensor(value);
    expect(made.shape).toEqual([]);
    expect(made.dtype).toBe(dtype);
    expect(made.item()).toBe(item);
  });

  test('int64 is never narrowed: 2^63 - 1 goes in and out', () => {
    const largest = 2n ** 63n - 1n;
    expect(torch.tensor([largest, -largest - 1n]).tolist()).toEqual([largest, -largest - 1n]);
    expect(torch.tensor(2 ** 53, { dtype: 'int64' }).item()).toBe(2n ** 53n);
    expect(() => torch.tensor([2n ** 63n])).toThrow('9223372036854775808n does not fit int64');
    expect(() => torch.tensor([1.5], { dtype: 'int64' })).toThrow('1.5 does not fit int64');
    expect(() => torch.tensor([300], { dtype: 'uint8' })).toThrow('300 does not fit uint8');
  });

  test.each([
    [new Float32Array([1.5, 2]), 'float32'],
    [new Float64Array([Math.PI, 2]), 'float64'],
    [new Int32Array([-1, 2]), 'int32'],
    [new BigInt64Array([-1n, 2n]), 'int64'],
    [new Uint8Array([255, 2]), 'uint8'],
    [new Int8Array([-128, 2]), 'int8'],
    [new Int16Array([-300, 2]), 'int16'],
  ] as const)('%p keeps its type and is copied', (array, dtype) => {
    const made = torch.tensor(array);
    const before = Array.from(array as Iterable<unknown>);
    (array as { fill(value: unknown): void }).fill(array instanceof BigInt64Array ? 0n : 0);
    expect(made.dtype).toBe(dtype);
    const out = made.toTypedArray();
    expect(out.constructor.name).toBe(array.constructor.name);
    expect(Array.from(out as Iterable<unknown>)).toEqual(before);
  });

  test('a view into a larger buffer gives its own part alone', () => {
    const whole = new Float32Array([1, 2, 3, 4]);
    expect(torch.tensor(whole.subarray(1, 3)).tolist()).toEqual([2, 3]);
  });

  test('half precision comes out exactly, as float32', () => {
    const half = torch.tensor([1 / 3, 65504]).to('float16');
    expect(half.dtype).toBe('float16');
    expect(Array.from(half.toTypedArray() as Float32Array)).toEqual([0.333251953125, 65504]);
    expect(
      torch
        .tensor([1 / 3])
        .to('bfloat16')
        .tolist(),
    ).toEqual([0.333984375]);
  });

  test('what lies transposed in memory comes out in row-major order', () => {
    const transposed = torch
      .tensor([
        [1, 2],
        [3, 4],
      ])
      .t();
    expect(Array.from(transposed.toTypedArray() as Float32Array)).toEqual([1, 3, 2, 4]);
  });

  test('bad data is refused by name', () => {
    expect(() => torch.tensor([[1, 2], [3]])).toThrow(RangeError);
    expect(() => torch.tensor([1, 2, 3], { shape: [2, 2] })).toThrow(
      'shape must fit the 3 elements',
    );
    expect(() => torch.tensor('1' as never)).toThrow(
      'data must be numbers, bigints or booleans, but got "1"',
    );
    expect(() => torch.tensor([1n, 2] as never)).toThrow('must not mix bigints');
    expect(() => torch.tensor([1], { dtype: 'float' as never })).toThrow(
      "dtype must be a name like 'float32'",
    );
  });

  test('item refuses what has more than one element, or none', () => {
    expect(torch.tensor([[3]]).item()).toBe(3);
    expect(() => torch.tensor([1, 2]).item()).toThrow(RangeError);
    expect(() => torch.zeros([0]).item()).toThrow(RangeError);
  });

  test('to: another dtype is a copy, the same one a second handle to the same memory', () => {
    const made = torch.tensor([1, 2]);
    expect(made.to('float64').dtype).toBe('float64');
    const same = made.to('float32');
    made.add_(1);
    expect(same.tolist()).toEqual([2, 3]);
    const copy = made.to({ dtype: 'float32', copy: true });
    made.add_(1);
    expect(copy.tolist()).toEqual([2, 3]);
    expect(() => made.to('gpu')).toThrow("target must be a device like 'cuda:0'");
  });

  test('prints as PyTorch prints', () => {
    expect(
      String(
        torch.tensor([
          [1, -2.5],
          [1000, 3],
        ]),
      ),
    ).toBe('tensor([[   1.0000,   -2.5000],\n        [1000.0000,    3.0000]])');
    expect(String(torch.tensor([1, 2, 3]))).toBe('tensor([1., 2., 3.])');
    expect(String(torch.tensor([1n, -20n]))).toBe('tensor([  1, -20])');
    expect(String(torch.tensor([true, false]))).toBe('tensor([ True, False])');
    expect(String(torch.tensor(2.5, { dtype: 'float64' }))).toBe('tensor(2.5000, dtype=float64)');
    expect(String(torch.arange(0, 2000, { dtype: 'float32' }))).toMatch(/^tensor\(\[.*\.\.\., /);
  });
});
