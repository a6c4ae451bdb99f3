// Splits of a data set in two: search halves, held-out validation parts, smaller samples.

import type * as torch from 'torch-js';
import type { SplitMethod } from './constants.js';
import { randomPermutation } from './sampler.js';

export interface SplitOptions {
  method: SplitMethod;
  /** The label of every image of the data set, by index. */
  labels: ArrayLike<number>;
  /** Draws the choice, apart from the default generator: no other draw then depends on it. */
  generator: torch.Generator;
}

/**
 * Splits `indices` into `count` chosen ones and the rest, both in the order given.
 *
 * `stratified` gives each class its share of `count`, rounded down; places left over go to the
 * largest remainders, to the lower label among equals.
 *
 * @throws RangeError when `count` is not in 0..indices.length.
 */
export function split(
  indices: ArrayLike<number>,
  count: number,
  options: SplitOptions,
): [chosen: Int32Array, rest: Int32Array] {
  const all = Int32Array.from(indices);
  if (!(Number.isInteger(count) && count >= 0 && count <= all.length)) {
    throw new RangeError(`split: count ${count} is not in 0..${all.length}`);
  }
  const chosen = new Set(choose(all, count, options));
  return [all.filter((index) => chosen.has(index)), all.filter((index) => !chosen.has(index))];
}

function choose(all: Int32Array, count: number, options: SplitOptions): Int32Array | number[] {
  if (options.method === 'file_order') return all.subarray(0, count);
  const order = randomPermutation(all.length, options.generator).map((i) => all[i] as number);
  if (options.method === 'shuffle') return order.subarray(0, count);
  return stratify(order, count, options.labels);
}

function stratify(order: Int32Array, count: number, labels: ArrayLike<number>): number[] {
  const classes = new Map<number, number[]>();
  for (const index of order) {
    const label = labels[index] as number;
    const members = classes.get(label);
    if (members) members.push(index);
    else classes.set(label, [index]);
  }
  const shares = [...classes]
    .sort(([a], [b]) => a - b)
    .map(([, members]) => ({ members, share: (members.length * count) / order.length }));
  const whole = shares.reduce((sum, { share }) => sum + Math.floor(share), 0);
  return shares
    .toSorted((a, b) => (b.share % 1) - (a.share % 1))
    .flatMap(({ members, share }, rank) =>
      members.slice(0, Math.floor(share) + (rank < count - whole ? 1 : 0)),
    );
}
