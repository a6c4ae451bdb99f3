// What fills the batches of a pass, and the reader that does it in the loader's own thread.

import * as torch from 'torch-js';
import { type BatchTask, fillNow } from './batch_task.js';
import { type Draws, imageDraws } from './draws.js';
import type { MemorySource } from './image_source.js';
import type { PassState } from './loader_state.js';
import { Mt19937 } from './mt19937.js';

/** One filled batch, in memory that the next one may use again. */
export interface Filled {
  values: Float32Array;
  /** For each image that was read, its place in `indices`. */
  places: Int32Array;
  /** The images that were asked for. */
  indices: Int32Array;
  /** The worker that filled it, and where its generators stand now; only with `shared_stream`. */
  stream?: { worker: number; generators: Int32Array };
}

/** How a pass is cut into batches. */
export interface Batches {
  batch_size: number;
  /** Batches in a pass. */
  count: number;
  /** Values of an image. */
  image_size: number;
}

export interface Reader {
  /** The batches of a pass from its position on, in order. */
  read(pass: PassState, batches: Batches): Generator<Filled, void>;
  /** Ends its threads, if it has any. */
  close(): void;
}

/** The images that batch number `batch` of a pass is made of. */
export function indicesOf({ order }: PassState, batch: number, batch_size: number): Int32Array {
  return order.slice(batch * batch_size, (batch + 1) * batch_size);
}

/** Fills each batch when it is asked for. */
export class OwnReader implements Reader {
  readonly #task: Pick<BatchTask<MemorySource>, 'source' | 'pipeline'>;
  readonly #shared_stream: boolean;
  /** Stands for numpy's default generator with `shared_stream`. */
  numpy: Mt19937;

  constructor(
    task: Pick<BatchTask<MemorySource>, 'source' | 'pipeline'>,
    shared_stream: boolean,
    numpy_seed: number,
  ) {
    this.#task = task;
    this.#shared_stream = shared_stream;
    this.numpy = new Mt19937(numpy_seed);
  }

  *read(pass: PassState, { batch_size, count, image_size }: Batches): Generator<Filled, void> {
    const values = new Float32Array(batch_size * image_size);
    const places = new Int32Array(batch_size);
    for (let batch = pass.position; batch < count; batch++) {
      const indices = indicesOf(pass, batch, batch_size);
      const images = this.#drawing(pass.base_seed, (draws) =>
        fillNow({ ...this.#task, indices, draws, values, places }),
      );
      yield {
        values: values.subarray(0, images * image_size),
        places: places.subarray(0, images),
        indices,
      };
    }
  }

  close(): void {}

  /** Calls `fill` with the generators of each image; torch's default one is moved on by what is drawn. */
  #drawing(base_seed: bigint, fill: (draws: (index: number) => Draws) => number): number {
    if (!this.#shared_stream) return fill(imageDraws(base_seed));
    using before = torch.default_generator.get_state();
    const bytes = before.toTypedArray() as Uint8Array;
    const draws = { torch: Mt19937.fromTorchState(bytes), numpy: this.numpy };
    const images = fill(() => draws);
    draws.torch.writeTorchState(bytes);
    using after = torch.tensor(bytes);
    torch.default_generator.set_state(after);
    return images;
  }
}
