// Batches from a data set, read in this thread or by workers: torch.utils.data.DataLoader, with the state of
// torchdata's StatefulDataLoader.

import { type Batch, makeBatch, requireDevice } from './batch.js';
import type { Decoding, OnCorrupt } from './constants.js';
import { DataError, type Dataset } from './dataset.js';
import { type LoaderState, type PassState, requireFitting } from './loader_state.js';
import { MT_STATE_WORDS, Mt19937 } from './mt19937.js';
import { type Batches, type Filled, OwnReader, type Reader } from './reader.js';
import { drawSeed, type Sampler } from './sampler.js';
import { Pipeline, type TransformSpec } from './transforms.js';
import { WorkerReader } from './worker_reader.js';

export { Batch } from './batch.js';
export type { LoaderState, PassState } from './loader_state.js';

export interface LoaderOptions {
  dataset: Dataset;
  sampler: Sampler;
  transforms: readonly TransformSpec[];
  batch_size: number;
  /** Leaves out a last batch of fewer than `batch_size` images. Default false. */
  drop_last?: boolean;
  /** Where batches go; to a GPU by way of pinned memory. Default 'cpu'. */
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
  corrupt_images?: OnCorrupt;
  /** fast: JPEG files take half the time, and their values differ from Pillow's a little. Default 'exact'. */
  decoding?: Decoding;
}

/**
 * Iterates over a data set in batches; every iteration is a new pass of the sampler:
 * `for (using batch of loader) …` frees each batch before the next is made.
 */
export class Loader implements Iterable<Batch> {
  readonly #options: Required<LoaderOptions>;
  readonly #shape: readonly number[];
  readonly #reader: Reader;
  /** The reader, where it draws from a generator that no state but ours knows of. */
  readonly #numpyReader: OwnReader | undefined;
  /** Workers that draw from generators of their own. */
  readonly #streams: number;
  #skipped = 0;
  #current: PassState | null = null;
  /** A pass that the next iteration goes on with. */
  #loaded: PassState | null = null;

  /**
   * @throws RangeError when `batch_size`, `num_workers` or `prefetch_factor` is no such whole number,
   * `shared_stream` is asked for files without workers, `device` is a GPU where there is none, or `transforms`
   * do not fit the images.
   */
  constructor(options: LoaderOptions) {
    this.#options = {
      drop_last: false,
      device: 'cpu',
      num_workers: 0,
      prefetch_factor: 2,
      shared_stream: false,
      numpy_seed: 0,
      corrupt_images: 'stop',
      decoding: 'exact',
      ...options,
    };
    const { dataset, transforms, batch_size, num_workers, prefetch_factor } = this.#options;
    const { shared_stream, numpy_seed, corrupt_images, decoding } = this.#options;
    requireDevice(this.#options.device);
    atLeast('batch_size', batch_size, 1);
    atLeast('num_workers', num_workers, 0);
    atLeast('prefetch_factor', prefetch_factor, 1);
    const pipeline = new Pipeline(transforms);
    this.#shape = pipeline.output_shape(dataset.image_shape);
    const { source } = dataset;
    if (num_workers === 0 && source.kind === 'memory') {
      const reader = new OwnReader({ source, pipeline }, shared_stream, numpy_seed);
      this.#reader = reader;
      if (shared_stream) this.#numpyReader = reader;
    } else if (num_workers === 0 && shared_stream) {
      throw new RangeError(
        'Loader: shared_stream of images in files needs num_workers of at least 1',
      );
    } else {
      this.#reader = new WorkerReader({
        workers: Math.max(1, num_workers),
        ...{ prefetch_factor, source, transforms, corrupt_images, decoding, shared_stream },
      });
    }
    this.#streams = shared_stream ? num_workers : 0;
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

  /**
   * Where the loader stands: within a loop over it, after the batch that was taken last; else between two
   * passes, also after a loop that was left early. Torch's default generator, from which the next pass will
   * draw its order, is not part of it.
   */
  state(): LoaderState {
    const numpy = this.#numpyReader && new Int32Array(MT_STATE_WORDS);
    if (numpy) this.#numpyReader?.numpy.writeState(numpy);
    return { skipped: this.#skipped, numpy: numpy ?? null, pass: this.#current };
  }

  /**
   * Goes on from where a loader like this one stood: if within a pass, the next iteration gives the rest
   * of it, and draws nothing for that.
   *
   * @throws RangeError when the state is of another data set, batch size or, with `shared_stream`, number of
   * workers.
   */
  load_state({ skipped, numpy, pass }: LoaderState): void {
    if (pass) {
      requireFitting(pass, {
        images: this.#options.sampler.length,
        length: this.#options.dataset.length,
        batches: this.length,
        streams: this.#streams,
      });
    }
    if (numpy && this.#numpyReader) this.#numpyReader.numpy = Mt19937.fromState(numpy);
    this.#skipped = skipped;
    this.#current = pass;
    this.#loaded = pass;
  }

  /** Starts a pass, with the draws of PyTorch: the order with the first batch, or with workers at once. */
  [Symbol.iterator](): Generator<Batch, void> {
    const loaded = this.#loaded;
    this.#loaded = null;
    return loaded ? this.#pass(() => loaded, this.length) : this.#newPass();
  }

  /**
   * The first batch of a new pass that has no other, as `next(iter(loader))`. Costs one batch: nothing is read
   * ahead, and threads stay for the next call, until `close`.
   *
   * @throws DataError when there is none.
   */
  first(): Batch {
    const { value } = this.#newPass(Math.min(1, this.length)).next();
    this.#current = this.#loaded;
    if (!value) throw new DataError('a pass over no images has no first batch');
    return value;
  }

  /** Ends the threads; the next pass would start new ones. */
  close(): void {
    this.#reader.close();
  }

  [Symbol.dispose](): void {
    this.close();
  }

  /** @param count How many of its batches are read. */
  #newPass(count = this.length): Generator<Batch, void> {
    // PyTorch draws a base seed for workers here, whether there are any or not: without this draw every
    // later order would differ from its own.
    const base_seed = drawSeed();
    const { sampler, num_workers } = this.#options;
    const generators = Array.from({ length: this.#streams }, () => null);
    const begin = () => ({ base_seed, order: sampler.draw(), position: 0, generators });
    if (num_workers === 0) return this.#pass(begin, count);
    const state = begin();
    return this.#pass(() => state, count);
  }

  *#pass(begin: () => PassState, count: number): Generator<Batch, void> {
    let state = begin();
    this.#current = state;
    const { batch_size } = this.#options;
    const batches: Batches = { batch_size, count, image_size: product(this.#shape) };
    try {
      for (const filled of this.#reader.read(state, batches)) {
        const ours = this.#current === state;
        state = after(state, filled);
        if (ours) this.#current = state;
        const { values, places, indices } = filled;
        this.#skipped += indices.length - places.length;
        // A batch that lost all of its images is none.
        if (places.length > 0) {
          yield makeBatch(values, this.#labels(filled), this.#shape, this.#options.device);
        }
      }
    } finally {
      if (this.#current === state) this.#current = null;
    }
  }

  #labels({ places, indices }: Filled): BigInt64Array {
    const { labels } = this.#options.dataset;
    return BigInt64Array.from(places as unknown as bigint[], (place) =>
      BigInt(labels[indices[Number(place)] as number] as number),
    );
  }
}

/** A pass after one more batch. */
function after({ generators, ...state }: PassState, { stream }: Filled): PassState {
  return {
    ...state,
    position: state.position + 1,
    generators: stream ? generators.with(stream.worker, stream.generators.slice()) : generators,
  };
}

const product = (sizes: readonly number[]) => sizes.reduce((all, size) => all * size, 1);

function atLeast(name: string, value: number, least: number): void {
  if (Number.isInteger(value) && value >= least) return;
  throw new RangeError(`Loader: ${name} ${value} is not a whole number of at least ${least}`);
}
