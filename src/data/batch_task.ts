// Reads and transforms the images of one batch; in the loader's own thread or in a worker of it.

import { DataError } from './dataset.js';
import type { Draws } from './draws.js';
import type { Image } from './image.js';
import { type ImageSource, readImage } from './image_source.js';
import type { Pipeline } from './transforms.js';

/** What to do about an image that can't be read: end the run, or leave it out and count it. */
export type OnError = 'stop' | 'skip';

export interface BatchTask {
  readonly source: ImageSource;
  readonly pipeline: Pipeline;
  readonly on_error: OnError;
  readonly indices: Int32Array;
  /** The generators for an image. */
  draws(index: number): Draws;
  /** Receives the values of the images, one behind the other. */
  readonly values: Float32Array;
  /** Receives, for each image that was read, its place in `indices`. */
  readonly places: Int32Array;
}

/**
 * Fills `values` and `places`. Each image is yielded as it comes, perhaps a promise, and taken back as it is.
 *
 * @returns How many images there are: fewer than asked for when some were skipped.
 */
export function* fillBatch(task: BatchTask): Generator<Image | Promise<Image>, number, Image> {
  const { source, pipeline, indices, values, places } = task;
  const size = values.length / places.length;
  let count = 0;
  for (const [place, index] of indices.entries()) {
    try {
      const image = yield readImage(source, index);
      pipeline.run(image, task.draws(index), values.subarray(count * size, (count + 1) * size));
    } catch (error) {
      if (task.on_error === 'skip') continue;
      throw new DataError(`image ${index}: ${(error as Error).message}`, { cause: error });
    }
    places[count++] = place;
  }
  return count;
}

/** Runs {@link fillBatch} on images in memory. */
export function fillNow(task: BatchTask): number {
  const steps = fillBatch(task);
  let step = steps.next();
  while (!step.done) step = steps.next(step.value as Image);
  return step.value;
}

/** Runs {@link fillBatch}, waiting for images from files; gives up, with undefined, once `stop` says so. */
export async function fillLater(task: BatchTask, stop: () => boolean): Promise<number | undefined> {
  const steps = fillBatch(task);
  let step = steps.next();
  while (!step.done) {
    if (stop()) return undefined;
    const image = await Promise.resolve(step.value).catch((error: Error) => error);
    step = 'pixels' in image ? steps.next(image) : steps.throw(image);
  }
  return step.value;
}
