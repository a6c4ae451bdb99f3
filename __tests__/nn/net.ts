// A small network with one layer of each kind, for tests of what holds for all networks.
import type { Tensor } from 'torch-js';
import { BatchNorm2d, Conv2d, Linear, Module } from '../../src/nn/index.js';

/** [N, 3, H, W] to [N, 2]. */
export class Net extends Module {
  conv = new Conv2d(3, 2, 1, { bias: false });
  bn = new BatchNorm2d(2);
  fc = new Linear(2, 2);

  forward(x: Tensor): Tensor {
    return this.fc.call(this.bn.call(this.conv.call(x)).mean([2, 3]));
  }
}
