// Loaded values as plain data that jest compares: all that a file says about a tensor.
import * as torch from 'torch-js';

/** The value with each tensor replaced by its dtype, shape, strides, elements and whether it requires a gradient. */
export function plain(value: unknown): unknown {
  if (value instanceof torch.Tensor) {
    return {
      dtype: value.dtype,
      shape: value.shape,
      stride: value.stride(),
      requires_grad: value.requires_grad,
      elements: Array.from(value.toTypedArray() as ArrayLike<number | bigint>),
    };
  }
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return new Map(Array.from(value, ([key, item]) => [key, plain(item)]));
  if (typeof value !== 'object' || value === null) return value;
  if (value instanceof Set || ArrayBuffer.isView(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}

/** What `plain` makes of a contiguous tensor that requires no gradient. */
export function dense(dtype: string, shape: number[], elements: readonly (number | bigint)[]) {
  const stride = shape.map((_, i) => shape.slice(i + 1).reduce((a, b) => a * Math.max(b, 1), 1));
  return { dtype, shape, stride, requires_grad: false, elements };
}
