// The data sets by name, with their statistics (of pixels scaled to 0..1), and the ways to split them.

export interface DatasetConstants {
  readonly classes: number;
  /** One value a channel. */
  readonly mean: readonly number[];
  /** One value a channel. */
  readonly std: readonly number[];
}

/** The data sets that a config can name. */
export const DATASETS = {
  // Over the 60,000 training images: 0.13066 and 0.30811; these digits are the customary ones.
  mnist: { classes: 10, mean: [0.1307], std: [0.3081] },
  // CIFAR-10: as in the original. CIFAR-100: the customary figures of its own 50,000 training images.
  cifar10: {
    classes: 10,
    mean: [0.49139968, 0.48215827, 0.44653124],
    std: [0.24703233, 0.24348505, 0.26158768],
  },
  cifar100: { classes: 100, mean: [0.5071, 0.4865, 0.4409], std: [0.2673, 0.2564, 0.2762] },
} as const satisfies Record<string, DatasetConstants>;

export type DatasetName = keyof typeof DATASETS;

/** How a split chooses: at random, at random within each class, or the first ones of the file. */
export const SPLIT_METHODS = ['shuffle', 'stratified', 'file_order'] as const;

export type SplitMethod = (typeof SPLIT_METHODS)[number];

/** What to do about an image that can't be read: end the run, or leave it out and count it. */
export const ON_CORRUPT = ['stop', 'skip'] as const;

export type OnCorrupt = (typeof ON_CORRUPT)[number];
