// Identity. After torch/nn/modules/linear.py.
import type { Tensor } from 'torch-js';
import { Module } from './module.js';

/** Gives back its input, the same object. */
export class Identity extends Module {
  forward(input: Tensor): Tensor {
    return input;
  }
}
