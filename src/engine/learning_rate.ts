// What falls and rises with the epoch, by the config: learning rate and drop path probability; follows the
// loops of the original's scripts.

import type { Config } from '../config/schema.js';
import { cosine, linear, warm_up } from '../optim/index.js';

export type RateOptions = Pick<
  Config['search'],
  'epochs' | 'learning_rate' | 'learning_rate_min' | 'warm_up_epochs'
> &
  Partial<Pick<Config['training'], 'lr_scheduler'>>;

/** The learning rate of the weights in `epoch`, from 0. */
export function learningRate(epoch: number, options: RateOptions): number {
  const { epochs, learning_rate: lr, learning_rate_min: lr_min, warm_up_epochs } = options;
  if (epoch < warm_up_epochs) return warm_up(epoch, { lr, epochs: warm_up_epochs });
  if (options.lr_scheduler === 'linear') return linear(epoch, { lr, epochs });
  return cosine(epoch, { lr, lr_min, epochs });
}

/**
 * As learningRate, in the original's training on ImageNet (quirk `imagenet_double_step`): whatever is asked
 * for, its loop steps a cosine at the end; one that is asked for is stepped at the start too.
 */
export function imagenetRate(epoch: number, options: RateOptions): number {
  const { epochs, learning_rate: lr, learning_rate_min: lr_min, lr_scheduler } = options;
  return cosine(lr_scheduler === 'linear' ? epoch : 2 * epoch + 1, { lr, lr_min, epochs });
}

/** Rises from 0 in epoch 0, and would be `drop_path_prob` in the one after the last. */
export function dropPathProbability(
  epoch: number,
  { drop_path_prob, epochs }: Pick<Config['training'], 'drop_path_prob' | 'epochs'>,
): number {
  return (drop_path_prob * epoch) / epochs;
}
