// The initialisation of PyTorch 0.3 and 0.4, the original's own time; from memory of their
// torch/nn/modules/conv.py and batchnorm.py.
import { type AnyModule, BatchNorm2d, Conv2d, init } from '../nn/index.js';

/**
 * Draws convolutions and normalisations anew, as PyTorch did before 1.0: weights of convolutions from
 * U(-b, b), b = 1 / sqrt(in_channels * kh * kw), whatever their groups; scales of normalisations from U(0, 1).
 * What is built is initialised as today's PyTorch does; linear layers are the same in both.
 *
 * @param network draws from the default generator in the order of the state dict
 */
export function legacyInit(network: AnyModule): void {
  for (const module of network.modules()) {
    if (module instanceof Conv2d) {
      const [, , height, width] = module.weight.shape as [number, number, number, number];
      const bound = 1 / Math.sqrt(module.in_channels * height * width);
      init.uniform_(module.weight, -bound, bound);
      if (module.bias) init.uniform_(module.bias, -bound, bound);
    } else if (module instanceof BatchNorm2d && module.weight) {
      init.uniform_(module.weight, 0, 1);
    }
  }
}
