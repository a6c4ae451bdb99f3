// BatchNorm2d. After torch/nn/modules/batchnorm.py; Ioffe & Szegedy 2015.

import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { batch_norm } from './functional.js';
import { scheme, uniform_ } from './init.js';
import { Module } from './module.js';
import { Buffer, Parameter, type Placement } from './parameter.js';

export interface BatchNormOptions extends Placement {
  /** Added to the variance (default 1e-5). */
  eps?: number;
  /** Share of the new batch in the running statistics (default 0.1). */
  momentum?: number;
  /** Learn a weight (from 1; see `init.with_scheme`) and a bias (from 0) per channel (default true). */
  affine?: boolean;
  /** Keep running statistics for evaluation (default true); without them every batch is its own. */
  track_running_stats?: boolean;
}

/** Normalises each channel of [N, num_features, H, W] over N, H and W. */
export class BatchNorm2d extends Module {
  readonly eps: number;
  readonly momentum: number;
  weight: Parameter | null;
  bias: Parameter | null;
  running_mean: Buffer | null;
  running_var: Buffer | null;
  /** int64 scalar: training batches seen. */
  num_batches_tracked: Buffer | null;

  constructor(
    readonly num_features: number,
    options: BatchNormOptions = {},
  ) {
    super();
    const { eps = 1e-5, momentum = 0.1, affine = true, track_running_stats = true } = options;
    const { device, dtype } = options;
    this.eps = eps;
    this.momentum = momentum;
    const size = [num_features];
    this.weight = affine ? new Parameter(torch.ones(size, { device, dtype })) : null;
    this.bias = affine ? new Parameter(torch.zeros(size, { device, dtype })) : null;
    if (this.weight && scheme() === 'legacy') uniform_(this.weight);
    const tracked = track_running_stats;
    this.running_mean = tracked ? new Buffer(torch.zeros(size, { device, dtype })) : null;
    this.running_var = tracked ? new Buffer(torch.ones(size, { device, dtype })) : null;
    this.num_batches_tracked = tracked
      ? new Buffer(torch.zeros([], { device, dtype: 'int64' }))
      : null;
  }

  forward(input: Tensor): Tensor {
    if (input.dim() !== 4) {
      throw new RangeError(`BatchNorm2d: expected 4D input, got shape [${input.shape.join(', ')}]`);
    }
    if (this.training) this.num_batches_tracked?.add_(1);
    return batch_norm(input, this.running_mean, this.running_var, {
      weight: this.weight,
      bias: this.bias,
      training: this.training || this.running_mean === null,
      momentum: this.momentum,
      eps: this.eps,
    });
  }
}
