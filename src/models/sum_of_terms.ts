// Sums as the original's cells take them (Python's `sum` over a generator) at the memory of one
// term.
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';

/**
 * term(items[0], 0) + term(items[1], 1) + ... from left to right, so rounding is that of Python's `sum`.
 * Each term, and whatever its making left behind, is freed before the next one is made.
 *
 * @param items at least one
 * @param term makes a tensor that nothing else holds: the first one becomes the sum, in place
 */
export function sumOfTerms<T>(
  items: readonly T[],
  term: (item: T, index: number) => Tensor,
): Tensor {
  let sum: Tensor | undefined;
  items.forEach((item, index) => {
    const next = torch.tidy(() => term(item, index));
    if (sum === undefined) {
      sum = next;
    } else {
      sum.add_(next);
      next.dispose();
    }
  });
  if (sum === undefined) throw new RangeError('sumOfTerms: items must hold at least one item');
  return sum;
}
