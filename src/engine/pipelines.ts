// How the images of each data set are brought to a size, changed at random to learn from, and normalised.

import type { QuirkName } from '../config/quirks.js';
import type { Config } from '../config/schema.js';
import { DATASETS, type DatasetName } from '../data/constants.js';
import type { TransformSpec } from '../data/transforms.js';

export type PipelineQuirks = Pick<Record<QuirkName, boolean>, 'mnist_as_colour'>;

/** What is done to images that are learned from, beside what `data.augment` does. */
export interface Augmentation extends Pick<Config['training'], 'cutout'> {
  /** Whether colours vary at random, where the data set is one of photographs. Default false. */
  colour?: boolean;
}

const FLIP: TransformSpec = { name: 'RandomHorizontalFlip', p: 0.5 };

/** By up to an eighth of the side, as 4 pixels of 32. */
const shifted = (size: number): TransformSpec => ({
  name: 'RandomCrop',
  size,
  padding: Math.round(size / 8),
});

/** As the original's train_imagenet_b.py. */
const JITTER: TransformSpec = {
  name: 'ColorJitter',
  brightness: 0.4,
  contrast: 0.4,
  saturation: 0.4,
  hue: 0.2,
};

/** `inner` is how much of the shorter side is kept. */
const centred = (size: number, inner = 1): TransformSpec[] => [
  { name: 'Resize', size: Math.round(size / inner) },
  { name: 'CenterCrop', size },
];

interface Recipe {
  /** The images as they are, and the side they are brought to where their sizes differ. */
  plain(size: number): TransformSpec[];
  /** Changed at random; a mirrored digit would be none. */
  augmented(size: number, colour: boolean): TransformSpec[];
  /** That side, or the one that all images have. */
  readonly image_size: number;
}

const asTheyAre = (image_size: number): Recipe => ({
  plain: () => [],
  augmented: () => [],
  image_size,
});

const onlyShifted = (image_size: number): Recipe => ({
  plain: () => [],
  augmented: (size) => [shifted(size), FLIP],
  image_size,
});

const RECIPES: Record<DatasetName, Recipe> = {
  mnist: asTheyAre(28),
  fashion: onlyShifted(28),
  cifar10: onlyShifted(32),
  cifar100: onlyShifted(32),
  svhn: asTheyAre(32),
  norb: {
    plain: (size) => centred(size),
    augmented: (size) => [...centred(size), FLIP],
    image_size: 32,
  },
  imagenet: {
    plain: (size) => centred(size, 224 / 256),
    augmented: (size, colour) => [
      { name: 'RandomResizedCrop', size },
      FLIP,
      ...(colour ? [JITTER] : []),
    ],
    image_size: 224,
  },
  folder: {
    plain: (size) => centred(size),
    augmented: (size) => [...centred(size), shifted(size), FLIP],
    image_size: 224,
  },
  synthetic: asTheyAre(32),
};

/** Sets that the original takes for MNIST with colours. */
const AS_COLOUR: readonly DatasetName[] = ['mnist', 'fashion', 'svhn'];
const GREYED: TransformSpec[] = [FLIP, { name: 'RandomGrayscale', p: 0.1 }];

/** Height and width of the images that a network gets. */
export function imageSide({
  dataset,
  image_size,
}: Pick<Config['data'], 'dataset' | 'image_size'>): number {
  return image_size === 'auto' ? RECIPES[dataset].image_size : image_size;
}

/** Which list of `data.transforms` is for such images. */
export const partOf = (augment: Augmentation | undefined) =>
  augment === undefined ? 'test' : 'train';

/**
 * The transforms that the config lists, or else those of its data set for images of `channels` channels.
 *
 * @param augment For images that are learned from. Default: they are left as they are.
 */
export function pipelineOf(
  { data, quirks }: { data: Config['data']; quirks: PipelineQuirks },
  channels: number,
  augment?: Augmentation,
): TransformSpec[] {
  const { dataset, transforms } = data;
  const listed = transforms[partOf(augment)];
  if (listed !== 'auto') return listed;
  const changes = augment !== undefined && data.augment;
  if (quirks.mnist_as_colour && AS_COLOUR.includes(dataset)) return changes ? GREYED : [];
  const recipe = RECIPES[dataset];
  const size = imageSide(data);
  const { mean, std } = DATASETS[normalisedAs(dataset, quirks)];
  const cutout = augment?.cutout ?? 'off';
  return [
    ...(changes ? recipe.augmented(size, augment.colour ?? false) : recipe.plain(size)),
    { name: 'Normalize', mean: mean.slice(0, channels), std: std.slice(0, channels) },
    ...(cutout === 'off' ? [] : [{ name: 'Cutout', length: cutout } as const]),
  ];
}

/**
 * A pipeline for images that are not learned from, with ten crops of each: of the size of its centred crop, or
 * else of 7/8 of the side.
 *
 * @param side Of the images as they come.
 */
export function tenCropped(specs: readonly TransformSpec[], side: number): TransformSpec[] {
  const centred = specs.find((spec) => spec.name === 'CenterCrop');
  const crops: TransformSpec = {
    name: 'TenCrop',
    size: centred?.size ?? Math.round((7 / 8) * side),
  };
  const others = specs.filter((spec) => spec !== centred);
  const last = others.findIndex(({ name }) => name === 'Normalize');
  const end = last < 0 ? others.length : last;
  return [...others.slice(0, end), crops, ...others.slice(end)];
}

function normalisedAs(dataset: DatasetName, { mnist_as_colour }: PipelineQuirks): DatasetName {
  return mnist_as_colour && dataset === 'cifar100' ? 'cifar10' : dataset;
}
