// Colour operations in 8 bits, result for result those of Pillow (ImageEnhance, libImaging/Blend.c and Convert.c),
// which torchvision's ColorJitter and RandomGrayscale use on images. Images are planar.

import { blank, type Image, planes } from './image.js';

const f = Math.fround;

/** Luma in 16 bits of fixed point, ITU-R 601-2. */
const luma = (r: number, g: number, b: number) => (r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16;

/** The grey of each pixel; an image of one channel is grey already. */
function greys(image: Image): Uint8Array {
  if (image.shape[0] !== 3) return image.pixels;
  const [r, g, b] = planes(image);
  const result = new Uint8Array(r.length);
  for (let i = 0; i < r.length; i++) {
    result[i] = luma(r[i] as number, g[i] as number, b[i] as number);
  }
  return result;
}

/** Grey in all its channels. */
export function grayscale(image: Image): Image {
  if (image.shape[0] !== 3) return image;
  const result = blank(image.shape);
  const grey = greys(image);
  for (const plane of planes(result)) plane.set(grey);
  return result;
}

/** Blended with black: 0 is black, 1 the image itself. */
export function adjust_brightness(image: Image, factor: number): Image {
  return blended(image, factor, 0);
}

/** Blended with its mean grey. */
export function adjust_contrast(image: Image, factor: number): Image {
  const grey = greys(image);
  let sum = 0;
  for (let i = 0; i < grey.length; i++) sum += grey[i] as number;
  return blended(image, factor, Math.floor(sum / grey.length + 0.5));
}

/** `base` + factor * (image - base), cut off to whole numbers of 0..255. */
function blended({ pixels, shape }: Image, factor: number, base: number): Image {
  const alpha = f(factor);
  const table = Uint8Array.from({ length: 256 }, (_, p) => cut(f(base + f(alpha * (p - base)))));
  const result = blank(shape);
  const { pixels: target } = result;
  for (let i = 0; i < pixels.length; i++) target[i] = table[pixels[i] as number] as number;
  return result;
}

/** Blended with its greys. */
export function adjust_saturation(image: Image, factor: number): Image {
  if (image.shape[0] !== 3) return image;
  const alpha = f(factor);
  // By how much a channel differs from grey, -255..255, times the factor.
  const moved = Float32Array.from({ length: 511 }, (_, i) => alpha * (i - 255));
  const grey = greys(image);
  const result = blank(image.shape);
  const targets = planes(result);
  for (const [channel, source] of planes(image).entries()) {
    const target = targets[channel] as Uint8Array;
    for (let i = 0; i < grey.length; i++) {
      const base = grey[i] as number;
      const shift = moved[(source[i] as number) - base + 255] as number;
      target[i] = cut(f(base + shift));
    }
  }
  return result;
}

const cut = (value: number) => (value <= 0 ? 0 : value >= 255 ? 255 : value | 0);

/** Hues turned by `factor` of the colour circle, -0.5..0.5. */
export function adjust_hue(image: Image, factor: number): Image {
  if (image.shape[0] !== 3) return image;
  const turn = Math.trunc(factor * 255) & 255;
  const result = blank(image.shape);
  const [red, green, blue] = planes(image);
  const [r, g, b] = planes(result);
  for (let i = 0; i < red.length; i++) {
    const colour = turned(red[i] as number, green[i] as number, blue[i] as number, turn);
    r[i] = colour >> 16;
    g[i] = colour >> 8;
    b[i] = colour;
  }
  return result;
}

/** One pixel by way of hue, saturation and value of 8 bits each; packed as 0xRRGGBB. */
function turned(r: number, g: number, b: number, turn: number): number {
  const value = Math.max(r, g, b);
  const low = Math.min(r, g, b);
  const spread = value - low;
  const saturation = (SATURATIONS[(spread << 8) | value] as number) | 0;
  if (saturation === 0) return (value << 16) | (value << 8) | value;
  // The middle one of the three decides between the hues of two neighbouring corners of the colour circle.
  const middle = r + g + b - value - low;
  const sector =
    r === value ? (b === low ? 0 : 1) : g === value ? (r === low ? 2 : 3) : g === low ? 4 : 5;
  const hue = ((HUES[(sector << 16) | (spread << 8) | (value - middle)] as number) + turn) & 255;
  const rest = RESTS[hue] as number;
  const share = SHARES[saturation] as number;
  const p = (value * (1 - share) + 0.5) | 0;
  const q = (value * (1 - share * rest) + 0.5) | 0;
  const t = (value * (1 - share * (1 - rest)) + 0.5) | 0;
  switch (SECTORS[hue]) {
    case 0:
      return (value << 16) | (t << 8) | p;
    case 1:
      return (q << 16) | (value << 8) | p;
    case 2:
      return (p << 16) | (value << 8) | t;
    case 3:
      return (p << 16) | (q << 8) | value;
    case 4:
      return (t << 16) | (p << 8) | value;
    default:
      return (value << 16) | (p << 8) | q;
  }
}

// All that turning needs of hues and saturations of 8 bits, in tables: the arithmetic is that of float32, step by
// step, and would cost more than all else together.

/** By spread and value. */
const SATURATIONS = Uint8Array.from({ length: 65536 }, (_, i) => {
  const [spread, value] = [i >> 8, i & 255];
  return spread === 0 || spread > value ? 0 : Math.trunc(f(spread / value) * 255);
});

/** By which channel is highest and which lowest (`sector`), spread, and how far the middle one is below the highest. */
const HUES = Uint8Array.from({ length: 6 << 16 }, (_, i) => {
  const [sector, spread, below] = [i >> 16, (i >> 8) & 255, i & 255];
  if (spread === 0 || below > spread) return 0;
  const middle = f(below / spread);
  const hue = [
    f(1 - middle), // red, then green, then blue: bc - gc
    f(middle - 1), // red, blue, green
    f(3 - middle), // green, blue, red: 2 + rc - bc
    f(2 + middle - 1), // green, red, blue
    f(5 - middle), // blue, red, green: 4 + gc - rc
    f(4 + middle - 1), // blue, green, red
  ][sector] as number;
  return Math.trunc(f((hue / 6 + 1) % 1) * 255);
});

const SECTORS = Uint8Array.from({ length: 256 }, (_, hue) => Math.floor((hue * 6) / 255) % 6);

const RESTS = Float32Array.from(
  { length: 256 },
  (_, hue) => (hue * 6) / 255 - Math.floor((hue * 6) / 255),
);

const SHARES = Float32Array.from({ length: 256 }, (_, saturation) => saturation / 255);
