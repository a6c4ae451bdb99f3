// Batches from a data set, read in this thread or by workers: torch.utils.data.DataLoader.

import * as torch from 'torch-js';
import { fillNow, type OnError } from './batch_task.js';
import type { Dataset } from './dataset.js';
import { type Draws, imageDraws } from './draws.js';
import { type ImageSource, sourceOf } from './image_source.js';
import { Mt19937 } from './mt19937.js';
import { drawSeed, type Sampler } from './sampler.js';
import { Pipeline, type TransformSpec } from './transforms.js';
import { WorkerPool } from './worker_pool.js';

/** A batch on its device. It belongs to the scope it was drawn in, and can be freed sooner. */
export class Batch {
  /**
   * @param images float32 `[N, C, H, W]`.
   * @param labels int64 `[N]`.
   */
  constructor(
    readonly images: torch.Tensor,
    readonly labels: torch.Tensor,
  ) {}

  /** Images in the batch. */
  get size(): number {
    return this.images.shape[0] as number;
  }

  [Symbol.dispose](): void {
    this.images.dispose();
    this.labels.dispose();
  }
}

export interface LoaderOptions {
  dataset: Dataset;
  sampler: Sampler;
  transforms: readonly TransformSpec[];
  batch_size: number;
  /** Leaves out a last batch of fewer than `batch_size` images. Default false. */
  drop_last?: boolean;
  /** Where batches go. Default 'cpu'. */
  device?: string;
  /** Threads that read ahead; 0: none, but for one when images come from files. Default 0. */
  num_workers?: number;
  /** Batches that each of them reads ahead. Default 2. */
  prefetch_factor?: number;
  /**
   * Draws transforms from one generator a worker, as PyTorch does (without workers: torch's default
   * generator), so that the number of workers changes the images. Default false: from one an image,
   * seeded by the pass and the image.
   */
  shared_stream?: boolean;
  /** Seeds what stands for numpy's generator when `shared_stream` is used without workers. Default 0. */
  numpy_seed?: number;
  /** What to do about an image that can't be read: end, or leave it out and count it. Default 'stop'. */
  on_error?: OnError;
}

/** Where a pass stands: enough to go on with it in another process. */
export interface PassState {
  readonly base_seed: bigint;
  readonly order: Int32Array;
  /** Batches that were taken. */
  readonly position: number;
}

/**
 * Iterates over a data set in batches; every iteration is a new pass of the sampler:
 * `for (using batch of loader) …` frees each batch before the next is made.
 */
export class Loader implements Iterable<Batch> {
  readonly #options: Required<LoaderOptions>;
  readonly #source: ImageSource;
  readonly #pipeline: Pipeline;
  readonly #shape: readonly [number, number, number];
  readonly #numpy: Mt19937;
  #pool: WorkerPool | undefined;
  #skipped = 0;
  #state: PassState | undefined;

  /**
   * @throws RangeError when `batch_size`, `num_workers` or `prefetch_factor` is no such whole number, or
   * `shared_stream` is asked for files without workers.
   */
  constructor(options: LoaderOptions) {
    this.#options = {
      drop_last: false,
      device: 'cpu',
      num_workers: 0,
      prefetch_factor: 2,
      shared_stream: false,
      numpy_seed: 0,
      on_error: 'stop',
      ...options,
    };
    const { dataset, batch_size, num_workers, prefetch_factor, shared_stream } = this.#options;
    atLeast('batch_size', batch_size, 1);
    atLeast('num_workers', num_workers, 0);
    atLeast('prefetch_factor', prefetch_factor, 1);
    this.#source = sourceOf(dataset);
    if (shared_stream && num_workers === 0 && this.#source.kind === 'files') {
      throw new RangeError(
        'Loader: shared_stream of images in files needs num_workers of at least 1',
      );
    }
    this.#pipeline = new Pipeline(options.transforms);
    this.#shape = this.#pipeline.output_shape(dataset.image_shape);
    this.#numpy = new Mt19937(this.#options.numpy_seed);
  }

  /** Batches in a pass. */
  get length(): number {
    const { sampler, batch_size, drop_last } = this.#options;
    return (drop_last ? Math.floor : Math.ceil)(sampler.length / batch_size);
  }

  /** Images in a pass. */
  get samples(): number {
    const { sampler, batch_size, drop_last } = this.#options;
    return drop_last ? this.length * batch_size : sampler.length;
  }

  /** Images that were left out so far because they could not be read. */
  get skipped(): number {
    return this.#skipped;
  }

  /** Where the pass begun last stands; undefined before its first batch. */
  get state(): PassState | undefined {
    return this.#state;
  }

  /**
   * Starts a pass. The order is drawn with the first batch, or at once with workers, as PyTorch does.
   * A pass that is left after its first batch has read no other: readers ahead begin with the second.
   */
  [Symbol.iterator](): Iterator<Batch, void> {
    // PyTorch draws a base seed for workers here, whether there are any or not: without this draw every
    // later order would differ from its own.
    const base_seed = drawSeed();
    const { sampler, num_workers } = this.#options;
    if (num_workers === 0)
      return this.#pass(() => ({ base_seed, order: sampler.draw(), position: 0 }));
    const state = { base_seed, order: sampler.draw(), position: 0 };
    return this.#pass(() => state);
  }

  /**
   * Goes on with a pass; draws nothing.
   *
   * @throws RangeError with `shared_stream`, whose generators stand where a state does not tell.
   */
  resume(state: PassState): Iterable<Batch> {
    if (this.#options.shared_stream) {
      throw new RangeError('Loader: a pass with shared_stream starts over, it cannot be resumed');
    }
    return { [Symbol.iterator]: () => this.#pass(() => state) };
  }

  /** Ends the threads; the next pass would start new ones. */
  close(): void {
    this.#pool?.close();
    this.#pool = undefined;
  }

  *#pass(begin: () => PassState): Generator<Batch, void> {
    const state = begin();
    const threaded = this.#options.num_workers > 0 || this.#source.kind === 'files';
    const batches = threaded ? this.#fromWorkers(state) : this.#fromHere(state);
    let position = state.position;
    for (const { values, places, indices } of batches) {
      this.#skipped += indices.length - places.length;
      position++;
      this.#state = { ...state, position };
      // A batch that lost all of its images is none.
      if (places.length > 0) yield this.#batch(values, places, indices);
    }
  }

  #indices({ order }: PassState, batch: number): Int32Array {
    const { batch_size } = this.#options;
    return order.slice(batch * batch_size, (batch + 1) * batch_size);
  }

  *#fromHere(state: PassState): Generator<Filled, void> {
    const { batch_size, on_error } = this.#options;
    const size = product(this.#shape);
    const values = new Float32Array(batch_size * size);
    const places = new Int32Array(batch_size);
    for (let batch = state.position; batch < this.length; batch++) {
      const indices = this.#indices(state, batch);
      const fill = (draws: (index: number) => Draws) =>
        fillNow({
          source: this.#source,
          pipeline: this.#pipeline,
          on_error,
          indices,
          draws,
          values,
          places,
        });
      const count = this.#drawing(state.base_seed, fill);
      yield {
        values: values.subarray(0, count * size),
        places: places.subarray(0, count),
        indices,
      };
    }
  }

  /** Calls `fill` with the generators of each image; torch's default one is moved on by what is drawn. */
  #drawing(base_seed: bigint, fill: (draws: (index: number) => Draws) => number): number {
    if (!this.#options.shared_stream) return fill((index) => imageDraws(base_seed, index));
    using before = torch.default_generator.get_state();
    const bytes = before.toTypedArray() as Uint8Array;
    const draws = { torch: Mt19937.fromTorchState(bytes), numpy: this.#numpy };
    const count = fill(() => draws);
    draws.torch.writeTorchState(bytes);
    using after = torch.tensor(bytes);
    torch.default_generator.set_state(after);
    return count;
  }

  *#fromWorkers(state: PassState): Generator<Filled, void> {
    const { shared_stream, prefetch_factor } = this.#options;
    const workers = Math.max(1, this.#options.num_workers);
    const slots = workers * prefetch_factor;
    const size = product(this.#shape);
    const pool = this.#startedPool(workers, slots, size);
    const pass = pool.begin();
    let ordered = state.position;
    const orderUpTo = (end: number) => {
      for (; ordered < Math.min(end, this.length); ordered++) {
        const indices = this.#indices(state, ordered);
        pool.order(ordered % workers, {
          pass,
          base_seed: state.base_seed,
          shared_stream,
          slot: ordered % slots,
          indices,
        });
      }
    };
    try {
      for (let batch = state.position; batch < this.length; batch++) {
        orderUpTo(batch === state.position ? batch + 1 : batch + slots);
        const { slot, count } = pool.take(pass, batch % slots);
        yield {
          values: slot.values.subarray(0, count * size),
          places: slot.places.subarray(0, count),
          indices: this.#indices(state, batch),
        };
      }
    } finally {
      // Whole, broken off or failed: a pass that is over leaves no thread. One whose iterator was just
      // dropped, as by next(iter(loader)), leaves them to the next pass, which spares starting them.
      if (pool === this.#pool && pass === pool.pass) this.close();
    }
  }

  #startedPool(workers: number, slots: number, image_size: number): WorkerPool {
    const { transforms, on_error, batch_size } = this.#options;
    this.#pool ??= new WorkerPool({
      workers,
      slots,
      image_size,
      batch_size,
      source: this.#source,
      transforms,
      on_error,
    });
    return this.#pool;
  }

  #batch(values: Float32Array, places: Int32Array, indices: Int32Array): Batch {
    const { dataset, device } = this.#options;
    const labels = BigInt64Array.from(places as unknown as bigint[], (place) =>
      BigInt(dataset.labels[indices[Number(place)] as number] as number),
    );
    const shape = [places.length, ...this.#shape];
    return new Batch(torch.tensor(values, { shape, device }), torch.tensor(labels, { device }));
  }
}

/** One filled batch, in memory that the next one may use again. */
interface Filled {
  values: Float32Array;
  places: Int32Array;
  indices: Int32Array;
}

const product = (sizes: readonly number[]) => sizes.reduce((all, size) => all * size, 1);

function atLeast(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new RangeError(`Loader: ${name} ${value} is not a whole number of at least ${least}`);
}
