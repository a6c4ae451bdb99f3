// The tensors that cases are given: the same as those of binding/tools/numerics/inputs.py, to the last bit.
import type { DType, Tensor } from 'torch-js';
import * as torch from 'torch-js';

/** A tensor by its data, in full, or by the formula where `data` is absent. */
export interface Input {
  /** Default: a row. */
  shape?: number[];
  /** Default float32. */
  dtype?: DType;
  /** Row-major; NaN, infinities and integers beyond 2^53 are strings. */
  data?: (number | string)[];
  /** Between what the values of the formula lie. Default [-2, 2]. */
  range?: [number, number];
  /** Give the operator this permutation of it. */
  permute?: number[];
  /** Whether it requires grad, where it is floating or complex. Default true. */
  grad?: boolean;
}

/** Complex numbers have two items of data each. */
export function shapeOf({ shape, dtype, data = [] }: Input): number[] {
  return shape ?? [dtype?.startsWith('complex') ? data.length / 2 : data.length];
}

export const isInexact = (dtype: DType): boolean => /float|complex/.test(dtype);

function rampValues(count: number, ordinal: number, low: number, high: number): number[] {
  const first = Math.round(1000 * low);
  const pairs = Math.round(500 * (high - low));
  return Array.from({ length: count }, (_, i) => {
    const place = (i * 389 + ordinal * 101) % 1009;
    return (first + 2 * Math.floor((pairs * place) / 1009) + 1) / 1000;
  });
}

/** The tensor, not permuted. `ordinal` counts the tensors of a case: no two are alike. */
export function makeTensor(input: Input, ordinal: number): Tensor {
  const { dtype = 'float32', data } = input;
  const shape = shapeOf(input);
  if (dtype === 'int64' && data) return torch.tensor(BigInt64Array.from(data, BigInt), { shape });
  const complex = dtype.startsWith('complex');
  const sizes = complex ? [...shape, 2] : shape;
  const elements = data?.map(Number) ?? formula(input, sizes, ordinal);
  const real = torch.tensor(Float64Array.from(elements), { shape: sizes });
  if (!complex) return real.to(dtype);
  return torch.view_as_complex(real.to(dtype === 'complex64' ? 'float32' : 'float64'));
}

function formula(input: Input, sizes: readonly number[], ordinal: number): number[] {
  const [low, high] = input.range ?? [-2, 2];
  const count = sizes.reduce((product, size) => product * size, 1);
  const values = rampValues(count, ordinal, low, high);
  return isInexact(input.dtype ?? 'float32') ? values : values.map(Math.floor);
}

/** Fixed weights, by which a result is multiplied so that its sum has a telling gradient. */
export function weightsFor(result: Tensor, ordinal: number): Tensor {
  return makeTensor({ shape: result.shape, dtype: result.dtype, range: [-1, 1] }, 50 + ordinal);
}
