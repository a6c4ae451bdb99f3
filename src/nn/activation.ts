// Activations as modules. After torch/nn/modules/activation.py.
import type { Tensor } from 'torch-js';
import { relu } from './functional.js';
import { Module } from './module.js';

/** max(x, 0), in place of the input if asked. */
export class ReLU extends Module {
  readonly inplace: boolean;

  constructor({ inplace = false } = {}) {
    super();
    this.inplace = inplace;
  }

  forward(input: Tensor): Tensor {
    return relu(input, { inplace: this.inplace });
  }
}
