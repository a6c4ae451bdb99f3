// Linear, and the initialisation that convolutions share. After torch/nn/modules/linear.py.
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { linear } from './functional.js';
import { calculate_fan_in_and_fan_out, kaiming_uniform_, uniform_ } from './init.js';
import { Module } from './module.js';
import { Parameter, type Placement } from './parameter.js';

export interface LinearOptions extends Placement {
  bias?: boolean;
}

/**
 * input [..., in_features] times weight [out_features, in_features] transposed, plus bias.
 * Both are drawn from U(-b, b), b = 1 / sqrt(in_features).
 */
export class Linear extends Module {
  weight: Parameter;
  bias: Parameter | null;

  constructor(
    readonly in_features: number,
    readonly out_features: number,
    { bias = true, ...placement }: LinearOptions = {},
  ) {
    super();
    this.weight = new Parameter(torch.empty([out_features, in_features], placement));
    this.bias = bias ? new Parameter(torch.empty([out_features], placement)) : null;
    initWeightAndBias(this.weight, this.bias);
  }

  forward(input: Tensor): Tensor {
    return linear(input, this.weight, this.bias);
  }
}

/** Draws the weight, then the bias: the order decides what a seed gives. */
export function initWeightAndBias(weight: Tensor, bias: Tensor | null): void {
  // A slope of sqrt(5) makes the Kaiming bound 1 / sqrt(fan_in): kept in this form for equal
  // rounding.
  kaiming_uniform_(weight, { a: Math.sqrt(5) });
  if (bias === null) return;
  const [fanIn] = calculate_fan_in_and_fan_out(weight);
  const bound = fanIn > 0 ? 1 / Math.sqrt(fanIn) : 0;
  uniform_(bias, -bound, bound);
}
