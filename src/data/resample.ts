// Antialiased bilinear resampling in 8 bits, result for result that of Pillow (libImaging/Resample.c), which
// torchvision resizes with: two passes of fixed-point filters, each rounded to 8 bits. As Pillow up to 12; from
// 13 on it begins with the columns where the height shrinks more, which moves some values by 1.

import { blank, type Image } from './image.js';

/** Bits after the binary point of a weight: a sum of weighted pixels still fits 32 bits with its sign. */
const PRECISION = 22;

/** For each output place, where its filter begins, and its weights (`taps` of them, 0 beyond its end). */
interface Filters {
  readonly taps: number;
  readonly starts: Int32Array;
  readonly weights: Int32Array;
}

/** Resized to `height` x `width`, as `torchvision.transforms.functional.resize` of an image. */
export function resize(image: Image, height: number, width: number): Image {
  return resizeRows(resizeColumns(image, width), height);
}

function resizeColumns(image: Image, width: number): Image {
  const [channels, height, oldWidth] = image.shape;
  if (width === oldWidth) return image;
  const { taps, starts, weights } = filters(oldWidth, width);
  const result = blank([channels, height, width]);
  const { pixels: source } = image;
  const { pixels: target } = result;
  for (let row = 0; row < channels * height; row++) {
    for (let x = 0; x < width; x++) {
      const from = row * oldWidth + (starts[x] as number);
      let sum = 1 << (PRECISION - 1);
      for (let k = 0; k < taps; k++) {
        sum += (source[from + k] as number) * (weights[x * taps + k] as number);
      }
      target[row * width + x] = sum >> PRECISION;
    }
  }
  return result;
}

function resizeRows(image: Image, height: number): Image {
  const [channels, oldHeight, width] = image.shape;
  if (height === oldHeight) return image;
  const { taps, starts, weights } = filters(oldHeight, height);
  const result = blank([channels, height, width]);
  const { pixels: source } = image;
  const { pixels: target } = result;
  // A row of sums at a time reads memory in order.
  const sums = new Int32Array(width);
  for (let channel = 0; channel < channels; channel++) {
    for (let y = 0; y < height; y++) {
      sums.fill(1 << (PRECISION - 1));
      for (let k = 0; k < taps; k++) {
        const weight = weights[y * taps + k] as number;
        if (weight === 0) continue;
        const from = (channel * oldHeight + (starts[y] as number) + k) * width;
        for (let x = 0; x < width; x++) {
          sums[x] = (sums[x] as number) + (source[from + x] as number) * weight;
        }
      }
      const to = (channel * height + y) * width;
      for (let x = 0; x < width; x++) target[to + x] = (sums[x] as number) >> PRECISION;
    }
  }
  return result;
}

/** The triangle filters, stretched when the image shrinks, that turn `size` places into `newSize`. */
function filters(size: number, newSize: number): Filters {
  const scale = size / newSize;
  const support = Math.max(scale, 1);
  // No more than `size`, so that a filter never reads past the end of a row.
  const taps = Math.min(Math.ceil(support) * 2 + 1, size);
  const starts = new Int32Array(newSize);
  const weights = new Int32Array(newSize * taps);
  for (let place = 0; place < newSize; place++) {
    const center = (place + 0.5) * scale;
    const first = Math.max(0, Math.trunc(center - support + 0.5));
    const last = Math.min(size, Math.trunc(center + support + 0.5));
    const shares: number[] = [];
    for (let x = first; x < last; x++) {
      shares.push(Math.max(0, 1 - Math.abs((x - center + 0.5) * (1 / support))));
    }
    const total = shares.reduce((sum, share) => sum + share, 0);
    // Filters at the end begin earlier, with zeros, so that all of them have as many taps.
    const start = Math.min(first, size - taps);
    starts[place] = start;
    shares.forEach((share, i) => {
      weights[place * taps + first - start + i] = Math.trunc(
        0.5 + (share / total) * (1 << PRECISION),
      );
    });
  }
  return { taps, starts, weights };
}
