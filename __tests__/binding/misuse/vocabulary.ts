// What the misuse suite's lines of JavaScript are written with: tensors of every kind, and arrays gone bad.
import type { DType, Tensor } from 'torch-js';
import * as torch from 'torch-js';

/** What can be odd about a tensor. */
export const MARKS = [
  'index',
  'huge',
  'nan',
  'grad',
  'derived',
  'transposed',
  'expanded',
  'conj',
  'coo',
  'csr',
  'meta',
  'inference',
  'disposed',
] as const;
export type Mark = (typeof MARKS)[number];

const CHANGES: Record<Mark, (made: Tensor) => Tensor> = {
  index: (made) => made.gt(0).to(made.dtype),
  huge: (made) => made.mul(2 ** 50),
  nan: (made) => made.masked_fill(made.gt(1), Number.NaN),
  grad: (made) => made.detach().requires_grad_(true),
  derived: (made) => made.detach().requires_grad_(true).mul(1),
  transposed: (made) => made.transpose(0, -1),
  expanded: (made) =>
    made
      .unsqueeze(0)
      .expand([2, ...made.shape])
      .select(0, 1),
  conj: (made) => made.conj(),
  coo: (made) => made.to_sparse(),
  csr: (made) => made.to_sparse_csr(),
  meta: (made) => made.to('meta'),
  inference: (made) => torch.inference_mode(() => made.clone()),
  disposed: (made) => {
    made.dispose();
    return made;
  },
};

/** A tensor of fixed values in [-2, 2], with its marks in order; one that it cannot bear changes nothing. */
export function t(shape: number[], dtype: DType = 'float32', ...marks: Mark[]): Tensor {
  const count = shape.reduce((product, size) => product * size, 1);
  const values = Float64Array.from({ length: count }, (_, i) => ((i * 389 + 101) % 1009) / 252 - 2);
  let made = torch.tensor(values, { shape }).to(dtype);
  for (const mark of marks) {
    try {
      made = CHANGES[mark](made);
    } catch {
      // A line is about what is done with the tensor.
    }
  }
  return made;
}

/** A tensor of the values given. */
export function d(values: readonly (number | string)[], shape: number[], dtype: DType): Tensor {
  if (dtype === 'int64') return torch.tensor(BigInt64Array.from(values, BigInt), { shape });
  const sizes = dtype.startsWith('complex') ? [...shape, 2] : shape;
  const real = torch.tensor(Float64Array.from(values, Number), { shape: sizes });
  return sizes === shape
    ? real.to(dtype)
    : torch.view_as_complex(real.to(dtype === 'complex64' ? 'float32' : 'float64'));
}

/** A TypedArray whose memory was transferred away. */
export function detached(): Float32Array {
  const array = new Float32Array(4);
  structuredClone(array.buffer, { transfer: [array.buffer] });
  return array;
}

/** An array that holds itself. */
export function cyclic(): unknown[] {
  const array: unknown[] = [1];
  array[0] = array;
  return array;
}

/** An object that runs code where numbers are expected: it makes tensors, which moves the table of handles. */
export function busy(value: unknown): unknown {
  const work = () => {
    torch.tidy(() => Array.from({ length: 70 }, () => torch.ones([1])) && undefined);
    return value;
  };
  return { valueOf: work, toString: work, [Symbol.toPrimitive]: work };
}

/** The names that lines may use. */
export const vocabulary = { torch, t, d, detached, cyclic, busy };
