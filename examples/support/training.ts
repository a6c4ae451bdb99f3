// What the ports of the original's trainings share: what their flags come to, and the lines of their logs.

import type { RunObserver } from '../../src/engine/observer.js';
import type { PythonLog } from './python_log.js';
import { millionsOf } from './script.js';

/** Flags that all of them have. */
export interface TrainingFlags {
  data: string;
  set: string;
  batch_size: number;
  learning_rate: number;
  momentum: number;
  weight_decay: number;
  report_freq: number;
  epochs: number;
  init_channels: number;
  layers: number;
  en_layers: number;
  drop_path_prob: number;
  seed: number;
  /** Default 2, as the originals have it for CIFAR. */
  num_workers?: number;
  arch: string;
  grad_clip: number;
}

/** The config of a training, with the keys that are the script's own. */
export function trainingConfig(args: TrainingFlags, own: object): object {
  return {
    seed: args.seed,
    report_freq: args.report_freq,
    data: { dataset: args.set, folder: args.data, num_workers: args.num_workers ?? 2 },
    training: {
      genotype: args.arch,
      init_channels: args.init_channels,
      layers: args.layers,
      en_layers: args.en_layers,
      epochs: args.epochs,
      batch_size: args.batch_size,
      learning_rate: args.learning_rate,
      momentum: args.momentum,
      weight_decay: args.weight_decay,
      grad_clip: args.grad_clip,
      drop_path_prob: args.drop_path_prob,
      ...own,
    },
  };
}

/** The lines of a training, but for one on ImageNet. */
export function trainingLog(log: PythonLog): RunObserver {
  let bestAccuracy = 0;
  return {
    begin(model) {
      log.info('param size = %fMB', millionsOf(model));
    },
    epoch(epoch, lr) {
      log.info('epoch %d lr %e', epoch, lr);
    },
    step(pass, step, { loss, top1, top5 }) {
      log.info(`${pass} %03d %e %f %f`, step, loss, top1, top5);
    },
    pass(pass, { top1 }) {
      if (pass === 'train') log.info('train_acc %f', top1);
      if (pass === 'valid') {
        bestAccuracy = Math.max(bestAccuracy, top1);
        log.info('valid_acc %f, best_acc %f', top1, bestAccuracy);
      }
    },
  };
}
