// Reads ahead with threads, which fill batches in a fixed number of slots of shared memory.

import type { PassState } from './loader_state.js';
import { type Batches, type Filled, indicesOf, type Reader } from './reader.js';
import { type PoolOptions, WorkerPool } from './worker_pool.js';

export interface WorkerReaderOptions
  extends Omit<PoolOptions, 'slots' | 'batch_size' | 'image_size'> {
  /** Batches that each of them reads ahead. */
  prefetch_factor: number;
}

export class WorkerReader implements Reader {
  readonly #options: WorkerReaderOptions;
  #pool: WorkerPool | undefined;

  constructor(options: WorkerReaderOptions) {
    this.#options = options;
  }

  *read(state: PassState, { batch_size, count, image_size }: Batches): Generator<Filled, void> {
    const { workers, prefetch_factor, shared_stream } = this.#options;
    const slots = workers * prefetch_factor;
    this.#pool ??= new WorkerPool({ ...this.#options, slots, batch_size, image_size });
    const pool = this.#pool;
    const pass = pool.begin();
    const first = state.position;
    let ordered = first;
    const orderUpTo = (end: number) => {
      for (; ordered < Math.min(end, count); ordered++) {
        const worker = ordered % workers;
        pool.order(worker, {
          pass,
          base_seed: state.base_seed,
          generators: ordered < first + workers ? (state.generators[worker] ?? null) : null,
          slot: ordered % slots,
          indices: indicesOf(state, ordered, batch_size),
        });
      }
    };
    try {
      for (let batch = first; batch < count; batch++) {
        orderUpTo(batch + slots);
        const { slot, images } = pool.take(pass, batch % slots);
        yield {
          values: slot.values.subarray(0, images * image_size),
          places: slot.places.subarray(0, images),
          indices: indicesOf(state, batch, batch_size),
          ...(shared_stream && {
            stream: { worker: batch % workers, generators: slot.generators },
          }),
        };
      }
    } finally {
      // Whole, broken off or failed: a pass that is over leaves no thread. One whose iterator was just
      // dropped, as by `first`, leaves them to the next pass, which spares starting them.
      if (pool === this.#pool && pass === pool.pass) this.close();
    }
  }

  close(): void {
    this.#pool?.close();
    this.#pool = undefined;
  }
}
