// Colour operations in 8 bits, result for result those of Pillow (ImageEnhance, libImaging/Blend.c and Convert.c),
// which torchvision's ColorJitter and RandomGrayscale use on images.

import { blank, type Image, planes } from './image.js';

const f = Math.fround;

/** Luma in 16 bits of fixed point, ITU-R 601-2. */
const luma = (r: number, g: number, b: number) => (r * 19595 + g * 38470 + b * 7471 + 0x8000) >> 16;

/** The grey of each pixel; an image of one channel is grey already. */
function greys(image: Image): Uint8Array {
  if (image.shape[0] !== 3) return image.pixels;
  const [r, g, b] = planes(image);
  return r.map((value, i) => luma(value, g[i] as number, b[i] as number));
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
  return blended(image, factor, () => 0);
}

/** Blended with its mean grey. */
export function adjust_contrast(image: Image, factor: number): Image {
  const grey = greys(image);
  const mean = Math.floor(grey.reduce((sum, value) => sum + value, 0) / grey.length + 0.5);
  return blended(image, factor, () => mean);
}

/** Blended with its greys. */
export function adjust_saturation(image: Image, factor: number): Image {
  if (image.shape[0] !== 3) return image;
  const grey = greys(image);
  return blended(image, factor, (place) => grey[place % grey.length] as number);
}

/** `other` + factor * (image - other), cut off to whole numbers of 0..255. */
function blended(image: Image, factor: number, other: (place: number) => number): Image {
  const alpha = f(factor);
  const { pixels: source } = image;
  const result = blank(image.shape);
  const { pixels: target } = result;
  for (let i = 0; i < source.length; i++) {
    const base = other(i);
    const value = f(base + f(alpha * ((source[i] as number) - base)));
    target[i] = Math.max(0, Math.min(255, value));
  }
  return result;
}

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
  const spread = value - Math.min(r, g, b);
  const saturation = spread === 0 ? 0 : Math.trunc(f(spread / value) * 255);
  if (saturation === 0) return (value << 16) | (value << 8) | value;
  const hue = (hueOf(r, g, b, value, spread) + turn) & 255;
  const sixths = (hue * 6) / 255;
  const sector = Math.floor(sixths);
  const rest = f(sixths - sector);
  const share = f(saturation / 255);
  const p = Math.round(value * (1 - share));
  const q = Math.round(value * (1 - share * rest));
  const t = Math.round(value * (1 - share * (1 - rest)));
  switch (sector % 6) {
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

function hueOf(r: number, g: number, b: number, value: number, spread: number): number {
  const rc = f((value - r) / spread);
  const gc = f((value - g) / spread);
  const bc = f((value - b) / spread);
  let hue: number;
  if (r === value) hue = f(bc - gc);
  else if (g === value) hue = f(2 + rc - bc);
  else hue = f(4 + gc - rc);
  return Math.trunc(f((hue / 6 + 1) % 1) * 255);
}
