// What comes before the first cell; follows the stems of the original's networks and of DARTS
// (arXiv 1806.09055).
import type { Tensor } from 'torch-js';
import { BatchNorm2d, Conv2d, ReLU, Sequential } from '../nn/index.js';
import { convBn, type Execution, hasKernels } from './execution.js';

/** Convolution and batch normalisation. */
class ConvBN extends Sequential {
  execution: Execution = 'plain';

  override forward(input: Tensor): Tensor {
    const fused = this.execution === 'fused' && hasKernels(input);
    return fused ? convBn(input, this) : super.forward(input);
  }
}

/**
 * `cifar`: one convolution. `imagenet`: three of stride 2, so that cells see an eighth of height and width.
 * `imagenet_b5`: two at full size, for the network whose cells do all the halving.
 */
export type StemName = 'cifar' | 'imagenet' | 'imagenet_b5';

/** The members that a stem gives a network: `stem`, or `stem0` and `stem1`. */
export interface Stem {
  stem?: Sequential;
  stem0?: Sequential;
  stem1?: Sequential;
}

/** @param width channels that the cells get; even */
export function makeStem(name: StemName, in_channels: number, width: number): Stem {
  const convolution = (from: number, to: number, stride: number) => [
    new Conv2d(from, to, 3, { stride, padding: 1, bias: false }),
    new BatchNorm2d(to),
  ];
  const relu = () => new ReLU({ inplace: true });
  switch (name) {
    case 'cifar':
      return { stem: new ConvBN(...convolution(in_channels, width, 1)) };
    case 'imagenet':
      return {
        stem0: new Sequential(
          ...convolution(in_channels, width / 2, 2),
          relu(),
          ...convolution(width / 2, width, 2),
        ),
        stem1: new Sequential(relu(), ...convolution(width, width, 2)),
      };
    case 'imagenet_b5':
      return {
        stem0: new Sequential(...convolution(in_channels, width, 1)),
        stem1: new Sequential(relu(), ...convolution(width, width, 1)),
      };
    default:
      throw new RangeError(`stem must be cifar, imagenet or imagenet_b5, got ${String(name)}`);
  }
}

/**
 * [N, in_channels, H, W] to the inputs of the first cell, both [N, width, ...]: one tensor twice behind
 * `stem`; else s0 is twice as high and wide as s1 where `stem1` halves.
 */
export function runStem({ stem, stem0, stem1 }: Stem, input: Tensor): [s0: Tensor, s1: Tensor] {
  if (stem0 && stem1) {
    const s0 = stem0.call(input);
    return [s0, stem1.call(s0)];
  }
  const output = (stem as Sequential).call(input);
  return [output, output];
}
