// What the ports of the original's searches share: what their flags come to, and the lines of their logs.

import * as torch from 'torch-js';
import type { Supernet } from '../../src/engine/networks.js';
import type { RunObserver } from '../../src/engine/observer.js';
import { formatGenotype } from '../../src/models/genotypes.js';
import type { PythonLog } from './python_log.js';
import { millionsOf } from './script.js';

/** Flags that all of them have. */
export interface SearchFlags {
  data: string;
  batch_size: number;
  learning_rate: number;
  learning_rate_min: number;
  momentum: number;
  weight_decay: number;
  report_freq: number;
  epochs: number;
  init_channels: number;
  layers: number;
  en_layers: number;
  cutout: boolean;
  cutout_length: number;
  seed: number;
  /** Default 2, as the originals have it for CIFAR. */
  num_workers?: number;
  grad_clip: number;
  train_portion: number | 'folders';
  unrolled: boolean;
  arch_learning_rate: number;
  arch_weight_decay: number;
}

/** The config of a search on `dataset`, with the keys that are the script's own. */
export function searchConfig(dataset: string, args: SearchFlags, own: object): object {
  return {
    seed: args.seed,
    report_freq: args.report_freq,
    data: { dataset, folder: args.data, num_workers: args.num_workers ?? 2, split: 'file_order' },
    search: {
      init_channels: args.init_channels,
      layers: args.layers,
      en_layers: args.en_layers,
      epochs: args.epochs,
      batch_size: args.batch_size,
      learning_rate: args.learning_rate,
      learning_rate_min: args.learning_rate_min,
      momentum: args.momentum,
      weight_decay: args.weight_decay,
      grad_clip: args.grad_clip,
      cutout: args.cutout ? args.cutout_length : 'off',
      train_portion: args.train_portion,
      arch_learning_rate: args.arch_learning_rate,
      arch_weight_decay: args.arch_weight_decay,
      second_order: args.unrolled ? 'finite_difference' : 'off',
      ...own,
    },
  };
}

/** What the log calls a pass: the one over the weights is a training. */
const NAMES = { search: 'train', train: 'train', valid: 'valid', test: 'test' };

/** The lines of a search on CIFAR; `epoch` writes the first one of an epoch, `network` what follows the genotype there. */
export function searchLog(
  log: PythonLog,
  epoch: (epoch: number, lr: number) => void,
  network: (model: Supernet) => void = () => {},
): RunObserver {
  let model: Supernet;
  return {
    begin(begun) {
      model = begun as Supernet;
      log.info('param size = %fMB', millionsOf(model));
    },
    epoch(number, lr) {
      epoch(number, lr);
      log.info('genotype = %s', formatGenotype(model.genotype()));
      network(model);
    },
    step(pass, step, { loss, top1, top5 }) {
      log.info(`${NAMES[pass]} %03d %e %f %f`, step, loss, top1, top5);
    },
    pass(pass, { top1 }) {
      log.info(`${NAMES[pass]}_acc %f`, top1);
    },
  };
}

/** Prints how the operations of each edge stand, as the searches of B-DARTS do. */
export function printAlphas(
  { alphas_normal, alphas_reduce }: Supernet,
  print: (text: string) => void = console.log,
): void {
  for (const alphas of [alphas_normal, alphas_reduce]) {
    print(torch.tidy(() => `${alphas.softmax(-1)}`));
  }
}
