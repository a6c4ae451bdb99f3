// Batches from a data set, in this process: torch.utils.data.DataLoader with num_workers=0.

import * as torch from 'torch-js';
import type { Dataset } from './dataset.js';
import { drawSeed, type Sampler } from './sampler.js';
import type { Transform } from './transforms.js';

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
  transform: Transform;
  batch_size: number;
  /** Leaves out a last batch of fewer than `batch_size` images. Default false. */
  drop_last?: boolean;
  /** Where batches go. Default 'cpu'. */
  device?: string;
}

/**
 * Iterates over a data set in batches; every iteration is a new pass of the sampler:
 * `for (using batch of loader) …` frees each batch before the next is made.
 */
export class Loader implements Iterable<Batch> {
  readonly #options: Required<LoaderOptions>;

  /** @throws RangeError when `batch_size` is not a whole number of at least 1. */
  constructor(options: LoaderOptions) {
    this.#options = { drop_last: false, device: 'cpu', ...options };
    const { batch_size } = options;
    if (!(Number.isInteger(batch_size) && batch_size >= 1)) {
      throw new RangeError(`Loader: batch_size ${batch_size} is not a whole number of at least 1`);
    }
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

  /** Starts a pass. The order is drawn with the first batch, as PyTorch does. */
  [Symbol.iterator](): Iterator<Batch, void> {
    // PyTorch draws a base seed for worker processes here, whether there are any or not: without this
    // draw every later order would differ from its own.
    drawSeed();
    return this.#batches();
  }

  *#batches(): Generator<Batch, void> {
    const { dataset, sampler, batch_size } = this.#options;
    const [channels, height, width] = dataset.image_shape;
    const imageSize = channels * height * width;
    const images = new Float32Array(batch_size * imageSize);
    const labels = new BigInt64Array(batch_size);
    const order = sampler.draw();
    for (let batch = 0; batch < this.length; batch++) {
      const indices = order.subarray(batch * batch_size, (batch + 1) * batch_size);
      indices.forEach((index, place) => {
        const target = images.subarray(place * imageSize, (place + 1) * imageSize);
        this.#options.transform(dataset.image(index), dataset.image_shape, target);
        labels[place] = BigInt(dataset.labels[index] as number);
      });
      yield this.#batch(
        images.subarray(0, indices.length * imageSize),
        labels.subarray(0, indices.length),
      );
    }
  }

  #batch(images: Float32Array, labels: BigInt64Array): Batch {
    const { dataset, device } = this.#options;
    const shape = [labels.length, ...dataset.image_shape];
    return new Batch(torch.tensor(images, { shape, device }), torch.tensor(labels, { device }));
  }
}
