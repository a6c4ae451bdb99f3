// SGD with momentum. After the single-tensor path of torch/optim/sgd.py, its default on a CPU: the
// same arithmetic in the same order, over whole lists.
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { Optimizer, type ParamsOrGroups, requireOption } from './optimizer.js';

export type SGDOptions = {
  lr: number;
  /** Share of the last direction that is kept (default 0). */
  momentum: number;
  /** Share of the new gradient that is left out of the momentum (default 0). */
  dampening: number;
  /** L2 penalty, added to the gradient (default 0). */
  weight_decay: number;
  /** Look ahead along the momentum; needs momentum and no dampening (default false). */
  nesterov: boolean;
  /** Go up, not down (default false). */
  maximize: boolean;
};

type SGDState = { momentum_buffer: Tensor };

/** p -= lr * v, with v = momentum * v + (1 - dampening) * g; v starts as the first gradient. */
export class SGD extends Optimizer<SGDOptions, SGDState> {
  /** @param options.lr - default 1e-3 */
  constructor(params: ParamsOrGroups<SGDOptions>, options: Partial<SGDOptions> = {}) {
    super(params, {
      lr: 1e-3,
      momentum: 0,
      dampening: 0,
      weight_decay: 0,
      nesterov: false,
      maximize: false,
      ...options,
    });
  }

  protected override check(options: SGDOptions): void {
    const { lr, momentum, dampening, weight_decay, nesterov } = options;
    requireOption(lr >= 0, 'lr', 'at least 0', lr);
    requireOption(momentum >= 0, 'momentum', 'at least 0', momentum);
    requireOption(weight_decay >= 0, 'weight_decay', 'at least 0', weight_decay);
    if (nesterov && !(momentum > 0 && dampening === 0)) {
      throw new RangeError('Nesterov momentum requires a momentum and zero dampening');
    }
  }

  protected override update(params: Tensor[], grads: Tensor[], options: SGDOptions): void {
    const { lr, momentum, weight_decay, nesterov, maximize } = options;
    let directions = maximize ? torch._foreach_neg(grads) : grads;
    if (weight_decay !== 0) {
      directions = torch._foreach_add(directions, params, { alpha: weight_decay });
    }
    if (momentum !== 0) {
      const buffers = this.#accumulate(params, directions, options);
      directions = nesterov
        ? torch._foreach_add(directions, buffers, { alpha: momentum })
        : buffers;
    }
    torch._foreach_add_(params, directions, { alpha: -lr });
  }

  #accumulate(params: Tensor[], grads: Tensor[], { momentum, dampening }: SGDOptions): Tensor[] {
    const moving: Tensor[] = [];
    const added: Tensor[] = [];
    const buffers = params.map((param, i) => {
      const grad = grads[i] as Tensor;
      const known = this.state.get(param);
      if (known !== undefined) {
        moving.push(known.momentum_buffer);
        added.push(grad);
        return known.momentum_buffer;
      }
      const momentum_buffer = torch.keep(grad.clone());
      this.state.set(param, { momentum_buffer });
      return momentum_buffer;
    });
    if (moving.length > 0) {
      torch._foreach_mul_(moving, momentum);
      torch._foreach_add_(moving, added, { alpha: 1 - dampening });
    }
    return buffers;
  }
}
