// Antialiased bilinear resampling in 8 bits, result for result that of Pillow (libImaging/Resample.c), which
// torchvision resizes with: two passes of fixed-point filters, each rounded to 8 bits. As Pillow up to 12; from
// 13 on it begins with the columns where the height shrinks more, which moves some values by 1.

import { blank, type Image, stridesOf } from './image.js';
import { imageOf, isInside, shapeOf, type View, whole } from './view.js';

/** Bits after the binary point of a weight: a sum of weighted pixels still fits 32 bits with its sign. */
const PRECISION = 22;
const HALF = 1 << (PRECISION - 1);

/** For each output place, where its filter begins, how long it is, and its weights (`taps` places for each). */
interface Filters {
  readonly taps: number;
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  readonly weights: Int32Array;
}

/** Resized to `height` x `width`, as `torchvision.transforms.functional.resize` of an image. */
export function resize(view: View, height: number, width: number): Image {
  const narrowed = resizeColumns(view, width);
  return resizeRows(narrowed, height);
}

/** The part of the image in `view` at another width. */
function resizeColumns(view: View, width: number): Image {
  const [channels, height, oldWidth] = shapeOf(view);
  if (width === oldWidth) return imageOf(view);
  // What is black, or mirrored, is made so first.
  if (!isInside(view) || view.mirrored) return resizeColumns(whole(imageOf(view)), width);
  const { image, top, left } = view;
  const { pixels } = image;
  const { channel, row, column } = stridesOf(image);
  const filters = makeFilters(oldWidth, width);
  const result = blank([channels, height, width]);
  const area = height * width;
  for (let y = 0; y < height; y++) {
    const from = (top + y) * row + left * column;
    const to = y * width;
    // Three channels together read each weight once.
    if (channels === 3) resizeRow3(pixels, from, column, channel, filters, result.pixels, to, area);
    else {
      for (let c = 0; c < channels; c++) {
        resizeRow(pixels, from + c * channel, column, filters, result.pixels, to + c * area);
      }
    }
  }
  return result;
}

function resizeRow(
  source: Uint8Array,
  from: number,
  column: number,
  { taps, starts, counts, weights }: Filters,
  target: Uint8Array,
  to: number,
): void {
  for (let x = 0; x < starts.length; x++) {
    const count = counts[x] as number;
    let place = from + (starts[x] as number) * column;
    let sum = HALF;
    for (let k = x * taps; k < x * taps + count; k++, place += column) {
      sum = (sum + Math.imul(source[place] as number, weights[k] as number)) | 0;
    }
    target[to + x] = sum >> PRECISION;
  }
}

function resizeRow3(
  source: Uint8Array,
  from: number,
  column: number,
  channel: number,
  { taps, starts, counts, weights }: Filters,
  target: Uint8Array,
  to: number,
  area: number,
): void {
  for (let x = 0; x < starts.length; x++) {
    const end = x * taps + (counts[x] as number);
    let place = from + (starts[x] as number) * column;
    let red = HALF;
    let green = HALF;
    let blue = HALF;
    for (let k = x * taps; k < end; k++, place += column) {
      const weight = weights[k] as number;
      red = (red + Math.imul(source[place] as number, weight)) | 0;
      green = (green + Math.imul(source[place + channel] as number, weight)) | 0;
      blue = (blue + Math.imul(source[place + 2 * channel] as number, weight)) | 0;
    }
    target[to + x] = red >> PRECISION;
    target[to + area + x] = green >> PRECISION;
    target[to + 2 * area + x] = blue >> PRECISION;
  }
}

function resizeRows(image: Image, height: number): Image {
  const [channels, oldHeight, width] = image.shape;
  if (height === oldHeight) return image;
  const { taps, starts, counts, weights } = makeFilters(oldHeight, height);
  const result = blank([channels, height, width]);
  const { pixels: source } = image;
  const { pixels: target } = result;
  const sums = new Int32Array(width);
  for (let c = 0; c < channels; c++) {
    for (let y = 0; y < height; y++) {
      const from = (c * oldHeight + (starts[y] as number)) * width;
      const to = (c * height + y) * width;
      const its = weights.subarray(y * taps, y * taps + (counts[y] as number));
      if (its.length <= 3) addThreeRows(source, from, width, its, target, to);
      else addRows(source, from, width, its, sums, target, to);
    }
  }
  return result;
}

/** Up to three weighted rows added: all that there are where the image is not made much smaller. */
function addThreeRows(
  source: Uint8Array,
  from: number,
  width: number,
  [a = 0, b = 0, c = 0]: Int32Array,
  target: Uint8Array,
  to: number,
): void {
  // Rows without weight may not be there: the first one stands for them.
  const second = b === 0 ? from : from + width;
  const third = c === 0 ? from : from + 2 * width;
  for (let x = 0; x < width; x++) {
    const sum =
      Math.imul(source[from + x] as number, a) +
      Math.imul(source[second + x] as number, b) +
      Math.imul(source[third + x] as number, c);
    target[to + x] = (sum + HALF) >> PRECISION;
  }
}

/** Weighted rows added, one after the other, as they stand in memory. */
function addRows(
  source: Uint8Array,
  from: number,
  width: number,
  weights: Int32Array,
  sums: Int32Array,
  target: Uint8Array,
  to: number,
): void {
  sums.fill(HALF);
  for (let k = 0; k < weights.length; k++) {
    const weight = weights[k] as number;
    const row = from + k * width;
    for (let x = 0; x < width; x++) {
      sums[x] = ((sums[x] as number) + Math.imul(source[row + x] as number, weight)) | 0;
    }
  }
  for (let x = 0; x < width; x++) target[to + x] = (sums[x] as number) >> PRECISION;
}

/** The triangle filters, stretched when the image shrinks, that turn `size` places into `newSize`. */
function makeFilters(size: number, newSize: number): Filters {
  const scale = size / newSize;
  const support = Math.max(scale, 1);
  const taps = Math.ceil(support) * 2 + 1;
  const starts = new Int32Array(newSize);
  const counts = new Int32Array(newSize);
  const weights = new Int32Array(newSize * taps);
  const shares = new Float64Array(taps);
  for (let place = 0; place < newSize; place++) {
    const center = (place + 0.5) * scale;
    const first = Math.max(0, Math.trunc(center - support + 0.5));
    const last = Math.min(size, Math.trunc(center + support + 0.5));
    let total = 0;
    for (let x = first; x < last; x++) {
      const share = Math.max(0, 1 - Math.abs((x - center + 0.5) * (1 / support)));
      shares[x - first] = share;
      total += share;
    }
    starts[place] = first;
    counts[place] = last - first;
    for (let i = 0; i < last - first; i++) {
      const share = (shares[i] as number) / total;
      weights[place * taps + i] = Math.trunc(0.5 + share * (1 << PRECISION));
    }
  }
  return { taps, starts, counts, weights };
}
