// Pooling layers over [N, C, H, W]. After torch/nn/modules/pooling.py.
import type { Tensor } from 'torch-js';
import {
  type AvgPool2dOptions,
  adaptive_avg_pool2d,
  avg_pool2d,
  type MaxPool2dOptions,
  max_pool2d,
  type Pair,
} from './functional.js';
import { Module } from './module.js';

/** Largest value of each window; padding never wins. */
export class MaxPool2d extends Module {
  constructor(
    readonly kernel_size: Pair,
    readonly options: MaxPool2dOptions = {},
  ) {
    super();
  }

  forward(input: Tensor): Tensor {
    return max_pool2d(input, this.kernel_size, this.options);
  }
}

/** Mean of each window. */
export class AvgPool2d extends Module {
  constructor(
    readonly kernel_size: Pair,
    readonly options: AvgPool2dOptions = {},
  ) {
    super();
  }

  forward(input: Tensor): Tensor {
    return avg_pool2d(input, this.kernel_size, this.options);
  }
}

/**
 * Mean over as many windows as give an output of the asked height and width: 1 is global pooling.
 */
export class AdaptiveAvgPool2d extends Module {
  constructor(readonly output_size: Pair) {
    super();
  }

  forward(input: Tensor): Tensor {
    return adaptive_avg_pool2d(input, this.output_size);
  }
}
