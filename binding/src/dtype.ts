// Element types, by PyTorch's names, and the TypedArrays that hold them.
import { rangeError } from './errors.js';

/** The arrays that tensors are made from and read into. */
export type TypedArray =
  | Uint8Array
  | Uint8ClampedArray
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array
  | BigUint64Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

interface ArrayClass {
  new (length: number): TypedArray;
  new (buffer: ArrayBufferLike, byteOffset?: number, length?: number): TypedArray;
  readonly BYTES_PER_ELEMENT: number;
}

/**
 * Each with c10::ScalarType's code (native/tensors.cc asserts at compile time that it still holds), its
 * bytes, and the array that its elements go into: what JavaScript has no array for goes into the wider
 * one, which holds it exactly; complex numbers lie interleaved: real, imaginary, real, …
 */
const DTYPES = {
  uint8: { code: 0, bytes: 1, array: Uint8Array as ArrayClass },
  int8: { code: 1, bytes: 1, array: Int8Array as ArrayClass },
  int16: { code: 2, bytes: 2, array: Int16Array as ArrayClass },
  int32: { code: 3, bytes: 4, array: Int32Array as ArrayClass },
  int64: { code: 4, bytes: 8, array: BigInt64Array as ArrayClass },
  float16: { code: 5, bytes: 2, array: Float32Array as ArrayClass },
  float32: { code: 6, bytes: 4, array: Float32Array as ArrayClass },
  float64: { code: 7, bytes: 8, array: Float64Array as ArrayClass },
  complex32: { code: 8, bytes: 4, array: Float32Array as ArrayClass },
  complex64: { code: 9, bytes: 8, array: Float32Array as ArrayClass },
  complex128: { code: 10, bytes: 16, array: Float64Array as ArrayClass },
  bool: { code: 11, bytes: 1, array: Uint8Array as ArrayClass },
  bfloat16: { code: 15, bytes: 2, array: Float32Array as ArrayClass },
  uint16: { code: 27, bytes: 2, array: Uint16Array as ArrayClass },
  uint32: { code: 28, bytes: 4, array: Uint32Array as ArrayClass },
  uint64: { code: 29, bytes: 8, array: BigUint64Array as ArrayClass },
} as const;

/** An element type, by the name that it has in PyTorch. */
export type DType = keyof typeof DTYPES;

const NAMES = new Map<number, DType>(
  Object.entries(DTYPES).map(([name, { code }]) => [code, name as DType]),
);

export const uint8 = 'uint8';
export const uint16 = 'uint16';
export const uint32 = 'uint32';
export const uint64 = 'uint64';
export const int8 = 'int8';
export const int16 = 'int16';
export const int32 = 'int32';
export const int64 = 'int64';
export const float16 = 'float16';
export const float32 = 'float32';
export const float64 = 'float64';
export const bfloat16 = 'bfloat16';
export const complex32 = 'complex32';
export const complex64 = 'complex64';
export const complex128 = 'complex128';
export const bool = 'bool';

export function isDType(value: unknown): value is DType {
  return typeof value === 'string' && Object.hasOwn(DTYPES, value);
}

export function dtypeCode(dtype: DType): number {
  return DTYPES[dtype].code;
}

export function dtypeOf(code: number): DType {
  const name = NAMES.get(code);
  if (name === undefined) throw rangeError(`LibTorch's element type ${code} has no name here`);
  return name;
}

/** Bytes of one element in a tensor. */
export function bytesOf(dtype: DType): number {
  return DTYPES[dtype].bytes;
}

export function isFloating(dtype: DType): boolean {
  return /^b?float/.test(dtype);
}

export function isComplex(dtype: DType): boolean {
  return dtype.startsWith('complex');
}

export function isInteger(dtype: DType): boolean {
  return /^u?int/.test(dtype);
}

/** The array class that a dtype's elements are read into. */
export function arrayFor(dtype: DType): ArrayClass {
  return DTYPES[dtype].array;
}

/** Whether that array holds the elements bit for bit: not of half precision. */
export function hasOwnArray(dtype: DType): boolean {
  const { bytes, array } = DTYPES[dtype];
  return bytes === array.BYTES_PER_ELEMENT * (isComplex(dtype) ? 2 : 1);
}

const ARRAY_DTYPES: Record<string, DType> = {
  Uint8Array: 'uint8',
  Uint8ClampedArray: 'uint8',
  Int8Array: 'int8',
  Uint16Array: 'uint16',
  Int16Array: 'int16',
  Uint32Array: 'uint32',
  Int32Array: 'int32',
  BigUint64Array: 'uint64',
  BigInt64Array: 'int64',
  Float32Array: 'float32',
  Float64Array: 'float64',
};

/** The arrays that hold elements, for error messages. */
export const ARRAY_NAMES = Object.keys(ARRAY_DTYPES).join(', ');

/**
 * The element type that a TypedArray holds. Decided by its tag: under a test runner an array may come
 * from another realm, where `instanceof` says no.
 */
export function dtypeOfArray(array: ArrayBufferView): DType | undefined {
  return ARRAY_DTYPES[(array as unknown as { [Symbol.toStringTag]: string })[Symbol.toStringTag]];
}
