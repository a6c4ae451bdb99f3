// The images a config asks for: the data set, the sample of it, and its split.

import * as torch from 'torch-js';
import { ConfigError } from '../config/load.js';
import type { QuirkName } from '../config/quirks.js';
import type { Config } from '../config/schema.js';
import type { Dataset, ImageShape } from '../data/dataset.js';
import { openDataset, type Part } from '../data/datasets/open.js';
import { Loader, type LoaderOptions } from '../data/loader.js';
import { type SplitOptions, split } from '../data/split.js';
import { Pipeline, type TransformSpec } from '../data/transforms.js';
import {
  type Augmentation,
  type PipelineQuirks,
  partOf,
  pipelineOf,
  tenCropped,
} from './pipelines.js';

export type SourceConfig = Pick<Config, 'data' | 'mode' | 'seed'> & {
  quirks: PipelineQuirks &
    Pick<
      Record<QuirkName, boolean>,
      'augmentation_stream' | 'split_in_file_order' | 'norb_classes'
    >;
};

export interface SourceLoaderOptions extends Omit<LoaderOptions, 'transforms'> {
  augment?: Augmentation;
  /** Whether each image comes as ten crops, `[N, 10, C, H, W]`. Default false. */
  ten_crop?: boolean;
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

  /**
   * The images that train the weights of a search, and those that train its architecture. Throws as `train`.
   *
   * @param train_portion As `train` has it; folders: the training images, and those of `val/`.
   */
  search({
    train_portion,
    sample_portion,
  }: Pick<Config['search'], 'train_portion' | 'sample_portion'>): [Images, Images] {
    if (train_portion === 'folders') return [this.all(), this.test()];
    return this.train(train_portion, sample_portion);
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
   * Batches of the images as the data set wants them: brought to a size, normalised.
   *
   * @param augment Changes the images at random, as the config says. Default: leaves them as they are.
   * @throws ConfigError when the transforms that the config lists do not fit the images.
   */
  loader({ augment, ten_crop = false, ...options }: SourceLoaderOptions): Loader {
    const { data, mode, quirks, seed } = this.#config;
    const shared_stream = quirks.augmentation_stream;
    const quickest = mode === 'reference' ? 'exact' : 'fast';
    const { image_shape } = options.dataset;
    const transforms = this.#transforms(image_shape, augment);
    return new Loader({
      ...options,
      transforms: ten_crop ? tenCropped(transforms, image_shape[1]) : transforms,
      num_workers: data.num_workers === 'auto' ? workers(options, shared_stream) : data.num_workers,
      shared_stream,
      corrupt_images: data.corrupt_images,
      decoding: data.decoding === 'auto' ? quickest : data.decoding,
      numpy_seed: seed,
    });
  }

  #transforms(image_shape: ImageShape, augment?: Augmentation): TransformSpec[] {
    const transforms = pipelineOf(this.#config, image_shape[0], augment);
    try {
      new Pipeline(transforms).output_shape(image_shape);
    } catch (error) {
      throw new ConfigError([`data.transforms.${partOf(augment)}: ${(error as Error).message}`]);
    }
    return transforms;
  }

  #open(part: Part, key: 'train_samples' | 'test_samples') {
    const { data, quirks, seed } = this.#config;
    const opened = openDataset(data.dataset, part, data);
    const tenClasses = quirks.norb_classes && data.dataset === 'norb';
    const dataset: Dataset = tenClasses ? { ...opened, classes: 10 } : opened;
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
  return shared_stream || device !== 'cpu' || dataset.source.kind === 'files' ? 2 : 0;
}

/** `count` of the indices; all of them without a draw. */
function chosen(indices: Int32Array, count: number, choice: SplitOptions): Int32Array {
  return count < indices.length ? split(indices, count, choice)[0] : indices;
}
