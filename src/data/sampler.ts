// The order in which images are read: torch.utils.data.sampler, draw for draw.

import * as torch from 'torch-js';

/** Draws the order of one pass over some images of a data set. */
export abstract class Sampler {
  readonly #indices: Int32Array;

  /** @param indices The images to draw from. */
  constructor(indices: ArrayLike<number>) {
    this.#indices = Int32Array.from(indices);
  }

  /** Images in a pass. */
  get length(): number {
    return this.#indices.length;
  }

  /** Draws a pass: each of the indices once. */
  draw(): Int32Array {
    return this.order(this.length).map((place) => this.#indices[place] as number);
  }

  /** An order of the places 0..n-1. */
  protected abstract order(n: number): Int32Array;
}

/** The indices as they stand; draws nothing. */
export class SequentialSampler extends Sampler {
  protected override order(n: number): Int32Array {
    return Int32Array.from({ length: n }, (_, place) => place);
  }
}

/** Random order: a pass draws n - 1 numbers of 32 bits from torch's default generator. */
export class SubsetRandomSampler extends Sampler {
  protected override order(n: number): Int32Array {
    return randomPermutation(n);
  }
}

/**
 * Random order, as PyTorch's `shuffle=True`: a pass draws one seed from torch's default generator,
 * and its order from a generator of its own with that seed.
 */
export class RandomSampler extends Sampler {
  protected override order(n: number): Int32Array {
    const generator = new torch.Generator();
    generator.manual_seed(drawSeed());
    return randomPermutation(n, generator);
  }
}

/** A permutation of 0..n-1 by `torch.randperm`, by default from torch's default generator. */
export function randomPermutation(n: number, generator: torch.Generator | null = null): Int32Array {
  using order = torch.randperm(n, { generator });
  return Int32Array.from(order.toTypedArray() as BigInt64Array, Number);
}

/** A seed, 0..2^63-1, from torch's default generator, as PyTorch's loaders and samplers draw theirs. */
export function drawSeed(): bigint {
  using seed = torch.empty([], { dtype: 'int64' });
  return seed.random_().item() as bigint;
}
