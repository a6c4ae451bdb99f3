// What a pipeline has of an image while nothing but cropping and mirroring was done to it: the image and where it is
// looked at, so that all of it costs one pass over the pixels at the end.

import type { ImageShape } from './dataset.js';
import { crop, hflip, type Image } from './image.js';
import { type Address, bytesAt, floatsAt, place, theKernels } from './kernels.js';

/** A part of an image, perhaps reaching beyond it, where it is black; perhaps mirrored left to right. */
export interface View {
  readonly image: Image;
  readonly top: number;
  readonly left: number;
  readonly height: number;
  readonly width: number;
  readonly mirrored: boolean;
}

/** All of an image. */
export function whole(image: Image): View {
  const [, height, width] = image.shape;
  return { image, top: 0, left: 0, height, width, mirrored: false };
}

/** Channels, height and width of the part. */
export const shapeOf = ({ image, height, width }: View): ImageShape => [
  image.shape[0],
  height,
  width,
];

/** An image of the part alone. */
export function imageOf({ image, top, left, height, width, mirrored }: View): Image {
  const part = crop(image, top, left, height, width);
  return mirrored ? hflip(part) : part;
}

/** Whether there is nothing of it beyond the image. */
export function isInside({ image, top, left, height, width }: View): boolean {
  const [, fullHeight, fullWidth] = image.shape;
  return top >= 0 && left >= 0 && top + height <= fullHeight && left + width <= fullWidth;
}

/** A part of the part, which may reach beyond it. */
export function cropView(
  view: View,
  top: number,
  left: number,
  height: number,
  width: number,
): View {
  const inside = top >= 0 && left >= 0 && top + height <= view.height && left + width <= view.width;
  const { image } = view;
  const isWhole =
    view.top === 0 && view.left === 0 && shapeOf(view).every((n, i) => n === image.shape[i]);
  // Beyond the part all is black, whatever the image has there.
  if (!inside && !isWhole) return cropView(whole(imageOf(view)), top, left, height, width);
  const fromLeft = view.mirrored ? view.width - left - width : left;
  return {
    ...view,
    top: view.top + top,
    left: view.left + fromLeft,
    height,
    width,
  };
}

export function mirrorView(view: View): View {
  return { ...view, mirrored: !view.mirrored };
}

/** Pixels from which on the kernels are faster, whatever it costs to have the part by itself first. */
const LARGE = 64 * 64;

/**
 * Writes what the tables have for the pixels of each channel; a single table is for all.
 *
 * @param target `[C, H, W]` of the part.
 */
export function lookUp(view: View, tables: readonly Float32Array[], target: Float32Array): void {
  if (view.height * view.width >= LARGE) {
    lookUpAll(imageOf(view), tables, target);
    return;
  }
  const { image, top, left, height, width, mirrored } = view.image.interleaved
    ? whole(imageOf(view))
    : view;
  const [channels, fullHeight, fullWidth] = image.shape;
  const first = Math.min(width, Math.max(0, -left));
  const end = Math.max(first, Math.min(width, fullWidth - left));
  for (let channel = 0; channel < channels; channel++) {
    const table = (tables[channel] ?? tables[0]) as Float32Array;
    for (let row = 0; row < height; row++) {
      const to = (channel * height + row) * width;
      const inside = top + row >= 0 && top + row < fullHeight;
      const begin = inside ? first : width;
      const stop = inside ? end : width;
      const from = (channel * fullHeight + top + row) * fullWidth + left;
      if (mirrored) {
        const last = to + width - 1;
        fill(target, last - begin + 1, last + 1, table[0] as number);
        lookUpBackwards(image.pixels, from + begin, from + stop, table, target, last - begin);
        fill(target, to, last - stop + 1, table[0] as number);
      } else {
        fill(target, to, to + begin, table[0] as number);
        lookUpRow(image.pixels, from + begin, from + stop, table, target, to + begin);
        fill(target, to + stop, to + width, table[0] as number);
      }
    }
  }
}

/** `lookUp` of a whole image, in the memory of the kernels. */
function lookUpAll(
  { pixels, shape }: Image,
  tables: readonly Float32Array[],
  target: Float32Array,
): void {
  const area = shape[1] * shape[2];
  const sizes = [pixels.length, 4 * pixels.length, 1024];
  const [from, to, at] = place(...sizes) as [Address, Address, Address];
  bytesAt(from, pixels.length).set(pixels);
  for (let channel = 0; channel < shape[0]; channel++) {
    floatsAt(at, 256).set((tables[channel] ?? tables[0]) as Float32Array);
    theKernels().valuesOf(from + channel * area, area, at, to + 4 * channel * area);
  }
  target.set(floatsAt(to, pixels.length));
}

// Loops, since rows are short: TypedArray.fill would cost more.
function fill(target: Float32Array, begin: number, end: number, value: number): void {
  for (let i = begin; i < end; i++) target[i] = value;
}

// Four at a time: the loop itself would cost as much as what it does.
function lookUpRow(
  pixels: Uint8Array,
  begin: number,
  end: number,
  table: Float32Array,
  target: Float32Array,
  start: number,
): void {
  let from = begin;
  let to = start;
  for (; from + 4 <= end; from += 4, to += 4) {
    target[to] = table[pixels[from] as number] as number;
    target[to + 1] = table[pixels[from + 1] as number] as number;
    target[to + 2] = table[pixels[from + 2] as number] as number;
    target[to + 3] = table[pixels[from + 3] as number] as number;
  }
  for (; from < end; from++, to++) target[to] = table[pixels[from] as number] as number;
}

function lookUpBackwards(
  pixels: Uint8Array,
  begin: number,
  end: number,
  table: Float32Array,
  target: Float32Array,
  start: number,
): void {
  let from = begin;
  let to = start;
  for (; from + 4 <= end; from += 4, to -= 4) {
    target[to] = table[pixels[from] as number] as number;
    target[to - 1] = table[pixels[from + 1] as number] as number;
    target[to - 2] = table[pixels[from + 2] as number] as number;
    target[to - 3] = table[pixels[from + 3] as number] as number;
  }
  for (; from < end; from++, to--) target[to] = table[pixels[from] as number] as number;
}
