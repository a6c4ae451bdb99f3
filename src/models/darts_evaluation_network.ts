// The networks that DARTS (arXiv 1806.09055) trains from a genotype, as baselines; follows `NetworkCIFAR`
// and `NetworkImageNet` in its `model.py`.
import type { Tensor } from 'torch-js';
import { AvgPool2d, functional } from '../nn/index.js';
import { Cell } from './cell.js';
import { DartsNetwork } from './darts_network.js';
import { evaluable } from './evaluable.js';
import { checkGenotype, type Genotype } from './genotype.js';
import { requireEvenWidth, requireIntegers } from './integers.js';

export interface DartsEvaluationNetworkOptions {
  /** Channels of the nodes before the first doubling; even. DARTS: 36 on CIFAR, 48 on ImageNet. */
  C: number;
  num_classes: number;
  /** Its `reduce` makes the cells at a third and at two thirds, which double channels and halve sizes. */
  genotype: Genotype;
  /** Cells, at least 3; default 20, with stem `imagenet` 14. */
  layers?: number;
  /** 3 (default), or 1 for grey images. */
  in_channels?: number;
  /** For small images (default) or for large ones, which it makes eight times smaller. */
  stem?: 'cifar' | 'imagenet';
  /** Whether the second halving cell gets an auxiliary head, trained by `callWithAuxiliary`; default false. */
  auxiliary?: boolean;
}

/**
 * [N, in_channels, H, W] to logits [N, num_classes].
 *
 * @throws RangeError for an option out of range; TypeError or RangeError for an invalid genotype
 */
export class DartsEvaluationNetwork extends evaluable(DartsNetwork<Cell>) {
  constructor({
    C,
    num_classes,
    genotype,
    stem = 'cifar',
    layers = stem === 'imagenet' ? 14 : 20,
    in_channels = 3,
    auxiliary = false,
  }: DartsEvaluationNetworkOptions) {
    const owner = 'DartsEvaluationNetwork';
    requireIntegers(owner, { C, num_classes, in_channels });
    requireIntegers(owner, { layers }, 3);
    requireEvenWidth(owner, C);
    const checked = checkGenotype(genotype);
    super({
      stem,
      in_channels,
      stem_channels: stem === 'imagenet' ? C : 3 * C,
      C,
      layers,
      num_classes,
      makeCell: (widths, place) => new Cell({ genotype: checked, ...widths, ...place }),
      auxiliary: auxiliary ? stem : undefined,
    });
    if (stem === 'imagenet') this.global_pooling = new WholePool(7);
  }
}

/**
 * One window over the whole height and width: the AvgPool2d(7) of DARTS at the 7 x 7 that its images come to,
 * to the last bit, which adaptive pooling is not.
 */
class WholePool extends AvgPool2d {
  override forward(input: Tensor): Tensor {
    return functional.avg_pool2d(input, input.shape.slice(2) as [number, number]);
  }
}
