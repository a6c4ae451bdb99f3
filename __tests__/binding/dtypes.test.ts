// Number rules: which dtype data gets, what fits a dtype, what comes out; never wrong, never narrowed in silence.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { DType, TensorData, TypedArray } from 'torch-js';
import * as torch from 'torch-js';
import { valuesOf } from '../support/tensors.js';

const { tensor } = torch;

const INTEGERS = [
  ['uint8', 0, 255],
  ['int8', -128, 127],
  ['uint16', 0, 65_535],
  ['int16', -32_768, 32_767],
  ['uint32', 0, 4_294_967_295],
  ['int32', -2_147_483_648, 2_147_483_647],
  ['uint64', 0n, 2n ** 64n - 1n],
  ['int64', -(2n ** 63n), 2n ** 63n - 1n],
] as const;

describe('without a dtype', () => {
  test.each([
    [1, 'float32'],
    [2 ** 40, 'float32'],
    [1n, 'int64'],
    [true, 'bool'],
    [{ re: 1, im: 2 }, 'complex64'],
    [[1, true], 'float32'],
    [[1, { re: 0, im: 1 }], 'complex64'],
    [[], 'float32'],
    [[[], []], 'float32'],
  ] as [TensorData, DType][])('%p is %s', (data, dtype) => {
    expect(tensor(data).dtype).toBe(dtype);
  });

  test.each([
    [new Uint8Array([1, 255]), 'uint8'],
    [new Uint8ClampedArray([1, 255]), 'uint8'],
    [new Int8Array([-128, 127]), 'int8'],
    [new Uint16Array([1, 65_535]), 'uint16'],
    [new Int16Array([-32_768, 5]), 'int16'],
    [new Uint32Array([1, 2 ** 32 - 1]), 'uint32'],
    [new Int32Array([-(2 ** 31), 5]), 'int32'],
    [new BigUint64Array([1n, 2n ** 64n - 1n]), 'uint64'],
    [new BigInt64Array([-(2n ** 63n), 5n]), 'int64'],
    [new Float32Array([1.5, -0]), 'float32'],
    [new Float64Array([Math.PI, Number.NaN]), 'float64'],
  ] as [TypedArray, DType][])('%p is %s, bit for bit, in and out', (array, dtype) => {
    const made = tensor(array);
    expect(made.dtype).toBe(dtype);
    const out = made.toTypedArray();
    expect(Buffer.from(out.buffer, out.byteOffset, out.byteLength)).toEqual(
      Buffer.from(array.buffer),
    );
    expect(made.tolist()).toEqual(Array.from(array as Iterable<number>));
  });

  test('kinds that cannot stand together are refused', () => {
    expect(() => tensor([1n, 2])).toThrow('tensor: data must not mix bigints with other kinds');
    expect(() => tensor([1n, { re: 1, im: 0 }])).toThrow('must not mix bigints');
    expect(() => tensor([2n ** 63n])).toThrow('9223372036854775808n does not fit int64');
    for (const bad of ['1', null, undefined, {}, [1, undefined], [Symbol('x')], new Date()]) {
      expect(() => tensor(bad as never)).toThrow(
        'tensor: data must be numbers, bigints, booleans or complex numbers {re, im}, but got',
      );
    }
    expect(() => tensor(new DataView(new ArrayBuffer(8)) as never)).toThrow(
      'tensor: data must be Uint8Array, ',
    );
  });
});

describe('integer dtypes', () => {
  test.each(INTEGERS)('%s holds %p to %p and refuses what is beyond', (dtype, min, max) => {
    for (const data of [min, max, BigInt(min), BigInt(max)]) {
      const made = tensor(data, { dtype });
      expect(made.dtype).toBe(dtype);
      expect(made.item()).toBe(dtype.endsWith('64') ? BigInt(data) : Number(data));
    }
    for (const bad of [BigInt(min) - 1n, BigInt(max) + 1n, 0.5, Number.NaN, -Infinity]) {
      expect(() => tensor(bad, { dtype })).toThrow(RangeError);
      expect(() => tensor([bad], { dtype })).toThrow(
        `does not fit ${dtype}: whole numbers from ${min} to ${max}`,
      );
    }
    expect(valuesOf(tensor([true, 1], { dtype }))).toEqual([1, 1]);
  });

  test.each(INTEGERS)('%s refuses elements of arrays that do not fit', (dtype, min, max) => {
    const big = BigInt(max) > 2n ** 53n ? 2 ** 64 : Number(max) + 1;
    expect(() => tensor(new Float64Array([1, big]), { dtype })).toThrow(`${big} does not fit`);
    expect(() => tensor(new Float32Array([0.5]), { dtype })).toThrow(`0.5 does not fit ${dtype}`);
    if (min === 0 || min === 0n) {
      expect(() => tensor(new Int8Array([-1]), { dtype })).toThrow('-1 does not fit');
      expect(() => tensor(new BigInt64Array([-1n]), { dtype })).toThrow('-1n does not fit');
    }
    expect(valuesOf(tensor(new Float64Array([3]), { dtype }))).toEqual([3]);
    expect(tensor(new Uint8Array([3]), { dtype }).dtype).toBe(dtype);
  });

  test('numbers beyond 2^53 are taken as the whole numbers that they are', () => {
    expect(tensor(2 ** 62, { dtype: 'int64' }).item()).toBe(2n ** 62n);
    expect(tensor(2 ** 63, { dtype: 'uint64' }).item()).toBe(2n ** 63n);
    expect(tensor(new Float64Array([2 ** 63]), { dtype: 'uint64' }).item()).toBe(2n ** 63n);
    expect(() => tensor(2 ** 63, { dtype: 'int64' })).toThrow('does not fit int64');
  });

  test('any int64 goes in and out', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })), (values) => {
        expect(tensor(values, { dtype: 'int64' }).tolist()).toEqual(values);
        expect(tensor(BigInt64Array.from(values)).tolist()).toEqual(values);
      }),
    );
  });
});

describe('floating-point dtypes round to the nearest value', () => {
  test.each([
    ['float64', 1 / 3, 1 / 3],
    ['float32', 1 / 3, 0.3333333432674408],
    ['float16', 1 / 3, 0.333251953125],
    ['bfloat16', 1 / 3, 0.333984375],
    ['float16', 65_504, 65_504],
    ['float16', 1e6, Number.POSITIVE_INFINITY],
    ['bfloat16', 257, 256],
    ['float32', -0, -0],
    ['float16', Number.NaN, Number.NaN],
    ['float32', 2n ** 24n + 1n, 2 ** 24],
    ['float64', 2n ** 53n, 2 ** 53],
    ['float32', true, 1],
  ] as [DType, number | bigint | boolean, number][])('%s of %p is %p', (dtype, value, rounded) => {
    expect(tensor(value, { dtype }).item()).toBe(rounded);
    expect(tensor([value], { dtype }).tolist()).toEqual([rounded]);
    if (typeof value === 'number') {
      expect(tensor(new Float64Array([value]), { dtype }).item()).toBe(rounded);
    }
  });

  test('a complex number is refused', () => {
    expect(() => tensor([{ re: 1, im: 0 }], { dtype: 'float32' })).toThrow(
      'tensor: data has complex numbers, which do not fit float32',
    );
  });
});

test('bool: zero is false, all else true, NaN too', () => {
  const data = [0, -0, 0.5, Number.NaN, -1];
  const expected = [false, false, true, true, true];
  expect(tensor(data, { dtype: 'bool' }).tolist()).toEqual(expected);
  expect(tensor(new Float32Array(data), { dtype: 'bool' }).tolist()).toEqual(expected);
  expect(tensor([0n, 2n ** 40n], { dtype: 'bool' }).tolist()).toEqual([false, true]);
  expect(tensor([{ re: 0, im: 1 }, 0], { dtype: 'bool' }).tolist()).toEqual([true, false]);
  expect(Array.from(tensor(data, { dtype: 'bool' }).toTypedArray() as Uint8Array)).toEqual([
    0, 0, 1, 1, 1,
  ]);
});

describe('complex dtypes', () => {
  test.each(['complex64', 'complex128', 'complex32'] as const)('%s', (dtype) => {
    const made = tensor([{ re: 1.5, im: -2 }, 3], { dtype });
    expect(made.dtype).toBe(dtype);
    expect(made.is_complex()).toBe(true);
    expect(made.tolist()).toEqual([
      { re: 1.5, im: -2 },
      { re: 3, im: 0 },
    ]);
    expect(tensor({ re: 0.5, im: 0.25 }, { dtype }).item()).toEqual({ re: 0.5, im: 0.25 });
    expect(Array.from(made.toTypedArray() as Float32Array)).toEqual([1.5, -2, 3, 0]);
  });

  test('arrays have the parts in turn, in the very type of the parts', () => {
    const parts = [1, 2, 3, -4];
    const made = tensor(new Float32Array(parts), { dtype: 'complex64' });
    expect(made.tolist()).toEqual([
      { re: 1, im: 2 },
      { re: 3, im: -4 },
    ]);
    expect(tensor(new Float64Array(parts), { dtype: 'complex128' }).shape).toEqual([2]);
    expect(() => tensor(new Float64Array(parts), { dtype: 'complex64' })).toThrow(
      'data for complex64 must be real and imaginary parts in turn in a Float32Array, but got Float64Array of length 4',
    );
    expect(() => tensor(new Float32Array(3), { dtype: 'complex64' })).toThrow(
      'Float32Array of length 3',
    );
  });

  test('a conjugate that waits to be computed comes out computed', () => {
    const lazy = tensor([{ re: 1, im: 2 }]).conj();
    expect(lazy.tolist()).toEqual([{ re: 1, im: -2 }]);
    expect(() => lazy.typedArrayView()).toThrow('do not lie');
  });
});

test('every dtype comes back the same from its own array, dtype and shape', () => {
  const dtypes = [...INTEGERS.map(([dtype]) => dtype), 'bool', 'float16', 'bfloat16', 'float32'];
  for (const dtype of [...dtypes, 'float64', 'complex32', 'complex64', 'complex128'] as DType[]) {
    const made = tensor([0, 1, 1, 0, 1, 0], { dtype, shape: [2, 3] });
    const again = tensor(made.toTypedArray(), { dtype, shape: [2, 3] });
    expect(again.dtype).toBe(dtype);
    expect(again.tolist()).toEqual(made.tolist());
    expect(made.nbytes).toBe(6 * made.itemsize);
    expect(torch.memory().bytes).toBeGreaterThanOrEqual(made.nbytes);
  }
});

test.each([
  ['uint8', 'int8', 'int16'],
  ['int32', 'int64', 'int64'],
  ['int64', 'float16', 'float16'],
  ['float16', 'bfloat16', 'float32'],
  ['bool', 'uint8', 'uint8'],
  ['float64', 'complex64', 'complex128'],
] as [DType, DType, DType][])('promote_types(%s, %s) is %s', (a, b, common) => {
  expect(torch.promote_types(a, b)).toBe(common);
  expect(torch.promote_types(b, a)).toBe(common);
});

describe('limits', () => {
  // PyTorch's own figures.
  test.each([
    ['float16', 16, 9.765625e-4, 65_504, 6.103515625e-5, 0.001],
    ['bfloat16', 16, 0.0078125, 3.3895313892515355e38, 1.1754943508222875e-38, 0.01],
    ['float32', 32, 1.1920928955078125e-7, 3.4028234663852886e38, 1.1754943508222875e-38, 1e-6],
    ['float64', 64, 2.220446049250313e-16, Number.MAX_VALUE, 2.2250738585072014e-308, 1e-15],
  ] as const)('finfo(%s)', (dtype, bits, eps, max, tiny, resolution) => {
    expect(torch.finfo(dtype)).toEqual({
      dtype,
      bits,
      eps,
      max,
      min: -max,
      tiny,
      smallest_normal: tiny,
      resolution,
    });
    expect(tensor([max, tiny], { dtype }).tolist()).toEqual([max, tiny]);
    expect(tensor(1 + eps, { dtype }).item()).toBe(1 + eps);
    expect(tensor(1 + eps / 4, { dtype }).item()).toBe(1);
  });

  test.each(INTEGERS)('iinfo(%s) is %p to %p', (dtype, min, max) => {
    const bits = Number(/\d+/.exec(dtype)?.[0]);
    expect(torch.iinfo(dtype)).toEqual({ dtype, bits, min, max });
  });

  test('of other types are refused', () => {
    expect(torch.finfo()).toEqual(torch.finfo('float32'));
    expect(torch.finfo('complex64')).toEqual(torch.finfo('float32'));
    expect(() => torch.finfo('int8')).toThrow(
      'finfo: dtype must be floating-point, but got "int8"',
    );
    expect(() => torch.iinfo('bool')).toThrow('iinfo: dtype must be an integer type');
    expect(() => torch.iinfo('toString' as DType)).toThrow(TypeError);
  });
});
