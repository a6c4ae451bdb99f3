// Colour operations in 8 bits, result for result those of Pillow (ImageEnhance, libImaging/Blend.c and Convert.c),
// which torchvision's ColorJitter and RandomGrayscale use on images. Images are planar.

import { type Image, planes } from './image.js';
import { type Address, bytesAt, keep, place, theKernels } from './kernels.js';

const f = Math.fround;

/** Cut off to whole numbers of 0..255. */
const cut = (value: number) => (value <= 0 ? 0 : value >= 255 ? 255 : value | 0);

/** An image in the memory of the kernels, which are to change it. */
export interface Held {
  readonly pixels: Address;
  readonly channels: number;
  /** Pixels of a channel. */
  readonly area: number;
  /** Room for a table of 256 bytes. */
  readonly table: Address;
}

/** Changes an image by a factor. */
export type Adjustment = (image: Held, factor: number) => void;

/** The image after some adjustments, one after the other. */
export function adjusted(
  { pixels, shape }: Image,
  adjustments: readonly (readonly [Adjustment, factor: number])[],
): Image {
  // What stays in memory must be there before the image.
  if (adjustments.some(([adjustment]) => adjustment === adjust_hue)) hueTables ??= keptHueTables();
  const [at, table] = place(pixels.length, 256) as [Address, Address];
  bytesAt(at, pixels.length).set(pixels);
  const held: Held = { pixels: at, channels: shape[0], area: shape[1] * shape[2], table };
  for (const [adjustment, factor] of adjustments) adjustment(held, factor);
  return { pixels: bytesAt(at, pixels.length).slice(), shape };
}

/** Grey in all its channels. An image of one channel is grey already. */
export function grayscale(image: Image): Image {
  if (image.shape[0] !== 3) return image;
  const result: Image = { ...image, pixels: image.pixels.slice() };
  const [red, green, blue] = planes(result);
  for (let i = 0; i < red.length; i++) {
    const sum =
      (red[i] as number) * 19595 + (green[i] as number) * 38470 + (blue[i] as number) * 7471;
    red[i] = (sum + 0x8000) >> 16;
  }
  green.set(red);
  blue.set(red);
  return result;
}

/** Blended with black: 0 is black, 1 the image itself. */
export const adjust_brightness: Adjustment = (image, factor) => blend(image, factor, 0);

/** Blended with its mean grey. */
export const adjust_contrast: Adjustment = (image, factor) => {
  const { pixels, channels, area } = image;
  const sum =
    channels === 3
      ? theKernels().sumOfGreys(pixels, area)
      : bytesAt(pixels, area).reduce((total, value) => total + value, 0);
  blend(image, factor, Math.floor(sum / area + 0.5));
};

/** `base` + factor * (image - base). */
function blend({ pixels, channels, area, table }: Held, factor: number, base: number): void {
  const alpha = f(factor);
  const blended = (p: number) => cut(f(base + f(alpha * (p - base))));
  const bytes = bytesAt(table, 256);
  for (let p = 0; p < 256; p++) bytes[p] = blended(p);
  theKernels().lookUp(pixels, channels * area, table);
}

/** Blended with its greys. */
export const adjust_saturation: Adjustment = ({ pixels, channels, area }, factor) => {
  if (channels === 3) theKernels().saturate(pixels, area, factor);
};

/** Hues turned by `factor` of the colour circle, -0.5..0.5; by way of hue, saturation, value of 8 bits each. */
export const adjust_hue: Adjustment = ({ pixels, channels, area }, factor) => {
  if (channels !== 3 || !hueTables) return;
  const { saturations, hues, shares, between, shifts } = hueTables;
  const turn = Math.trunc(factor * 255) & 255;
  theKernels().turnHues(pixels, area, turn, saturations, hues, shares, between, shifts);
};

/** All that turning hues computes of numbers of 8 bits, step by step in float32. */
interface HueTables {
  /** By spread and value. */
  readonly saturations: Uint8Array;
  /** By the order of the three channels, spread, and how far the middle one is below the highest. */
  readonly hues: Uint8Array;
  readonly shares: Float32Array;
  /** By hue: where the middle channel is between the highest, 0, and the lowest, 1, at full saturation. */
  readonly between: Float64Array;
  /** By hue: bits by which the highest, middle and lowest are shifted, red first; 5 bits each. */
  readonly shifts: Int16Array;
}

/** Where they are kept. */
let hueTables: Record<keyof HueTables, Address> | undefined;

function keptHueTables(): Record<keyof HueTables, Address> {
  const { saturations, hues, shares, between, shifts } = makeHueTables();
  return {
    saturations: keep(saturations),
    hues: keep(hues),
    shares: keep(shares),
    between: keep(between),
    shifts: keep(shifts),
  };
}

/** The hue in sixths of the circle, for each order: bits say whether r < g, g < b, r < b. */
const HUE_BY_ORDER: Record<number, (below: number) => number> = {
  0: (below) => 1 - below, // r >= g >= b: bc - gc
  2: (below) => below - 1, // r >= b > g
  5: (below) => 3 - below, // g >= b > r: 2 + rc - bc
  4: (below) => 2 + below - 1, // g > r >= b
  3: (below) => 5 - below, // b > r >= g: 4 + gc - rc
  7: (below) => 4 + below - 1, // b > g > r
};

function makeHueTables(): HueTables {
  const saturations = new Uint8Array(1 << 16);
  const hues = new Uint8Array(1 << 19);
  for (let spread = 1; spread < 256; spread++) {
    for (let value = spread; value < 256; value++) {
      saturations[(spread << 8) | value] = Math.trunc(f(spread / value) * 255);
    }
    for (const [order, hueOf] of Object.entries(HUE_BY_ORDER)) {
      for (let below = 0; below <= spread; below++) {
        const hue = f(hueOf(f(below / spread)));
        hues[(Number(order) << 16) | (spread << 8) | below] = Math.trunc(
          f((hue / 6 + 1) % 1) * 255,
        );
      }
    }
  }
  const between = new Float64Array(256);
  const shifts = new Int16Array(256);
  // Where the highest, the middle and the lowest stand among red, green, blue in each sixth.
  const places = ['012', '102', '120', '210', '201', '021'].map((text) => Array.from(text, Number));
  for (let hue = 0; hue < 256; hue++) {
    const sixths = (hue * 6) / 255;
    const sixth = Math.floor(sixths);
    const rest = f(sixths - sixth);
    between[hue] = sixth % 2 === 0 ? 1 - rest : rest;
    const [highest, middle, lowest] = places[sixth % 6] as [number, number, number];
    shifts[hue] = (8 * highest) | ((8 * middle) << 5) | ((8 * lowest) << 10);
  }
  const shares = Float32Array.from({ length: 256 }, (_, saturation) => saturation / 255);
  return { saturations, hues, shares, between, shifts };
}
