// How far a result is from a golden figure, in the units of the tolerance that it has to hold.
import type { Tensor } from 'torch-js';
import type { TensorFigure } from './figures.js';

export interface Measure {
  what: string;
  error: number;
  tolerance: number;
  /** Told, but never a reason to fail. */
  reportOnly?: boolean;
}

/** Whether a measure is out of tolerance; an error that is not a number is. */
export const exceeds = ({ error, tolerance, reportOnly }: Measure) =>
  !reportOnly && !(error <= tolerance);

/** Error in units of the tolerance; larger than 1 is too large. */
export function severity({ error, tolerance }: Measure): number {
  if (error === 0) return 0;
  return Number.isNaN(error) ? Number.POSITIVE_INFINITY : error / tolerance;
}

/** The values of a tensor in row-major order, whatever its dtype. */
export function valuesOf(tensor: Tensor): number[] {
  return Array.from(tensor.toTypedArray() as ArrayLike<number | bigint>, Number);
}

function largestDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < expected.length; i++) {
    // By hand, since Math.max loses which of NaN and a number came first.
    const difference = Math.abs((actual[i] as number) - (expected[i] as number));
    if (!(difference <= largest)) largest = difference;
    if (Number.isNaN(largest)) return largest;
  }
  return largest;
}

/** Equal to the last bit. */
export function exactly(
  what: string,
  actual: number | ArrayLike<number>,
  expected: number | ArrayLike<number>,
): Measure {
  return within(what, actual, expected, 0);
}

/** Equal as JSON writes them: names, shapes, genotypes. The error is 0 or infinite. */
export function same(what: string, actual: unknown, expected: unknown): Measure {
  const equal = JSON.stringify(actual) === JSON.stringify(expected);
  return { what, error: equal ? 0 : Number.POSITIVE_INFINITY, tolerance: 0 };
}

/** The largest absolute difference, of two numbers or of two lists of one length. */
export function within(
  what: string,
  actual: number | ArrayLike<number>,
  expected: number | ArrayLike<number>,
  tolerance: number,
): Measure {
  const list = (value: number | ArrayLike<number>) => (typeof value === 'number' ? [value] : value);
  return { what, error: largestDifference(list(actual), list(expected)), tolerance };
}

/** The difference of two numbers over the size of the expected one. */
export function relative(
  what: string,
  actual: number,
  expected: number,
  tolerance: number,
): Measure {
  const difference = Math.abs(actual - expected);
  return { what, error: difference === 0 ? 0 : difference / Math.abs(expected), tolerance };
}

/** What a whole tensor in float32 has to hold: its distance in L2, over the expected norm. */
export const L2_TOLERANCE = 1e-5;

/** The distance of two lists in L2 over the norm of the expected one. */
export function l2(
  what: string,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance = L2_TOLERANCE,
): Measure {
  if (actual.length !== expected.length) {
    return { what, error: Number.POSITIVE_INFINITY, tolerance };
  }
  const difference = Array.from(expected, (value, i) => (actual[i] as number) - value);
  const distance = Math.hypot(...difference);
  return {
    what,
    error: distance === 0 ? 0 : distance / Math.hypot(...Array.from(expected)),
    tolerance,
  };
}

/** {@link l2} of a tensor and a figure given in full; infinite where their shapes differ. */
export function tensorL2(what: string, actual: Tensor | null, expected: TensorFigure): Measure {
  if (!actual || JSON.stringify(actual.shape) !== JSON.stringify(expected.shape)) {
    return { what: `${what} shape`, error: Number.POSITIVE_INFINITY, tolerance: 0 };
  }
  return l2(what, valuesOf(actual), expected.data);
}

/** Sum and sum of absolute values, added up in float64, and the first values of a tensor. */
export interface Summary {
  sum: number;
  abs: number;
  first: number[];
}

export function summaryOf(tensor: Tensor, first = 3): Summary {
  const flat = tensor.detach().double().flatten();
  return {
    sum: Number(flat.sum().item()),
    abs: Number(flat.abs().sum().item()),
    first: valuesOf(flat.slice(0, 0, first)),
  };
}

/**
 * A tensor that golden figures hold as a summary only: sums as shares of the abs-sum, first values as shares of the
 * mean absolute value.
 *
 * @param elements of the whole tensor
 * @param tolerance of the sums; of the first values
 */
export function summarised(
  what: string,
  actual: Summary,
  expected: Summary,
  elements: number,
  tolerance: { sums: number; first: number },
): Measure[] {
  // Of a tensor of zeros any difference at all is too much.
  const share = (difference: number, scale: number) => (difference === 0 ? 0 : difference / scale);
  const sums = Math.max(Math.abs(actual.sum - expected.sum), Math.abs(actual.abs - expected.abs));
  const first = largestDifference(actual.first, expected.first);
  return [
    { what: `${what} sums`, error: share(sums, expected.abs), tolerance: tolerance.sums },
    {
      what: `${what} first values`,
      error: share(first, expected.abs / elements),
      tolerance: tolerance.first,
    },
  ];
}
