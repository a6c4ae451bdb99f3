// Guards of operators that some numbers send into endless loops, or beyond what 64 bits hold.
import { type DType, isComplex, isFloating } from '../dtype.js';
import { show } from '../errors.js';
import type { Tensor } from '../tensor.js';
import { elementsOf, type Guard, numberIn } from './given.js';

/** Loops over the places of the output, also where another size of 0 leaves it without elements. */
export const outputSize: Guard = (given) => {
  const most = 2 ** 31 - 1;
  const size = given('output_size');
  if ([size].flat().every((one) => Number(one) <= most)) return undefined;
  return `output_size must be at most ${most}, but got ${show(size)}`;
};

/** Adds the padding to the sizes, beyond 2^63. */
export const padding: Guard = (given) => {
  const most = 2 ** 31;
  const sizes = given('padding');
  if ([sizes].flat().every((one) => Math.abs(Number(one)) < most)) return undefined;
  return `padding must be below ${most} either way, but got ${show(sizes)}`;
};

/** Makes a grid of r dimensions. */
export const combinations: Guard = (given) => {
  const r = numberIn(given, 'r', 2);
  return r <= 64 ? undefined : `r must be at most 64, but got ${show(given('r'))}`;
};

/** Takes -n, which 64 bits do not hold. */
export const power: Guard = (given) =>
  given('n') === -(2n ** 63n) ? `n must be above -(2^63), but got ${show(given('n'))}` : undefined;

/** Counts up to n for each element. */
export const degree: Guard = (given) => {
  const most = 2 ** 24;
  const n = given('n') as Tensor | number | bigint | boolean;
  const degrees = typeof n === 'object' ? elementsOf(n) : [Number(n)];
  const bad = degrees.find((one) => one > most);
  return bad === undefined ? undefined : `n must be at most ${most}, but got ${bad}`;
};

/** Divides by the step as a whole number, where the result is made of such. */
export const range: Guard = (given) => {
  const step = given('step') ?? 1;
  const out = given('out') as Tensor | undefined;
  const dtype = (given('dtype') as DType | null | undefined) ?? out?.dtype ?? 'float32';
  if (isFloating(dtype) || isComplex(dtype) || Math.abs(Number(step)) >= 1) {
    return undefined;
  }
  return `step must be at least 1 either way for ${dtype}, but got ${show(step)}`;
};
