// What every set of labelled images offers to samplers, transforms and loaders.

import type { ImageSource } from './image_source.js';

/** Channels, height and width of one image. */
export type ImageShape = readonly [channels: number, height: number, width: number];

/** A set of labelled images, read by index. */
export interface Dataset {
  /** Images in the set. */
  readonly length: number;
  /** Number of classes: labels run from 0 to `classes - 1`. */
  readonly classes: number;
  /** What labels mean, where it is known. */
  readonly class_names?: readonly string[];
  /** Of every image; of images in files, whose sizes differ, height and width are 0. */
  readonly image_shape: ImageShape;
  /** The label of every image, in file order. */
  readonly labels: ArrayLike<number>;
  /** Where loaders and their threads read the images. */
  readonly source: ImageSource;
}

/** A file of a data set is missing, damaged, or does not fit its neighbours. */
export class DataError extends Error {
  override readonly name = 'DataError';
  readonly code = 'ERR_DATA';
}
