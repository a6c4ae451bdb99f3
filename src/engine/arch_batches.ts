// The batches that train the architecture of a search, one a step.

import type { Batch } from '../data/batch.js';
import type { Batches } from './source.js';

export interface ArchBatches {
  /** An epoch begins, or goes on. */
  begin(): void;
  next(): Batch;
}

/** Each is the first of a fresh random order, as the original's searches on CIFAR draw them. */
export function freshBatches(loader: Batches): ArchBatches {
  return { begin() {}, next: () => loader.first() };
}

/** One pass after the other, with a new one at each epoch, as the original's search on ImageNet. */
export function batchesInTurn(loader: Batches): ArchBatches {
  let pass: Iterator<Batch, void> | undefined;
  const begun = () => {
    pass ??= loader[Symbol.iterator]();
    return pass.next().value;
  };
  return {
    begin() {
      pass?.return?.();
      pass = undefined;
    },
    next() {
      const batch = begun();
      if (batch) return batch;
      pass = undefined;
      return begun() as Batch;
    },
  };
}
