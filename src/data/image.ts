// Images of 8 bits a channel and what is done to them without arithmetic: cropping, padding, flipping.

import type { ImageShape } from './dataset.js';

/** One image: pixels of 0 (dark) to 255, `[C, H, W]` in row-major order unless `interleaved`. */
export interface Image {
  readonly pixels: Uint8Array;
  readonly shape: ImageShape;
  /** The pixels stand as `[H, W, C]`, as decoders give them; whatever is made of the image does not. */
  readonly interleaved?: boolean;
}

/** How far apart in `pixels` neighbours in each direction are. */
export interface Strides {
  readonly channel: number;
  readonly row: number;
  readonly column: number;
}

export function stridesOf({ shape: [channels, height, width], interleaved }: Image): Strides {
  return interleaved
    ? { channel: 1, row: channels * width, column: channels }
    : { channel: height * width, row: width, column: 1 };
}

/** A black image. */
export function blank(shape: ImageShape): Image {
  return { pixels: new Uint8Array(shape[0] * shape[1] * shape[2]), shape };
}

/**
 * The rectangle with its upper left corner at (top, left), which may reach beyond the image: what lies
 * outside is black, as after `torchvision.transforms.functional.pad`.
 */
export function crop(
  image: Image,
  top: number,
  left: number,
  height: number,
  width: number,
): Image {
  const { pixels: source, shape, interleaved } = image;
  const [channels, fullHeight, fullWidth] = shape;
  const isWhole = top === 0 && left === 0 && height === fullHeight && width === fullWidth;
  if (isWhole && !interleaved) return image;
  const { channel: channelStride, row: rowStride, column } = stridesOf(image);
  const result = blank([channels, height, width]);
  const firstRow = Math.max(0, -top);
  const lastRow = Math.min(height, fullHeight - top);
  const firstColumn = Math.max(0, -left);
  const columns = Math.min(width, fullWidth - left) - firstColumn;
  const { pixels: target } = result;
  for (let channel = 0; channel < channels; channel++) {
    for (let row = firstRow; row < lastRow; row++) {
      let from = channel * channelStride + (top + row) * rowStride + (left + firstColumn) * column;
      const to = (channel * height + row) * width + firstColumn;
      // A loop, since rows are short: a subarray and a set for each would cost more.
      for (let i = 0; i < columns; i++, from += column) target[to + i] = source[from] as number;
    }
  }
  return result;
}

/** Mirrored left to right. */
export function hflip(image: Image): Image {
  const [, , width] = image.shape;
  const { pixels: source } = planar(image);
  const result = blank(image.shape);
  const { pixels: target } = result;
  for (let row = 0; row < source.length; row += width) {
    for (let i = 0; i < width; i++) target[row + i] = source[row + width - 1 - i] as number;
  }
  return result;
}

/** The image as `[C, H, W]`. */
export function planar(image: Image): Image {
  const [, height, width] = image.shape;
  return crop(image, 0, 0, height, width);
}

/** The planes of an image of 3 channels, `[C, H, W]`. */
export function planes({ pixels, shape }: Image): [Uint8Array, Uint8Array, Uint8Array] {
  const area = shape[1] * shape[2];
  return [pixels.subarray(0, area), pixels.subarray(area, 2 * area), pixels.subarray(2 * area)];
}
