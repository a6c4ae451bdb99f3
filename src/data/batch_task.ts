// Reads and transforms the images of one batch; in the loader's own thread or in a worker of it.

import type { Decoding, OnCorrupt } from './constants.js';
import { DataError } from './dataset.js';
import { decodeFile } from './decode.js';
import type { Draws } from './draws.js';
import type { Image } from './image.js';
import {
  type FileSource,
  type ImageSource,
  type MemorySource,
  memoryImage,
} from './image_source.js';
import type { Pipeline } from './transforms.js';

export interface BatchTask<S extends ImageSource = ImageSource> {
  readonly source: S;
  readonly pipeline: Pipeline;
  readonly indices: Int32Array;
  /** The generators for an image. */
  draws(index: number): Draws;
  /** Receives the values of the images, one behind the other. */
  readonly values: Float32Array;
  /** Receives, for each image that was read, its place in `indices`. */
  readonly places: Int32Array;
}

/** Files that are decoded while an image is transformed. */
const AHEAD = 2;

/** Puts the images of a batch down, one behind the other. */
class Filling {
  /** Images so far. */
  count = 0;
  readonly #task: BatchTask;
  readonly #size: number;

  constructor(task: BatchTask) {
    this.#task = task;
    this.#size = task.values.length / task.places.length;
  }

  put(place: number, image: Image): void {
    const { pipeline, indices, values, places } = this.#task;
    const index = indices[place] as number;
    const start = this.count * this.#size;
    try {
      pipeline.run(image, this.#task.draws(index), values.subarray(start, start + this.#size));
    } catch (error) {
      throw failed(index, error as Error);
    }
    places[this.count++] = place;
  }
}

const failed = (index: number, cause: Error) =>
  new DataError(`image ${index}: ${cause.message}`, { cause });

/**
 * Fills a batch from memory.
 *
 * @returns How many images there are; undefined when given up because `stop` said so.
 */
export function fillNow(task: BatchTask<MemorySource>): number;
export function fillNow(task: BatchTask<MemorySource>, stop: () => boolean): number | undefined;
export function fillNow(
  task: BatchTask<MemorySource>,
  stop: () => boolean = () => false,
): number | undefined {
  const filling = new Filling(task);
  for (let place = 0; place < task.indices.length; place++) {
    if (stop()) return undefined;
    filling.put(place, memoryImage(task.source, task.indices[place] as number));
  }
  return filling.count;
}

/** How images in files are read. */
export interface FileReading {
  readonly corrupt_images: OnCorrupt;
  readonly decoding: Decoding;
}

/** Fills a batch from files, as `fillNow`; fewer images than asked for when some were skipped. */
export async function fillLater(
  task: BatchTask<FileSource> & FileReading,
  stop: () => boolean,
): Promise<number | undefined> {
  const { source, indices, corrupt_images, decoding } = task;
  const filling = new Filling(task);
  const ahead: Promise<Image | Error>[] = [];
  let next = 0;
  for (let place = 0; place < indices.length; place++) {
    while (next < Math.min(indices.length, place + 1 + AHEAD)) {
      const path = source.paths[indices[next++] as number] as string;
      ahead.push(decodeFile(path, decoding).catch((error: Error) => error));
    }
    const image = (await ahead.shift()) as Image | Error;
    if (stop()) return undefined;
    if ('pixels' in image) filling.put(place, image);
    else if (corrupt_images === 'stop') throw failed(indices[place] as number, image);
  }
  return filling.count;
}
