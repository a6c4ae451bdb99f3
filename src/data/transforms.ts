// From the stored pixels of one image to the numbers a network reads: torchvision.transforms, draw for draw and
// value for value. A pipeline is plain data, so that threads can be sent it.

import {
  type Adjustment,
  adjust_brightness,
  adjust_contrast,
  adjust_hue,
  adjust_saturation,
  adjusted,
  grayscale,
} from './colour.js';
import type { ImageShape } from './dataset.js';
import type { Draws } from './draws.js';
import type { Image } from './image.js';
import { resize } from './resample.js';
import { roundHalfEven } from './rounding.js';
import { cutout, normalised, SCALED } from './values.js';
import { cropView, imageOf, lookUp, mirrorView, shapeOf, type View, whole } from './view.js';

/** Bounds of a number that is drawn. */
export type Range = readonly [from: number, to: number];

/** One step of a pipeline, by torchvision's name. Sizes are in pixels, probabilities 0..1. */
export type TransformSpec =
  | { name: 'RandomCrop'; size: number; padding: number }
  | { name: 'RandomHorizontalFlip'; p: number }
  | { name: 'RandomGrayscale'; p: number }
  /** The shorter side becomes `size`, the longer one keeps its proportion, rounded down. */
  | { name: 'Resize'; size: number }
  | { name: 'CenterCrop'; size: number }
  /** `scale`: shares of the image's area, default 0.08 to 1. `ratio`: of width to height, default 3/4 to 4/3. */
  | { name: 'RandomResizedCrop'; size: number; scale?: Range; ratio?: Range }
  | { name: 'ColorJitter'; brightness: number; contrast: number; saturation: number; hue: number }
  /** Ten images of one: corners and centre, and mirrored. For tests: no random transform changes images after it. */
  | { name: 'TenCrop'; size: number }
  /** After the others: pixels become (pixel / 255 - mean) / std, one mean and std a channel. */
  | { name: 'Normalize'; mean: readonly number[]; std: readonly number[] }
  /** After Normalize: zeros in a square of `length` around a random place. */
  | { name: 'Cutout'; length: number };

type Name = TransformSpec['name'];
type Spec<N extends Name> = Extract<TransformSpec, { name: N }>;
/** What must come after all others, in this order. */
const LAST = ['TenCrop', 'Normalize', 'Cutout'] as const;
type OnImages = Exclude<Name, (typeof LAST)[number]>;

const ON_IMAGES: { [N in OnImages]: (view: View, spec: Spec<N>, draws: Draws) => View } = {
  RandomCrop: (view, { size, padding }, { torch }) => {
    const { height, width } = view;
    const rows = height + 2 * padding - size;
    const columns = width + 2 * padding - size;
    if (rows < 0 || columns < 0) {
      throw new RangeError(
        `RandomCrop: ${size}x${size} does not fit into ${height}x${width} padded by ${padding}`,
      );
    }
    // torchvision draws nothing when there is one place only.
    if (rows === 0 && columns === 0) return cropView(view, -padding, -padding, size, size);
    const top = torch.randint(rows + 1);
    const left = torch.randint(columns + 1);
    return cropView(view, top - padding, left - padding, size, size);
  },
  RandomHorizontalFlip: (view, { p }, { torch }) => (torch.rand() < p ? mirrorView(view) : view),
  RandomGrayscale: (view, { p }, { torch }) =>
    torch.rand() < p ? whole(grayscale(imageOf(view))) : view,
  Resize: (view, { size }) => whole(resize(view, ...resizedTo(shapeOf(view), size))),
  CenterCrop: (view, { size }) =>
    cropView(view, centred(view.height, size), centred(view.width, size), size, size),
  RandomResizedCrop: (view, spec, draws) => {
    const part = cropView(view, ...randomResizedBox(shapeOf(view), draws, spec));
    return whole(resize(part, spec.size, spec.size));
  },
  ColorJitter: (view, spec, draws) => whole(adjusted(imageOf(view), jitterDraws(spec, draws))),
};

/** Height and width after `Resize(size)`. */
export function resizedTo([, height, width]: ImageShape, size: number): [number, number] {
  return width <= height
    ? [Math.trunc((size * height) / width), size]
    : [size, Math.trunc((size * width) / height)];
}

/** Where a centred stretch begins; before 0, as torchvision pads, when there is less than it. */
const centred = (size: number, part: number) =>
  part > size ? -Math.floor((part - size) / 2) : roundHalfEven((size - part) / 2);

/** In float32, as torchvision has it. */
const log = (value: number) => Math.log(Math.fround(value));

/** `RandomResizedCrop.get_params`: top, left, height, width. */
export function randomResizedBox(
  [, height, width]: ImageShape,
  { torch }: Draws,
  {
    scale = [0.08, 1],
    ratio: [narrow, wide] = [3 / 4, 4 / 3],
  }: { scale?: Range; ratio?: Range } = {},
): [number, number, number, number] {
  for (let attempt = 0; attempt < 10; attempt++) {
    const area = height * width * torch.uniform(...scale);
    const ratio = Math.fround(Math.exp(torch.uniform(log(narrow), log(wide))));
    const w = roundHalfEven(Math.sqrt(area * ratio));
    const h = roundHalfEven(Math.sqrt(area / ratio));
    if (w > 0 && w <= width && h > 0 && h <= height) {
      return [torch.randint(height - h + 1), torch.randint(width - w + 1), h, w];
    }
  }
  const ratio = width / height;
  const w = ratio > wide ? roundHalfEven(height * wide) : width;
  const h = ratio < narrow ? roundHalfEven(width / narrow) : height;
  return [Math.floor((height - h) / 2), Math.floor((width - w) / 2), h, w];
}

/** `ColorJitter.get_params`: the adjustments in their drawn order, each with its factor. */
export function jitterDraws(
  { brightness, contrast, saturation, hue }: Spec<'ColorJitter'>,
  { torch }: Draws,
): [adjust: Adjustment, factor: number][] {
  const order = torch.randperm(4);
  // An amount of 0 means: draw nothing, change nothing.
  const around = (amount: number) => torch.uniform(Math.max(0, 1 - amount), 1 + amount);
  const all: [Adjustment, number | null][] = [
    [adjust_brightness, brightness && around(brightness)],
    [adjust_contrast, contrast && around(contrast)],
    [adjust_saturation, saturation && around(saturation)],
    [adjust_hue, hue && torch.uniform(-hue, hue)],
  ];
  const amounts = [brightness, contrast, saturation, hue];
  return Array.from(order)
    .filter((i) => amounts[i] !== 0)
    .map((i) => all[i] as [Adjustment, number]);
}

/** `TenCrop(size)`: the four corners and the centre, then those of the mirrored image. */
export function tenCrop(view: View, size: number): View[] {
  const { height, width } = view;
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
  return [view, mirrorView(view)].flatMap((side) =>
    places.map(([top, left]) => cropView(side, top, left, size, size)),
  );
}

/** Transforms compiled for use, as `torchvision.transforms.Compose` with ToTensor before Normalize. */
export class Pipeline {
  readonly #onImages: ((view: View, draws: Draws) => View)[];
  /** The side of ten crops. */
  readonly #tenCrop: number | undefined;
  /** For each channel; the first one for all of them without Normalize. */
  readonly #tables: readonly Float32Array[];
  readonly #normalises: boolean;
  readonly #cutouts: number[];
  readonly #size: number | undefined;

  /** @throws RangeError when TenCrop, Normalize and Cutout, as far as they are there, do not come last, in that order. */
  constructor(specs: readonly TransformSpec[]) {
    const names = specs.map(({ name }) => name);
    const end = names.findIndex((name) => LAST.includes(name as (typeof LAST)[number]));
    const onImages = end < 0 ? specs : specs.slice(0, end);
    const last = names.slice(onImages.length);
    if (last.join() !== LAST.filter((name) => last.includes(name)).join()) {
      throw new RangeError(`transforms: ${LAST.join(', ')} must come last, in this order, once`);
    }
    const find = <N extends Name>(name: N) => specs[names.indexOf(name)] as Spec<N> | undefined;
    this.#onImages = onImages.map((spec) => {
      const apply = ON_IMAGES[spec.name as OnImages] as (
        view: View,
        spec: TransformSpec,
        draws: Draws,
      ) => View;
      return (view, draws) => apply(view, spec, draws);
    });
    const statistics = find('Normalize');
    this.#normalises = statistics !== undefined;
    this.#tables = statistics ? normalised(statistics.mean, statistics.std) : [SCALED];
    this.#tenCrop = find('TenCrop')?.size;
    const cut = find('Cutout');
    this.#cutouts = cut ? [cut.length] : [];
    if (cut && this.#tenCrop !== undefined) {
      throw new RangeError('transforms: Cutout changes images to learn from, TenCrop tests them');
    }
    // Resize alone leaves the longer side open.
    const sized = specs.filter((spec) => 'size' in spec).at(-1);
    this.#size = sized && 'size' in sized && sized.name !== 'Resize' ? sized.size : undefined;
  }

  /**
   * The shape of what comes out for images of `shape`: `[C, H, W]`, or `[10, C, H, W]` with TenCrop.
   *
   * @throws RangeError when sizes differ (0) and no crop brings them to one, or Normalize is for other channels.
   */
  output_shape([channels, ...sides]: ImageShape): readonly number[] {
    this.#requireChannels(channels);
    const [height, width] = this.#size === undefined ? sides : [this.#size, this.#size];
    if (height * width === 0) {
      throw new RangeError('no crop at the end brings the images, whose sizes differ, to one size');
    }
    return [...(this.#tenCrop === undefined ? [] : [10]), channels, height, width];
  }

  /**
   * Writes the values of one image to `target`.
   *
   * @param target float32, exactly as long as `output_shape` says.
   * @throws RangeError when the transformed image is of another size than `target`, or of other channels
   * than Normalize.
   */
  run(image: Image, draws: Draws, target: Float32Array): void {
    let view = whole(image);
    for (const step of this.#onImages) view = step(view, draws);
    const views = this.#tenCrop === undefined ? [view] : tenCrop(view, this.#tenCrop);
    const shape = shapeOf(views[0] as View);
    const size = shape[0] * shape[1] * shape[2];
    if (size * views.length !== target.length) {
      throw new RangeError(
        `transforms: an image became ${shape.join(' x ')}, which is not ${target.length} values`,
      );
    }
    this.#requireChannels(shape[0]);
    for (const [i, one] of views.entries()) {
      lookUp(
        one,
        this.#tables,
        views.length === 1 ? target : target.subarray(i * size, (i + 1) * size),
      );
    }
    for (const length of this.#cutouts) cutout(target, shape, length, draws);
  }
  #requireChannels(channels: number): void {
    const { length } = this.#tables;
    if (!this.#normalises || channels === length) return;
    throw new RangeError(`Normalize: ${length} means for images of ${channels} channels`);
  }
}
