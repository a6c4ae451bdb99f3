// JavaScript data as one flat TypedArray: its shape, its dtype, and that nothing is lost on the way.
import {
  ARRAY_NAMES,
  arrayFor,
  type DType,
  dtypeOfArray,
  isComplex,
  isInteger,
  type TypedArray,
} from './dtype.js';
import { rangeError, show, typeError } from './errors.js';
import { iinfo } from './limits.js';

/** A complex number, where elements are plain values. */
export interface Complex {
  re: number;
  im: number;
}

/** One value of a tensor. */
export type Element = number | bigint | boolean | Complex;

/** Data for a tensor: an element, nested arrays of equal lengths, or a TypedArray. */
export type TensorData = Element | TypedArray | readonly NestedData[];
export type NestedData = Element | readonly NestedData[];

export interface FlatData {
  array: TypedArray;
  /** What the array holds: the dtype asked for, or one that converts to it without a loss. */
  dtype: DType;
  shape: number[];
}

/** How many dimensions nested arrays may make; LibTorch's own limit. */
export const MAX_DEPTH = 64;

/**
 * @param caller - who asks, for errors
 * @param wanted - default: the array's own; for numbers float32, for bigints int64, for booleans bool,
 * with a complex number among them complex64
 */
export function flatten(caller: string, data: unknown, wanted?: DType): FlatData {
  if (ArrayBuffer.isView(data)) return fromTypedArray(caller, data, wanted);
  const shape = shapeOf(caller, data);
  const elements: unknown[] = [];
  gather(caller, data, shape, 0, elements);
  const natural = naturalType(caller, elements);
  const dtype = wanted ?? natural;
  if (isComplex(natural) && !isComplex(dtype) && dtype !== 'bool') {
    throw typeError(`${caller}: data has complex numbers, which do not fit ${dtype}`);
  }
  return { array: pack(caller, elements as Element[], dtype), dtype: held(dtype), shape };
}

// Half precision travels as single, which LibTorch rounds.
function held(dtype: DType): DType {
  if (dtype === 'complex32') return 'complex64';
  return dtype === 'float16' || dtype === 'bfloat16' ? 'float32' : dtype;
}

function shapeOf(caller: string, data: unknown): number[] {
  const shape: number[] = [];
  for (let level = data; Array.isArray(level); level = level[0]) {
    shape.push(level.length);
    if (shape.length > MAX_DEPTH) {
      throw rangeError(`${caller}: data must not be nested deeper than ${MAX_DEPTH} arrays`);
    }
  }
  return shape;
}

function gather(
  caller: string,
  level: unknown,
  shape: readonly number[],
  depth: number,
  into: unknown[],
): void {
  const size = shape[depth];
  if (size === undefined) {
    into.push(level);
    return;
  }
  if (!Array.isArray(level) || level.length !== size) {
    throw rangeError(
      `${caller}: nested arrays must have equal lengths, but dimension ${depth} has ${size} items and ${show(level)}`,
    );
  }
  for (const item of level) gather(caller, item, shape, depth + 1, into);
}

// Numbers may stand beside booleans, as in PyTorch; bigints stand alone, lest one be narrowed in silence.
function naturalType(caller: string, elements: readonly unknown[]): DType {
  let bigints = 0;
  let booleans = 0;
  let complexes = 0;
  for (const element of elements) {
    if (typeof element === 'number') continue;
    if (typeof element === 'bigint') bigints++;
    else if (typeof element === 'boolean') booleans++;
    else if (isComplexNumber(element)) complexes++;
    else {
      throw typeError(
        `${caller}: data must be numbers, bigints, booleans or complex numbers {re, im}, but got ${show(element)}`,
      );
    }
  }
  if (bigints > 0) {
    if (bigints === elements.length) return 'int64';
    throw typeError(`${caller}: data must not mix bigints with other kinds`);
  }
  if (complexes > 0) return 'complex64';
  return booleans > 0 && booleans === elements.length ? 'bool' : 'float32';
}

/** Whether it is a complex number as `item()` gives it. */
export function isComplexNumber(value: unknown): value is Complex {
  if (typeof value !== 'object' || value === null) return false;
  const { re, im } = value as Partial<Complex>;
  return typeof re === 'number' && typeof im === 'number';
}

function pack(caller: string, elements: readonly Element[], dtype: DType): TypedArray {
  const ArrayOf = arrayFor(dtype);
  if (isComplex(dtype)) {
    const parts = new ArrayOf(2 * elements.length);
    for (const [i, element] of elements.entries()) {
      const { re, im } = isComplexNumber(element) ? element : { re: Number(element), im: 0 };
      parts[2 * i] = re;
      parts[2 * i + 1] = im;
    }
    return parts;
  }
  if (isInteger(dtype)) requireWhole(caller, elements as ArrayLike<number>, dtype);
  const array = new ArrayOf(elements.length);
  const convert = converter(dtype);
  for (let i = 0; i < elements.length; i++) array[i] = convert(elements[i] as Element);
  return array;
}

function converter(dtype: DType): (element: Element) => number {
  if (dtype === 'bool') return (element) => Number(isNonzero(element));
  if (dtype === 'int64' || dtype === 'uint64') return BigInt as unknown as typeof Number;
  return Number;
}

// NaN is no zero.
function isNonzero(element: Element): boolean {
  return isComplexNumber(element) ? element.re !== 0 || element.im !== 0 : Number(element) !== 0;
}

/** @throws RangeError where an element has a fraction or is out of the integer type's range. */
function requireWhole(
  caller: string,
  elements: ArrayLike<number | bigint | boolean>,
  dtype: DType,
): void {
  const { min, max } = iinfo(dtype);
  for (let i = 0; i < elements.length; i++) {
    const element = elements[i];
    const value = typeof element === 'boolean' ? Number(element) : (element as number | bigint);
    const whole = typeof value === 'bigint' || Number.isInteger(value);
    // Comparing a number with a bigint is exact.
    if (!whole || value < min || value > max) {
      throw rangeError(
        `${caller}: ${show(value)} does not fit ${dtype}: whole numbers from ${min} to ${max}`,
      );
    }
  }
}

function fromTypedArray(caller: string, data: ArrayBufferView, wanted?: DType): FlatData {
  const dtype = dtypeOfArray(data);
  if (!dtype) {
    throw typeError(`${caller}: data must be ${ARRAY_NAMES}, but got ${show(data)}`);
  }
  const array = data as TypedArray;
  if (array.length === 0) requireAttached(caller, array);
  if (wanted !== undefined && isComplex(wanted)) return interleaved(caller, array, wanted);
  if (wanted !== undefined && isInteger(wanted) && !contains(wanted, dtype)) {
    requireWhole(caller, array as ArrayLike<number | bigint>, wanted);
  }
  return { array, dtype, shape: [array.length] };
}

function contains(wide: DType, narrow: DType): boolean {
  if (!isInteger(narrow)) return false;
  return iinfo(wide).min <= iinfo(narrow).min && iinfo(wide).max >= iinfo(narrow).max;
}

function interleaved(caller: string, array: TypedArray, wanted: DType): FlatData {
  const part = dtypeOfArray(new (arrayFor(wanted))(0));
  if (dtypeOfArray(array) !== part || array.length % 2 !== 0) {
    throw typeError(
      `${caller}: data for ${wanted} must be real and imaginary parts in turn in a ${arrayFor(wanted).name}, but got ${show(array)} of length ${array.length}`,
    );
  }
  return { array, dtype: held(wanted), shape: [array.length / 2] };
}

// An array whose buffer was transferred, or shrank to exclude it, has length 0; only its methods tell.
function requireAttached(caller: string, array: TypedArray): void {
  try {
    array.keys();
  } catch {
    throw typeError(`${caller}: data's buffer was transferred or shrunk: it has no elements`);
  }
}
