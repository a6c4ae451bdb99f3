// From the stored pixels of one image to the numbers a network reads: torchvision.transforms, draw for draw and
// value for value. A pipeline is plain data, so that threads can be sent it.

import {
  adjust_brightness,
  adjust_contrast,
  adjust_hue,
  adjust_saturation,
  grayscale,
} from './colour.js';
import type { ImageShape } from './dataset.js';
import type { Draws } from './draws.js';
import type { Image } from './image.js';
import { resize } from './resample.js';
import { roundHalfEven } from './rounding.js';
import { cutout, normalised, SCALED } from './values.js';
import { cropView, imageOf, lookUp, mirrorView, shapeOf, type View, whole } from './view.js';

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
  Resize: (view, { size }) => whole(resize(imageOf(view), ...resizedTo(shapeOf(view), size))),
  CenterCrop: (view, { size }) =>
    cropView(view, centred(view.height, size), centred(view.width, size), size, size),
  RandomResizedCrop: (view, { size }, draws) => {
    const part = cropView(view, ...randomResizedBox(shapeOf(view), draws));
    return whole(resize(imageOf(part), size, size));
  },
  ColorJitter: (view, spec, draws) =>
    whole(
      jitterDraws(spec, draws).reduce(
        (jittered, [adjust, factor]) => adjust(jittered, factor),
        imageOf(view),
      ),
    ),
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

  /** The shape of what comes out for images of `shape`: `[C, H, W]`, or `[10, C, H, W]` with TenCrop. */
  output_shape([channels, ...sides]: ImageShape): readonly number[] {
    const [height, width] = this.#size === undefined ? sides : [this.#size, this.#size];
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
    if (this.#normalises && shape[0] !== this.#tables.length) {
      throw new RangeError(
        `Normalize: ${this.#tables.length} means for images of ${shape[0]} channels`,
      );
    }
    for (const [i, one] of views.entries()) {
      lookUp(
        one,
        this.#tables,
        views.length === 1 ? target : target.subarray(i * size, (i + 1) * size),
      );
    }
    for (const length of this.#cutouts) cutout(target, shape, length, draws);
  }
}
