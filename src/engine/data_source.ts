// The images a config asks for: the data set, the sample of it, and its split.

import * as torch from 'torch-js';
import { ConfigError } from '../config/load.js';
import type { QuirkName } from '../config/quirks.js';
import type { Config } from '../config/schema.js';
import { DATASETS, type DatasetName } from '../data/constants.js';
import type { Dataset } from '../data/dataset.js';
import { Cifar } from '../data/datasets/cifar.js';
import { Mnist } from '../data/datasets/mnist.js';
import { Loader, type LoaderOptions } from '../data/loader.js';
import { type SplitOptions, split } from '../data/split.js';
import type { TransformSpec } from '../data/transforms.js';

const OPEN: Record<DatasetName, (part: 'train' | 'test', folder: string) => Dataset> = {
  mnist: (part) => new Mnist(part),
  cifar10: (part, folder) => new Cifar('cifar10', part, folder),
  cifar100: (part, folder) => new Cifar('cifar100', part, folder),
};

const CROP_AND_FLIP: readonly TransformSpec[] = [
  { name: 'RandomCrop', size: 32, padding: 4 },
  { name: 'RandomHorizontalFlip', p: 0.5 },
];

/** How images are changed at random to learn from; a mirrored digit would be none. */
const AUGMENTATION: Record<DatasetName, readonly TransformSpec[]> = {
  mnist: [],
  cifar10: CROP_AND_FLIP,
  cifar100: CROP_AND_FLIP,
};

export type SourceConfig = Pick<Config, 'data' | 'seed'> & {
  quirks: Pick<Record<QuirkName, boolean>, 'augmentation_stream' | 'split_in_file_order'>;
};

export interface SourceLoaderOptions extends Omit<LoaderOptions, 'transforms'> {
  augment?: { cutout: Config['training']['cutout'] };
}

/** Some images of a data set. */
export interface Images {
  readonly dataset: Dataset;
  readonly indices: Int32Array;
}

/** Opens and splits the data of a run; its draws depend on the seed alone. */
export class DataSource {
  readonly #config: SourceConfig;

  constructor(config: SourceConfig) {
    this.#config = config;
  }

  /**
   * The training images (`data.train_samples` of them) in two parts.
   *
   * @param portion Share of the first part, rounded down.
   * @param sample Share of the images that is split, rounded down; the others are left out.
   * @throws ConfigError when there are fewer images than the config asks for, or a part is empty.
   */
  train(portion: number, sample = 1): [first: Images, second: Images] {
    const { dataset, indices, choice } = this.#open('train', 'train_samples');
    const used = chosen(indices, Math.floor(sample * indices.length), choice);
    const count = Math.floor(portion * used.length);
    if (count === 0 || count === used.length) {
      throw new ConfigError([`${used.length} training images are too few to split in two`]);
    }
    const [first, second] = split(used, count, choice);
    return [
      { dataset, indices: first },
      { dataset, indices: second },
    ];
  }

  /** The training images (`data.train_samples` of them), unsplit. Throws as `train`. */
  all(): Images {
    return this.#open('train', 'train_samples');
  }

  /** The test images (`data.test_samples` of them). Throws as `train`. */
  test(): Images {
    return this.#open('test', 'test_samples');
  }

  /**
   * Batches with the pixels normalised by the data set's statistics.
   *
   * @param augment Changes the images at random, as the config says. Default: leaves them as they are.
   */
  loader({ augment, ...options }: SourceLoaderOptions): Loader {
    const { data, quirks, seed } = this.#config;
    const shared_stream = quirks.augmentation_stream;
    const { mean, std } = DATASETS[data.dataset];
    const cutout = augment?.cutout ?? 'off';
    return new Loader({
      ...options,
      transforms: [
        ...(augment && data.augment ? AUGMENTATION[data.dataset] : []),
        { name: 'Normalize', mean, std },
        ...(cutout === 'off' ? [] : [{ name: 'Cutout', length: cutout } as const]),
      ],
      num_workers: data.num_workers === 'auto' ? workers(options, shared_stream) : data.num_workers,
      shared_stream,
      corrupt_images: data.corrupt_images,
      numpy_seed: seed,
    });
  }

  #open(part: 'train' | 'test', key: 'train_samples' | 'test_samples') {
    const { data, quirks, seed } = this.#config;
    const dataset = OPEN[data.dataset](part, data.folder);
    const wanted = data[key] === 'all' ? dataset.length : data[key];
    if (wanted > dataset.length) {
      const most = `at most ${dataset.length}, which is all of ${data.dataset}`;
      throw new ConfigError([`data.${key}: expected ${most}, got ${wanted}`]);
    }
    const generator = new torch.Generator();
    generator.manual_seed(seed);
    const method = quirks.split_in_file_order ? 'file_order' : data.split;
    const choice = { method, labels: dataset.labels, generator } as const;
    const everything = Int32Array.from({ length: dataset.length }, (_, index) => index);
    return { dataset, indices: chosen(everything, wanted, choice), choice };
  }
}

/** As many threads as the original's, where reading would hold up the network or their number decides. */
function workers({ dataset, device = 'cpu' }: SourceLoaderOptions, shared_stream: boolean): number {
  return shared_stream || device !== 'cpu' || dataset.source?.kind === 'files' ? 2 : 0;
}

/** `count` of the indices; all of them without a draw. */
function chosen(indices: Int32Array, count: number, choice: SplitOptions): Int32Array {
  return count < indices.length ? split(indices, count, choice)[0] : indices;
}
