// What every set of labelled images offers to samplers, transforms and loaders.

import type { ImageSource } from './image_source.js';

/** Channels, height and width of one image. */
export type ImageShape = readonly [channels: number, height: number, width: number];

/** A set of labelled images of one size, read by index. */
export interface Dataset {
  /** Images in the set. */
  readonly length: number;
  /** Number of classes: labels run from 0 to `classes - 1`. */
  readonly classes: number;
  readonly image_shape: ImageShape;
  /** The label of every image, in file order. */
  readonly labels: ArrayLike<number>;
  /**
   * The pixels of image `index`, `[C, H, W]` in row-major order, 0 (dark) to 255. They may be a view
   * of the set's own memory: read them, never write them.
   */
  image(index: number): Uint8Array;
  /** Where loaders read the images, when it is elsewhere than behind `image`. */
  readonly source?: ImageSource;
}

/** A file of a data set is missing, damaged, or does not fit its neighbours. */
export class DataError extends Error {
  override readonly name = 'DataError';
  readonly code = 'ERR_DATA';
}
