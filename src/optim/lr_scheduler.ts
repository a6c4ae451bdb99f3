// Learning rates as functions of an explicit epoch, from 0: nothing to save, nothing to step twice.

/** How a run of `epochs` epochs starts: at `lr`. */
export interface Schedule {
  lr: number;
  epochs: number;
}

/**
 * Half a cosine from `lr` at epoch 0 to `lr_min` (default 0) at epoch `epochs`: Loshchilov & Hutter
 * 2017 without restarts, the closed form of torch.optim.lr_scheduler.CosineAnnealingLR.
 */
export function cosine(
  epoch: number,
  { lr, epochs, lr_min = 0 }: Schedule & { lr_min?: number },
): number {
  return lr_min + ((lr - lr_min) * (1 + Math.cos((Math.PI * epoch) / epochs))) / 2;
}

/**
 * The original's linear schedule for ImageNet: down to lr / (epochs - 5) five epochs before the
 * end, then more slowly.
 */
export function linear(epoch: number, { lr, epochs }: Schedule): number {
  const left = epochs - epoch;
  return left > 5 ? (lr * (left - 5)) / (epochs - 5) : (lr * left) / ((epochs - 5) * 5);
}

/**
 * A rise to `lr` over the first `epochs` (default 5) epochs: lr / epochs in epoch 0, `lr` in the
 * last and after.
 */
export function warm_up(
  epoch: number,
  { lr, epochs = 5 }: { lr: number; epochs?: number },
): number {
  return epoch < epochs ? (lr * (epoch + 1)) / epochs : lr;
}
