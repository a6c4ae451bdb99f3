// Images of 8 bits a channel and what is done to them without arithmetic: cropping, padding, flipping.

import type { ImageShape } from './dataset.js';

/** One image: pixels of 0 (dark) to 255, `[C, H, W]` in row-major order. */
export interface Image {
  readonly pixels: Uint8Array;
  readonly shape: ImageShape;
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
  const [channels, fullHeight, fullWidth] = image.shape;
  if (top === 0 && left === 0 && height === fullHeight && width === fullWidth) return image;
  const result = blank([channels, height, width]);
  const firstRow = Math.max(0, -top);
  const lastRow = Math.min(height, fullHeight - top);
  const firstColumn = Math.max(0, -left);
  const columns = Math.min(width, fullWidth - left) - firstColumn;
  if (columns <= 0) return result;
  const { pixels: source } = image;
  const { pixels: target } = result;
  for (let channel = 0; channel < channels; channel++) {
    for (let row = firstRow; row < lastRow; row++) {
      const from = (channel * fullHeight + top + row) * fullWidth + left + firstColumn;
      const to = (channel * height + row) * width + firstColumn;
      // A loop, since rows are short: a subarray and a set for each would cost more.
      for (let i = 0; i < columns; i++) target[to + i] = source[from + i] as number;
    }
  }
  return result;
}

/** Mirrored left to right. */
export function hflip(image: Image): Image {
  const [, , width] = image.shape;
  const { pixels: source } = image;
  const result = blank(image.shape);
  const { pixels: target } = result;
  for (let row = 0; row < source.length; row += width) {
    for (let i = 0; i < width; i++) target[row + i] = source[row + width - 1 - i] as number;
  }
  return result;
}

/** The planes of an image of 3 channels. */
export function planes({ pixels, shape }: Image): [Uint8Array, Uint8Array, Uint8Array] {
  const area = shape[1] * shape[2];
  return [pixels.subarray(0, area), pixels.subarray(area, 2 * area), pixels.subarray(2 * area)];
}
