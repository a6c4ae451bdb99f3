// A set of images held in memory that threads share.

import { types } from 'node:util';
import { DataError, type Dataset, type ImageShape } from './dataset.js';
import { type MemorySource, memoryImage } from './image_source.js';

export class MemorySet implements Dataset {
  readonly length: number;
  readonly classes: number;
  readonly class_names?: readonly string[];
  readonly source: MemorySource;

  /**
   * @param pixels The images, `[C, H, W]` each, one behind the other; copied unless `sharedBytes` made them.
   * @param classes How many, or their names.
   * @param name Names the source of the labels in errors.
   * @throws DataError when there is no image, there are fewer or more labels than images, or one is
   * not below `classes`.
   */
  constructor(
    readonly image_shape: ImageShape,
    pixels: Uint8Array,
    readonly labels: Uint8Array,
    classes: number | readonly string[],
    name: string,
  ) {
    const size = image_shape[0] * image_shape[1] * image_shape[2];
    this.length = pixels.length / size;
    if (!(this.length > 0)) throw new DataError(`${name}: there are no images`);
    if (labels.length !== this.length) {
      throw new DataError(`${name}: ${labels.length} labels for ${this.length} images`);
    }
    if (typeof classes !== 'number') this.class_names = classes;
    this.classes = typeof classes === 'number' ? classes : classes.length;
    requireLabels(labels, this.classes, name);
    this.source = { kind: 'memory', pixels: shared(pixels), shape: image_shape };
  }

  /**
   * The pixels of image `index`, `[C, H, W]` in row-major order, 0 (dark) to 255: a view of the set's own
   * memory, to be read only.
   */
  image(index: number): Uint8Array {
    if (!(Number.isInteger(index) && index >= 0 && index < this.length)) {
      throw new RangeError(`image: index ${index} is not in 0..${this.length - 1}`);
    }
    return memoryImage(this.source, index).pixels;
  }
}

/** Zeros in memory that threads share. */
export function sharedBytes(length: number): Uint8Array {
  return new Uint8Array(new SharedArrayBuffer(length));
}

function shared(pixels: Uint8Array): Uint8Array {
  if (types.isSharedArrayBuffer(pixels.buffer)) return pixels;
  const copy = sharedBytes(pixels.length);
  copy.set(pixels);
  return copy;
}

/** @throws DataError when a label of the file `name` is not in 0..`classes - 1`. */
export function requireLabels(labels: Uint8Array, classes: number, name: string): void {
  const wrong = labels.findIndex((label) => label >= classes);
  if (wrong < 0) return;
  throw new DataError(`${name}: label ${wrong} is ${labels[wrong]}, not in 0..${classes - 1}`);
}
