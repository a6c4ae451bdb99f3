// From pixels to the numbers a network reads: torchvision's ToTensor and Normalize, and the original's Cutout (utils.py).

import type { ImageShape } from './dataset.js';
import type { Draws } from './draws.js';

/** The value of each pixel, 0..255, for one channel. A pixel has so few that looking up is exact, and faster. */
const table = (value: (pixel: number) => number) =>
  Float32Array.from({ length: 256 }, (_, pixel) => value(pixel));

/** Pixels become 0..1. */
export const SCALED = table((pixel) => pixel / 255);

/**
 * Scaled to 0..1, less the channel's mean, divided by its deviation; bit for bit as torchvision. A table for each
 * channel.
 */
export function normalised(mean: readonly number[], std: readonly number[]): Float32Array[] {
  return mean.map((m, channel) => {
    const deviation = Math.fround(std[channel] as number);
    return table((pixel) => {
      const scaled = Math.fround(pixel / 255);
      return Math.fround(scaled - Math.fround(m)) / deviation;
    });
  });
}

/** Zeros in a square: its centre y, then x, drawn from numpy's generator, cut off at the borders. */
export function cutout(
  values: Float32Array,
  shape: ImageShape,
  length: number,
  draws: Draws,
): void {
  const [channels, height, width] = shape;
  const y = draws.numpy.numpyRandint(height);
  const x = draws.numpy.numpyRandint(width);
  const half = Math.floor(length / 2);
  const [top, bottom] = [Math.max(0, y - half), Math.min(height, y + half)];
  const [left, right] = [Math.max(0, x - half), Math.min(width, x + half)];
  for (let channel = 0; channel < channels; channel++) {
    for (let row = top; row < bottom; row++) {
      const start = (channel * height + row) * width;
      // A loop, since rows are short.
      for (let i = start + left; i < start + right; i++) values[i] = 0;
    }
  }
}
