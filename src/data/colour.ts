// Colour operations in 8 bits, result for result those of Pillow (ImageEnhance, libImaging/Blend.c and Convert.c),
// which torchvision's ColorJitter and RandomGrayscale use on images. They change planar images in place, and
// return them.

import { type Image, planes } from './image.js';

const f = Math.fround;

/** Luma in 16 bits of fixed point, ITU-R 601-2. */
const luma = (r: number, g: number, b: number) => (r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16;

/** Cut off to whole numbers of 0..255. */
const cut = (value: number) => (value <= 0 ? 0 : value >= 255 ? 255 : value | 0);

/** Grey in all its channels. An image of one channel is grey already. */
export function grayscale(image: Image): Image {
  if (image.shape[0] !== 3) return image;
  const [red, green, blue] = planes(image);
  for (let i = 0; i < red.length; i++) {
    red[i] = luma(red[i] as number, green[i] as number, blue[i] as number);
  }
  green.set(red);
  blue.set(red);
  return image;
}

/** Blended with black: 0 is black, 1 the image itself. */
export function adjust_brightness(image: Image, factor: number): Image {
  return blend(image, factor, 0);
}

/** Blended with its mean grey. */
export function adjust_contrast(image: Image, factor: number): Image {
  const { pixels, shape } = image;
  let sum = 0;
  if (shape[0] === 3) {
    const [red, green, blue] = planes(image);
    for (let i = 0; i < red.length; i++) {
      sum += luma(red[i] as number, green[i] as number, blue[i] as number);
    }
  } else {
    for (let i = 0; i < pixels.length; i++) sum += pixels[i] as number;
  }
  return blend(image, factor, Math.floor(sum / (shape[1] * shape[2]) + 0.5));
}

/** `base` + factor * (image - base). */
function blend(image: Image, factor: number, base: number): Image {
  const alpha = f(factor);
  const table = Uint8Array.from({ length: 256 }, (_, p) => cut(f(base + f(alpha * (p - base)))));
  const { pixels } = image;
  for (let i = 0; i < pixels.length; i++) pixels[i] = table[pixels[i] as number] as number;
  return image;
}

/** Blended with its greys. */
export function adjust_saturation(image: Image, factor: number): Image {
  if (image.shape[0] !== 3) return image;
  const alpha = f(factor);
  // How far a channel is from grey, -255..255, times the factor.
  const moved = Float32Array.from({ length: 511 }, (_, i) => alpha * (i - 255));
  const [red, green, blue] = planes(image);
  for (let i = 0; i < red.length; i++) {
    const [r, g, b] = [red[i] as number, green[i] as number, blue[i] as number];
    const grey = luma(r, g, b);
    red[i] = cut(f(grey + (moved[r - grey + 255] as number)));
    green[i] = cut(f(grey + (moved[g - grey + 255] as number)));
    blue[i] = cut(f(grey + (moved[b - grey + 255] as number)));
  }
  return image;
}

/** Hues turned by `factor` of the colour circle, -0.5..0.5; by way of hue, saturation, value of 8 bits each. */
export function adjust_hue(image: Image, factor: number): Image {
  if (image.shape[0] !== 3) return image;
  const turn = Math.trunc(factor * 255) & 255;
  hueTables ??= makeHueTables();
  const { saturations, hues, shares, between, shifts } = hueTables;
  const [red, green, blue] = planes(image);
  for (let i = 0; i < red.length; i++) {
    const [r, g, b] = [red[i] as number, green[i] as number, blue[i] as number];
    const value = Math.max(r, g, b);
    const low = Math.min(r, g, b);
    const spread = value - low;
    const saturation = saturations[(spread << 8) | value] as number;
    // Without branches, which colours as they come would mispredict.
    const order = (((r - g) >>> 31) << 2) | (((g - b) >>> 31) << 1) | ((r - b) >>> 31);
    // As far as the middle one of the three is below the highest: value - (r + g + b - value - low).
    const below = 2 * value + low - r - g - b;
    const hue = ((hues[(order << 16) | (spread << 8) | below] as number) + turn) & 255;
    const share = shares[saturation] as number;
    const lowest = (value * (1 - share) + 0.5) | 0;
    const middle = (value * (1 - share * (between[hue] as number)) + 0.5) | 0;
    const shift = shifts[hue] as number;
    const colour =
      (value << (shift & 31)) | (middle << ((shift >> 5) & 31)) | (lowest << (shift >> 10));
    red[i] = colour;
    green[i] = colour >> 8;
    blue[i] = colour >> 16;
  }
  return image;
}

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

let hueTables: HueTables | undefined;

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
