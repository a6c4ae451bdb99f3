// From the stored pixels of one image to the numbers a network reads; values as torchvision's.

import type { ImageShape } from './dataset.js';

/**
 * Turns the pixels of one image, uint8 `[C, H, W]`, into float32 values of the same order, written
 * to `target`, which has exactly their length.
 */
export type Transform = (pixels: Uint8Array, shape: ImageShape, target: Float32Array) => void;

/**
 * Scales pixels to 0..1, subtracts the channel's mean and divides by its deviation, bit for bit as
 * torchvision's ToTensor and Normalize.
 *
 * @throws RangeError when used on images of another number of channels.
 */
export function normalise(statistics: {
  mean: readonly number[];
  std: readonly number[];
}): Transform {
  const { mean, std } = statistics;
  // A pixel has 256 values: looking them up is exact, and faster than computing.
  const tables = mean.map((m, channel) => {
    const s = std[channel] as number;
    return Float32Array.from({ length: 256 }, (_, pixel) => normalised(pixel, m, s));
  });
  return (pixels, [channels, height, width], target) => {
    if (channels !== tables.length) {
      throw new RangeError(`normalise: ${tables.length} means for images of ${channels} channels`);
    }
    const area = height * width;
    for (let channel = 0; channel < channels; channel++) {
      const table = tables[channel] as Float32Array;
      for (let i = channel * area; i < (channel + 1) * area; i++) {
        target[i] = table[pixels[i] as number] as number;
      }
    }
  };
}

function normalised(pixel: number, mean: number, std: number): number {
  const scaled = Math.fround(pixel / 255);
  return Math.fround(Math.fround(scaled - Math.fround(mean)) / Math.fround(std));
}
