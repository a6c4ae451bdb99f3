// Adam (Kingma & Ba 2015) and AdamW. After the single-tensor path of torch/optim/adam.py, its default
// on a CPU: the same arithmetic in the same order, over whole lists. Float32 comes out equal to the
// last bit; in float64 that bit may differ, as V8 rounds powers (of the betas) unlike the C library.
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { Optimizer, type ParamsOrGroups, requireOption } from './optimizer.js';

export type AdamOptions = {
  lr: number;
  /**
   * Decay of the running gradient and of its running square, each in [0, 1) (default [0.9, 0.999]).
   */
  betas: [beta1: number, beta2: number];
  /** Added to the denominator (default 1e-8). */
  eps: number;
  /** Default 0; see `decoupled_weight_decay`. */
  weight_decay: number;
  /** Divide by the largest running square so far (Reddi et al. 2018; default false). */
  amsgrad: boolean;
  /** Go up, not down (default false). */
  maximize: boolean;
  /** Shrink the parameters themselves (AdamW), not through the gradient (default false). */
  decoupled_weight_decay: boolean;
};

type AdamState = {
  // A number, where PyTorch has a tensor (it reads numbers too): reading it back must not wait for
  // a device.
  step: number;
  exp_avg: Tensor;
  exp_avg_sq: Tensor;
  max_exp_avg_sq?: Tensor;
};

export class Adam extends Optimizer<AdamOptions, AdamState> {
  /** @param options.lr - default 1e-3 */
  constructor(params: ParamsOrGroups<AdamOptions>, options: Partial<AdamOptions> = {}) {
    super(params, {
      lr: 1e-3,
      betas: [0.9, 0.999],
      eps: 1e-8,
      weight_decay: 0,
      amsgrad: false,
      maximize: false,
      decoupled_weight_decay: false,
      ...options,
    });
  }

  protected override check({ lr, betas, eps, weight_decay }: AdamOptions): void {
    requireOption(lr >= 0, 'lr', 'at least 0', lr);
    requireOption(eps >= 0, 'eps', 'at least 0', eps);
    requireOption(weight_decay >= 0, 'weight_decay', 'at least 0', weight_decay);
    betas.forEach((beta, i) => {
      requireOption(beta >= 0 && beta < 1, `betas[${i}]`, 'in [0, 1)', beta);
    });
  }

  protected override update(params: Tensor[], grads: Tensor[], options: AdamOptions): void {
    const { lr, betas, eps, weight_decay, amsgrad, maximize, decoupled_weight_decay } = options;
    const [beta1, beta2] = betas;
    const states = params.map((param) => this.#stateOf(param, amsgrad));
    for (const state of states) state.step += 1;
    const means = states.map((state) => state.exp_avg);
    const squares = states.map((state) => state.exp_avg_sq);

    let directions = maximize ? torch._foreach_neg(grads) : grads;
    if (weight_decay !== 0 && decoupled_weight_decay) {
      torch._foreach_mul_(params, 1 - lr * weight_decay);
    } else if (weight_decay !== 0) {
      directions = torch._foreach_add(directions, params, { alpha: weight_decay });
    }
    torch._foreach_lerp_(means, directions, 1 - beta1);
    torch._foreach_mul_(squares, beta2);
    torch._foreach_addcmul_(squares, directions, directions, 1 - beta2);

    let divisors = squares;
    if (amsgrad) {
      divisors = states.map((state) => state.max_exp_avg_sq as Tensor);
      torch._foreach_maximum_(divisors, squares);
    }
    const denominators = torch._foreach_sqrt(divisors);
    torch._foreach_div_(
      denominators,
      states.map(({ step }) => Math.sqrt(1 - beta2 ** step)),
    );
    torch._foreach_add_(denominators, eps);
    torch._foreach_addcdiv_(
      params,
      means,
      denominators,
      states.map(({ step }) => -(lr / (1 - beta1 ** step))),
    );
  }

  #stateOf(param: Tensor, amsgrad: boolean): AdamState {
    const known = this.state.get(param);
    if (known !== undefined) return known;
    const zeros = (): Tensor => torch.keep(torch.zeros_like(param));
    const state: AdamState = { step: 0, exp_avg: zeros(), exp_avg_sq: zeros() };
    if (amsgrad) state.max_exp_avg_sq = zeros();
    this.state.set(param, state);
    return state;
  }
}

/** Adam with decoupled weight decay (Loshchilov & Hutter 2019), 0.01 by default. */
export class AdamW extends Adam {
  constructor(params: ParamsOrGroups<AdamOptions>, options: Partial<AdamOptions> = {}) {
    super(params, { weight_decay: 1e-2, ...options, decoupled_weight_decay: true });
  }
}
