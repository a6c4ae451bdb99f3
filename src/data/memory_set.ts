// A set of images held in memory that threads share.

import { DataError, type Dataset, type ImageShape } from './dataset.js';
import { type MemorySource, memoryImage } from './image_source.js';

export class MemorySet implements Dataset {
  readonly length: number;
  readonly source: MemorySource;

  /**
   * @param pixels The images, `[C, H, W]` each, one behind the other; copied into shared memory.
   * @param name Names the source of the labels in errors.
   * @throws DataError when there are fewer or more labels than images, or one is not below `classes`.
   */
  constructor(
    readonly image_shape: ImageShape,
    pixels: Uint8Array,
    readonly labels: Uint8Array,
    readonly classes: number,
    name: string,
  ) {
    const size = image_shape[0] * image_shape[1] * image_shape[2];
    this.length = pixels.length / size;
    if (labels.length !== this.length) {
      throw new DataError(`${name}: ${labels.length} labels for ${this.length} images`);
    }
    const wrong = labels.findIndex((label) => label >= classes);
    if (wrong >= 0) {
      throw new DataError(`${name}: label ${wrong} is ${labels[wrong]}, not in 0..${classes - 1}`);
    }
    const shared = new Uint8Array(new SharedArrayBuffer(pixels.length));
    shared.set(pixels);
    this.source = { kind: 'memory', pixels: shared, shape: image_shape };
  }

  image(index: number): Uint8Array {
    if (!(Number.isInteger(index) && index >= 0 && index < this.length)) {
      throw new RangeError(`image: index ${index} is not in 0..${this.length - 1}`);
    }
    return memoryImage(this.source, index).pixels;
  }
}
