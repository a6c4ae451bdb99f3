// A tensor's elements as JavaScript values: copied, or seen where they lie.
import { Buffer } from 'node:buffer';
import { addon } from './addon.js';
import type { Element } from './data.js';
import { arrayFor, type DType, hasOwnArray, isComplex, type TypedArray } from './dtype.js';
import { rangeError, torchError, typeError } from './errors.js';
import type { Tensor } from './tensor.js';

/** Elements in nested arrays, one level a dimension; a scalar is a plain element. */
export type Nested = Element | Nested[];

/** A copy of the elements in row-major order; see `Tensor.toTypedArray`. */
export function toTypedArray(tensor: Tensor): TypedArray {
  const { dtype } = tensor;
  const ArrayOf = arrayFor(dtype);
  const length = tensor.numel() * (isComplex(dtype) ? 2 : 1);
  // Memory that is not cleared first: all of it is written to, and clearing takes as long as copying.
  const memory = Buffer.allocUnsafeSlow(length * ArrayOf.BYTES_PER_ELEMENT);
  try {
    addon.copyTo(tensor._liveHandle(), memory);
  } catch (error) {
    throw torchError(error, 'toTypedArray', [tensor.shape]);
  }
  return new ArrayOf(memory.buffer, memory.byteOffset, length);
}

/** The elements where they lie; see `Tensor.typedArrayView`. */
export function typedArrayView(tensor: Tensor): TypedArray {
  const { dtype } = tensor;
  if (!hasOwnArray(dtype)) {
    throw typeError(
      `typedArrayView: no array shows ${dtype} as it lies; toTypedArray() gives a copy`,
    );
  }
  if (tensor.requires_grad) {
    throw typeError(
      'typedArrayView: writing into it would escape autograd; take detach().typedArrayView()',
    );
  }
  let buffer: ArrayBuffer;
  try {
    buffer = addon.share(tensor._liveHandle());
  } catch (error) {
    throw torchError(error, 'typedArrayView', [tensor.shape]);
  }
  return new (arrayFor(dtype))(buffer);
}

/** The only element of a one-element tensor; see `Tensor.item`. */
export function item(tensor: Tensor): Element {
  if (tensor.numel() !== 1) {
    throw rangeError(`item: only one-element tensors have one, but the shape is [${tensor.shape}]`);
  }
  return elementsOf(tensor)[0] as Element;
}

/** The elements in nested arrays; see `Tensor.tolist`. */
export function tolist(tensor: Tensor): Nested {
  return nest(elementsOf(tensor), tensor.shape);
}

/** The elements as plain values in row-major order. */
export function elementsOf(tensor: Tensor): ArrayLike<Element> {
  return toElements(toTypedArray(tensor), tensor.dtype);
}

function toElements(array: TypedArray, dtype: DType): ArrayLike<Element> {
  if (dtype === 'bool') return Array.from(array as Uint8Array, Boolean);
  if (!isComplex(dtype)) return array;
  const parts = array as Float64Array;
  return Array.from({ length: parts.length / 2 }, (_, i) => ({
    re: parts[2 * i] as number,
    im: parts[2 * i + 1] as number,
  }));
}

function nest(elements: ArrayLike<Element>, shape: readonly number[]): Nested {
  if (shape.length === 0) return elements[0] as Element;
  let at = 0;
  const build = (dim: number): Nested[] => {
    const size = shape[dim] as number;
    const items = new Array<Nested>(size);
    const last = dim === shape.length - 1;
    for (let i = 0; i < size; i++) items[i] = last ? (elements[at++] as Element) : build(dim + 1);
    return items;
  };
  return build(0);
}
