// The images a config asks for: the data set, the sample of it, and its split.

import * as torch from 'torch-js';
import { ConfigError } from '../config/load.js';
import type { Config } from '../config/schema.js';
import { DATASETS, type DatasetName } from '../data/constants.js';
import type { Dataset } from '../data/dataset.js';
import { Cifar } from '../data/datasets/cifar.js';
import { Mnist } from '../data/datasets/mnist.js';
import { Loader, type LoaderOptions } from '../data/loader.js';
import { type SplitOptions, split } from '../data/split.js';

const OPEN: Record<DatasetName, (part: 'train' | 'test', folder: string) => Dataset> = {
  mnist: (part) => new Mnist(part),
  cifar10: (part, folder) => new Cifar('cifar10', part, folder),
  cifar100: (part, folder) => new Cifar('cifar100', part, folder),
};

/** Some images of a data set. */
export interface Images {
  readonly dataset: Dataset;
  readonly indices: Int32Array;
}

/** Opens and splits the data of a run; its draws depend on the seed alone. */
export class DataSource {
  readonly #config: Pick<Config, 'data' | 'seed'>;

  constructor(config: Pick<Config, 'data' | 'seed'>) {
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

  /** Batches with the pixels normalised by the data set's statistics. */
  loader(options: Omit<LoaderOptions, 'transforms'>): Loader {
    const { mean, std } = DATASETS[this.#config.data.dataset];
    return new Loader({
      ...options,
      transforms: [{ name: 'Normalize', mean, std }],
      num_workers: this.#config.data.num_workers,
    });
  }

  #open(part: 'train' | 'test', key: 'train_samples' | 'test_samples') {
    const { data, seed } = this.#config;
    const dataset = OPEN[data.dataset](part, data.folder);
    const wanted = data[key] === 'all' ? dataset.length : data[key];
    if (wanted > dataset.length) {
      const most = `at most ${dataset.length}, which is all of ${data.dataset}`;
      throw new ConfigError([`data.${key}: expected ${most}, got ${wanted}`]);
    }
    const generator = new torch.Generator();
    generator.manual_seed(seed);
    const choice = { method: data.split, labels: dataset.labels, generator };
    const everything = Int32Array.from({ length: dataset.length }, (_, index) => index);
    return { dataset, indices: chosen(everything, wanted, choice), choice };
  }
}

/** `count` of the indices; all of them without a draw. */
function chosen(indices: Int32Array, count: number, choice: SplitOptions): Int32Array {
  return count < indices.length ? split(indices, count, choice)[0] : indices;
}
