// Conv2d. After torch/nn/modules/conv.py.

import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { conv2d, type Pair } from './functional.js';
import { scheme, uniform_ } from './init.js';
import { initWeightAndBias } from './linear.js';
import { Module } from './module.js';
import { Parameter, type Placement } from './parameter.js';

export interface Conv2dOptions extends Placement {
  stride?: Pair;
  /** Zeros added on either side of height and width. */
  padding?: Pair;
  dilation?: Pair;
  /** Must divide both channel counts; equal to `in_channels` it makes the convolution depthwise. */
  groups?: number;
  bias?: boolean;
}

/**
 * 2D convolution of [N, in_channels, H, W] to [N, out_channels, H', W'],
 * H' = floor((H + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1.
 * Weight [out_channels, in_channels / groups, kh, kw] and bias are drawn from U(-b, b), b = 1 /
 * sqrt(fan_in); see `init.with_scheme` for torch 0.4's bound.
 */
export class Conv2d extends Module {
  readonly stride: Pair;
  readonly padding: Pair;
  readonly dilation: Pair;
  readonly groups: number;
  weight: Parameter;
  bias: Parameter | null;

  constructor(
    readonly in_channels: number,
    readonly out_channels: number,
    readonly kernel_size: Pair,
    options: Conv2dOptions = {},
  ) {
    super();
    const {
      stride = 1,
      padding = 0,
      dilation = 1,
      groups = 1,
      bias = true,
      ...placement
    } = options;
    if (!(Number.isInteger(groups) && groups > 0)) {
      throw new RangeError(`Conv2d: groups must be a positive integer, got ${groups}`);
    }
    for (const [name, channels] of Object.entries({ in_channels, out_channels })) {
      if (channels % groups !== 0) {
        throw new RangeError(
          `Conv2d: ${name} must be divisible by groups, got ${channels} and ${groups}`,
        );
      }
    }
    this.stride = stride;
    this.padding = padding;
    this.dilation = dilation;
    this.groups = groups;
    const [height, width] =
      typeof kernel_size === 'number' ? [kernel_size, kernel_size] : kernel_size;
    const shape = [out_channels, in_channels / groups, height, width];
    this.weight = new Parameter(torch.empty(shape, placement));
    this.bias = bias ? new Parameter(torch.empty([out_channels], placement)) : null;
    if (scheme() === 'legacy') {
      const bound = 1 / Math.sqrt(in_channels * height * width);
      uniform_(this.weight, -bound, bound);
      if (this.bias) uniform_(this.bias, -bound, bound);
    } else {
      initWeightAndBias(this.weight, this.bias);
    }
  }

  forward(input: Tensor): Tensor {
    const { stride, padding, dilation, groups } = this;
    return conv2d(input, this.weight, this.bias, { stride, padding, dilation, groups });
  }
}
