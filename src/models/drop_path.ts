// Drop path: whole samples of an operation's output set to zero; follows `drop_path` in `utils.py`
// of the original.
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';

/**
 * Divides x by the probability of keeping and multiplies it by a mask of one Bernoulli draw a sample, in
 * place. Draws N times from the default generator of x's device, not at all at probability 0.
 *
 * @param x [N, C, H, W], floating point
 * @param drop_prob in [0, 1)
 * @returns x
 */
export function drop_path(x: Tensor, drop_prob: number): Tensor {
  if (!(drop_prob >= 0 && drop_prob < 1)) {
    throw new RangeError(`drop_path: drop_prob must be in [0, 1), got ${drop_prob}`);
  }
  if (drop_prob === 0) return x;
  const keep_prob = 1 - drop_prob;
  return torch.tidy(() => {
    const mask = torch.empty([x.size(0), 1, 1, 1], { dtype: x.dtype, device: x.device });
    return x.div_(keep_prob).mul_(mask.bernoulli_(keep_prob));
  });
}
