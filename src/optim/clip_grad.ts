// Gradient clipping by the norm of all gradients together. After torch/nn/utils/clip_grad.py.

import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';

/**
 * Scales the gradients in place so that their joint L2 norm is at most `max_norm`; parameters
 * without a gradient are passed over. All on one device. The value is not read, so a GPU is not
 * waited for.
 *
 * @returns the norm before clipping, a scalar tensor on the gradients' device
 */
export function clip_grad_norm_(parameters: Iterable<Tensor>, max_norm: number): Tensor {
  if (!(max_norm >= 0)) {
    throw new RangeError(`clip_grad_norm_: max_norm must be at least 0, got ${max_norm}`);
  }
  return torch.tidy(() =>
    torch.no_grad(() => {
      const grads: Tensor[] = [];
      for (const { grad } of parameters) if (grad !== null) grads.push(grad);
      if (grads.length === 0) return torch.tensor(0);
      const total = torch.linalg_vector_norm(torch.stack(torch._foreach_norm(grads)));
      // Reciprocal, then product: so Python's number / tensor rounds. The clamp spares asking the
      // device whether there is anything to clip.
      const scale = torch.add(total, 1e-6).reciprocal().mul(max_norm);
      torch._foreach_mul_(grads, torch.clamp(scale, { max: 1 }));
      return total;
    }),
  );
}
