// The limits of number types (torch.finfo, torch.iinfo).
import { bytesOf, type DType, isDType, isInteger } from './dtype.js';
import { show, typeError } from './errors.js';

/** The limits of a floating-point type. */
export interface FInfo {
  dtype: DType;
  bits: number;
  /** The distance from 1 to the next larger number. */
  eps: number;
  max: number;
  min: number;
  /** The smallest positive number of full precision; also named `smallest_normal`. */
  tiny: number;
  smallest_normal: number;
  /** The power of ten of the digits that survive a way out and back. */
  resolution: number;
}

/** The limits of an integer type; bigint for 64 bits. */
export interface IInfo {
  dtype: DType;
  bits: number;
  min: number | bigint;
  max: number | bigint;
}

/** Bits of the fraction and of the exponent. */
const FLOATS: Partial<Record<DType, readonly [number, number]>> = {
  bfloat16: [7, 8],
  float16: [10, 5],
  float32: [23, 8],
  float64: [52, 11],
};

const PARTS: Partial<Record<DType, DType>> = {
  complex32: 'float16',
  complex64: 'float32',
  complex128: 'float64',
};

/**
 * The limits of a floating-point type (torch.finfo); of a complex one, those of its parts.
 * @param dtype default: float32
 * @throws TypeError for other types
 */
export function finfo(dtype: DType = 'float32'): FInfo {
  const part = PARTS[dtype] ?? dtype;
  const float = isDType(part) ? FLOATS[part] : undefined;
  if (!float) throw typeError(`finfo: dtype must be floating-point, but got ${show(dtype)}`);
  const [fraction, exponent] = float;
  const bias = 2 ** (exponent - 1) - 1;
  const max = (2 - 2 ** -fraction) * 2 ** bias;
  const tiny = 2 ** (1 - bias);
  return {
    dtype: part,
    bits: 1 + exponent + fraction,
    eps: 2 ** -fraction,
    max,
    min: -max,
    tiny,
    smallest_normal: tiny,
    resolution: Number(`1e-${Math.floor(fraction * Math.log10(2))}`),
  };
}

/**
 * The limits of an integer type (torch.iinfo).
 * @throws TypeError for other types, bool among them
 */
export function iinfo(dtype: DType): IInfo {
  if (!isDType(dtype) || !isInteger(dtype)) {
    throw typeError(`iinfo: dtype must be an integer type, but got ${show(dtype)}`);
  }
  const bits = 8 * bytesOf(dtype);
  const unsigned = dtype.startsWith('u');
  const min = unsigned ? 0n : -(1n << BigInt(bits - 1));
  const max = (1n << BigInt(unsigned ? bits : bits - 1)) - 1n;
  if (bits === 64) return { dtype, bits, min, max };
  return { dtype, bits, min: Number(min), max: Number(max) };
}
