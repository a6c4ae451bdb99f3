// From the stored pixels of one image to the numbers a network reads: torchvision.transforms, draw for draw and
// value for value, and the original's Cutout (utils.py). A pipeline is plain data, so that threads can be sent it.

import {
  adjust_brightness,
  adjust_contrast,
  adjust_hue,
  adjust_saturation,
  grayscale,
} from './colour.js';
import type { ImageShape } from './dataset.js';
import type { Draws } from './draws.js';
import { crop, hflip, type Image } from './image.js';
import { resize } from './resample.js';
import { roundHalfEven } from './rounding.js';

/** One step of a pipeline, by torchvision's name. Sizes are in pixels, probabilities 0..1. */
export type TransformSpec =
  | { name: 'RandomCrop'; size: number; padding: number }
  | { name: 'RandomHorizontalFlip'; p: number }
  | { name: 'RandomGrayscale'; p: number }
  /** The shorter side becomes `size`, the longer one keeps its proportion, rounded down. */
  | { name: 'Resize'; size: number }
  | { name: 'CenterCrop'; size: number }
  /** Areas of 0.08 to 1 of the image's, proportions of 3/4 to 4/3. */
  | { name: 'RandomResizedCrop'; size: number }
  | { name: 'ColorJitter'; brightness: number; contrast: number; saturation: number; hue: number }
  /** After the others: pixels become (pixel / 255 - mean) / std, one mean and std a channel. */
  | { name: 'Normalize'; mean: readonly number[]; std: readonly number[] }
  /** After Normalize: zeros in a square of `length` around a random place. */
  | { name: 'Cutout'; length: number };

type Name = TransformSpec['name'];
type Spec<N extends Name> = Extract<TransformSpec, { name: N }>;
type OnImages = Exclude<Name, 'Normalize' | 'Cutout'>;

const ON_IMAGES: { [N in OnImages]: (image: Image, spec: Spec<N>, draws: Draws) => Image } = {
  RandomCrop: (image, { size, padding }, { torch }) => {
    const [, height, width] = image.shape;
    const rows = height + 2 * padding - size;
    const columns = width + 2 * padding - size;
    if (rows < 0 || columns < 0) {
      throw new RangeError(
        `RandomCrop: ${size}x${size} does not fit into ${height}x${width} padded by ${padding}`,
      );
    }
    // torchvision draws nothing when there is one place only.
    if (rows === 0 && columns === 0) return crop(image, -padding, -padding, size, size);
    const top = torch.randint(rows + 1);
    const left = torch.randint(columns + 1);
    return crop(image, top - padding, left - padding, size, size);
  },
  RandomHorizontalFlip: (image, { p }, { torch }) => (torch.rand() < p ? hflip(image) : image),
  RandomGrayscale: (image, { p }, { torch }) => (torch.rand() < p ? grayscale(image) : image),
  Resize: (image, { size }) => resize(image, ...resizedTo(image.shape, size)),
  CenterCrop: (image, { size }) => {
    const [, height, width] = image.shape;
    return crop(image, centred(height, size), centred(width, size), size, size);
  },
  RandomResizedCrop: (image, { size }, draws) =>
    resize(crop(image, ...randomResizedBox(image.shape, draws)), size, size),
  ColorJitter: (image, spec, draws) =>
    jitterDraws(spec, draws).reduce(
      (jittered, [adjust, factor]) => adjust(jittered, factor),
      image,
    ),
};

/** Height and width after `Resize(size)`. */
export function resizedTo([, height, width]: ImageShape, size: number): [number, number] {
  return width <= height
    ? [Math.trunc((size * height) / width), size]
    : [size, Math.trunc((size * width) / height)];
}

/** Where a centred stretch begins. */
const centred = (size: number, part: number) => roundHalfEven((size - part) / 2);

/** `RandomResizedCrop.get_params`: top, left, height, width. */
export function randomResizedBox(
  [, height, width]: ImageShape,
  { torch }: Draws,
): [number, number, number, number] {
  for (let attempt = 0; attempt < 10; attempt++) {
    const area = height * width * torch.uniform(0.08, 1);
    const ratio = Math.fround(Math.exp(torch.uniform(Math.log(3 / 4), Math.log(4 / 3))));
    const w = roundHalfEven(Math.sqrt(area * ratio));
    const h = roundHalfEven(Math.sqrt(area / ratio));
    if (w > 0 && w <= width && h > 0 && h <= height) {
      return [torch.randint(height - h + 1), torch.randint(width - w + 1), h, w];
    }
  }
  const ratio = width / height;
  const w = ratio > 4 / 3 ? roundHalfEven((height * 4) / 3) : width;
  const h = ratio < 3 / 4 ? roundHalfEven(width / (3 / 4)) : height;
  return [Math.floor((height - h) / 2), Math.floor((width - w) / 2), h, w];
}

/** `ColorJitter.get_params`: the adjustments in their drawn order, each with its factor. */
export function jitterDraws(
  { brightness, contrast, saturation, hue }: Spec<'ColorJitter'>,
  { torch }: Draws,
): [adjust: (image: Image, factor: number) => Image, factor: number][] {
  const order = torch.randperm(4);
  // An amount of 0 means: draw nothing, change nothing.
  const around = (amount: number) => torch.uniform(Math.max(0, 1 - amount), 1 + amount);
  const all: [(image: Image, factor: number) => Image, number | null][] = [
    [adjust_brightness, brightness && around(brightness)],
    [adjust_contrast, contrast && around(contrast)],
    [adjust_saturation, saturation && around(saturation)],
    [adjust_hue, hue && torch.uniform(-hue, hue)],
  ];
  const amounts = [brightness, contrast, saturation, hue];
  return Array.from(order)
    .filter((i) => amounts[i] !== 0)
    .map((i) => all[i] as [(image: Image, factor: number) => Image, number]);
}

/** Upper left corners and mirroring of `TenCrop(size)`: the four corners and the centre, then mirrored. */
export function tenCrop(image: Image, size: number): Image[] {
  const [, height, width] = image.shape;
  if (size > height || size > width) {
    throw new RangeError(`TenCrop: ${size}x${size} does not fit into ${height}x${width}`);
  }
  const [bottom, right] = [height - size, width - size];
  const places: [number, number][] = [
    [0, 0],
    [0, right],
    [bottom, 0],
    [bottom, right],
    [centred(height, size), centred(width, size)],
  ];
  return [image, hflip(image)].flatMap((side) =>
    places.map(([top, left]) => crop(side, top, left, size, size)),
  );
}

/** Transforms compiled for use, as `torchvision.transforms.Compose` with ToTensor before Normalize. */
export class Pipeline {
  readonly #onImages: ((image: Image, draws: Draws) => Image)[];
  readonly #toValues: (pixels: Uint8Array, shape: ImageShape, target: Float32Array) => void;
  readonly #cutouts: number[];
  readonly #size: number | undefined;

  /** @throws RangeError when Normalize or Cutout do not come last, in that order. */
  constructor(specs: readonly TransformSpec[]) {
    const normal = specs.findIndex(({ name }) => name === 'Normalize');
    const cut = specs.findIndex(({ name }) => name === 'Cutout');
    const end = Math.min(...[normal, cut].filter((i) => i >= 0), specs.length);
    const onImages = specs.slice(0, end);
    if (
      specs
        .slice(end)
        .some(({ name }, i) => name !== 'Cutout' && !(name === 'Normalize' && i === 0))
    ) {
      throw new RangeError(`transforms: Normalize, then Cutout, must come last, once`);
    }
    this.#onImages = onImages.map((spec) => {
      const apply = ON_IMAGES[spec.name as OnImages] as (
        i: Image,
        s: TransformSpec,
        d: Draws,
      ) => Image;
      return (image, draws) => apply(image, spec, draws);
    });
    const statistics = specs[normal] as Spec<'Normalize'> | undefined;
    this.#toValues = statistics ? normalise(statistics) : scale;
    this.#cutouts = specs.flatMap((spec) => (spec.name === 'Cutout' ? [spec.length] : []));
    // Resize alone leaves the longer side open.
    const sized = onImages.filter((spec) => 'size' in spec).at(-1);
    this.#size = sized && 'size' in sized && sized.name !== 'Resize' ? sized.size : undefined;
  }

  /** The shape of what comes out for images of `shape`. */
  output_shape(shape: ImageShape): ImageShape {
    return this.#size === undefined ? shape : [shape[0], this.#size, this.#size];
  }

  /**
   * Writes the values of one image to `target`.
   *
   * @param target float32 `[C, H, W]`, exactly as long as `output_shape` says.
   * @throws RangeError when the transformed image is of another size than `target`.
   */
  run(image: Image, draws: Draws, target: Float32Array): void {
    const { pixels, shape } = this.#onImages.reduce((done, step) => step(done, draws), image);
    if (pixels.length !== target.length) {
      throw new RangeError(
        `transforms: an image became ${shape.join(' x ')}, which is not ${target.length} values`,
      );
    }
    this.#toValues(pixels, shape, target);
    for (const length of this.#cutouts) cutout(target, shape, length, draws);
  }
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
      values.fill(0, start + left, start + right);
    }
  }
}

/** torchvision's ToTensor: pixels become 0..1. */
function scale(pixels: Uint8Array, _shape: ImageShape, target: Float32Array): void {
  for (let i = 0; i < pixels.length; i++) target[i] = (pixels[i] as number) / 255;
}

/**
 * Scales pixels to 0..1, subtracts the channel's mean and divides by its deviation, bit for bit as
 * torchvision's ToTensor and Normalize.
 *
 * @throws RangeError when used on images of another number of channels.
 */
export function normalise(statistics: {
  mean: readonly number[];
  std: readonly number[];
}): (pixels: Uint8Array, shape: ImageShape, target: Float32Array) => void {
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
