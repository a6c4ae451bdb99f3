// Losses as modules of (input, target). After torch/nn/modules/loss.py.
import type { Tensor } from 'torch-js';
import {
  type CrossEntropyOptions,
  cross_entropy,
  mse_loss,
  type NllLossOptions,
  nll_loss,
  type Reduction,
} from './functional.js';
import { Module } from './module.js';
import { Buffer } from './parameter.js';

/** Log-softmax and negative log-likelihood in one: logits [N, C] against class indices [N]. */
export class CrossEntropyLoss extends Module<[Tensor, Tensor], Tensor> {
  readonly options: Omit<CrossEntropyOptions, 'weight'>;
  weight: Buffer | null;

  /** @param options - `weight` is taken over as a buffer, and left disposed */
  constructor({ weight = null, ...options }: CrossEntropyOptions = {}) {
    super();
    this.options = options;
    this.weight = weight && new Buffer(weight);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return cross_entropy(input, target, { ...this.options, weight: this.weight });
  }
}

/** Negative log-likelihood: log-probabilities [N, C] against class indices [N]. */
export class NLLLoss extends Module<[Tensor, Tensor], Tensor> {
  readonly options: Omit<NllLossOptions, 'weight'>;
  weight: Buffer | null;

  /** @param options - `weight` is taken over as a buffer, and left disposed */
  constructor({ weight = null, ...options }: NllLossOptions = {}) {
    super();
    this.options = options;
    this.weight = weight && new Buffer(weight);
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return nll_loss(input, target, { ...this.options, weight: this.weight });
  }
}

/** Squared difference of two tensors of one shape. */
export class MSELoss extends Module<[Tensor, Tensor], Tensor> {
  readonly reduction: Reduction;

  constructor({ reduction = 'mean' }: { reduction?: Reduction } = {}) {
    super();
    this.reduction = reduction;
  }

  forward(input: Tensor, target: Tensor): Tensor {
    return mse_loss(input, target, { reduction: this.reduction });
  }
}
