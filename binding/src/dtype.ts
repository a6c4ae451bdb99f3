// Element types, by PyTorch's names, and the TypedArrays that hold them.

/** c10::ScalarType's codes; native/tensors.cc asserts at compile time that they still hold. */
const CODES = {
  uint8: 0,
  int8: 1,
  int16: 2,
  int32: 3,
  int64: 4,
  float16: 5,
  float32: 6,
  float64: 7,
  complex32: 8,
  complex64: 9,
  complex128: 10,
  bool: 11,
  bfloat16: 15,
} as const;

/** An element type, by the name that it has in PyTorch. */
export type DType = keyof typeof CODES;

const NAMES = new Map<number, DType>(
  Object.entries(CODES).map(([name, code]) => [code, name as DType]),
);

export const uint8 = 'uint8';
export const int8 = 'int8';
export const int16 = 'int16';
export const int32 = 'int32';
export const int64 = 'int64';
export const float16 = 'float16';
export const float32 = 'float32';
export const float64 = 'float64';
export const complex64 = 'complex64';
export const complex128 = 'complex128';
export const bool = 'bool';
export const bfloat16 = 'bfloat16';

export function isDType(value: unknown): value is DType {
  return typeof value === 'string' && Object.hasOwn(CODES, value);
}

export function dtypeCode(dtype: DType): number {
  return CODES[dtype];
}

export function dtypeOf(code: number): DType {
  const name = NAMES.get(code);
  if (name === undefined) throw new RangeError(`LibTorch's element type ${code} has no name here`);
  return name;
}

/** The arrays that tensors are made from and read into. */
export type TypedArray =
  | Uint8Array
  | Uint8ClampedArray
  | Int8Array
  | Int16Array
  | Int32Array
  | BigInt64Array
  | Float32Array
  | Float64Array;

const ARRAY_DTYPES: Record<string, DType> = {
  Uint8Array: 'uint8',
  Uint8ClampedArray: 'uint8',
  Int8Array: 'int8',
  Int16Array: 'int16',
  Int32Array: 'int32',
  BigInt64Array: 'int64',
  Float32Array: 'float32',
  Float64Array: 'float64',
};

/**
 * The element type that a TypedArray holds. Decided by its tag: under a test runner an array may come
 * from another realm, where `instanceof` says no.
 */
export function dtypeOfArray(array: ArrayBufferView): DType | undefined {
  return ARRAY_DTYPES[(array as unknown as { [Symbol.toStringTag]: string })[Symbol.toStringTag]];
}

type ArrayOf = new (buffer: ArrayBuffer) => TypedArray;

const ARRAYS: Record<DType, ArrayOf> = {
  uint8: Uint8Array,
  bool: Uint8Array,
  int8: Int8Array,
  int16: Int16Array,
  int32: Int32Array,
  int64: BigInt64Array,
  float32: Float32Array,
  float64: Float64Array,
  // JavaScript has no half-precision arrays in every version served; float32 holds them exactly.
  float16: Float32Array,
  bfloat16: Float32Array,
  // Complex numbers lie interleaved: real, imaginary, real, …
  complex32: Float32Array,
  complex64: Float32Array,
  complex128: Float64Array,
};

/** The array class that a dtype's elements are read into. */
export function arrayFor(dtype: DType): ArrayOf {
  return ARRAYS[dtype];
}
