// A second classifier in the midst of a network, to train what lies before it; follows
// `AuxiliaryHeadCIFAR` and `AuxiliaryHeadImageNet` of DARTS (arXiv 1806.09055).
import type { Tensor } from 'torch-js';
import { BatchNorm2d, Conv2d, functional, Linear, Module, ReLU, Sequential } from '../nn/index.js';

/** DARTS's `imagenet` form has no normalisation behind its last convolution, by an oversight kept since. */
export type AuxiliaryForm = 'cifar' | 'imagenet';

/** [N, C, H, W], H and W at least 3, to logits [N, num_classes]. */
export class AuxiliaryHead extends Module {
  features: Sequential;
  classifier: Linear;

  constructor(C: number, num_classes: number, form: AuxiliaryForm) {
    super();
    this.features = new Sequential(
      new ReLU(),
      new CornerPool(),
      new Conv2d(C, 128, 1, { bias: false }),
      new BatchNorm2d(128),
      new ReLU({ inplace: true }),
      new Conv2d(128, 768, 2, { bias: false }),
      ...(form === 'cifar' ? [new BatchNorm2d(768)] : []),
      new ReLU({ inplace: true }),
    );
    this.classifier = new Linear(768, num_classes);
  }

  override forward(x: Tensor): Tensor {
    return this.classifier.call(this.features.call(x).flatten(1));
  }
}

/**
 * Averages of four windows, one in each corner: [N, C, H, W] to [N, C, 2, 2]. A window is 5/8 as high and
 * wide as the features, rounded up: the 5 x 5 of DARTS at its sizes, 8 x 8 (CIFAR) and 7 x 7 (ImageNet).
 */
class CornerPool extends Module {
  override forward(x: Tensor): Tensor {
    const [height, width] = x.shape.slice(2) as [number, number];
    if (Math.min(height, width) < 3) {
      throw new RangeError(
        `AuxiliaryHead: features must be at least 3 x 3, got ${height} x ${width}; ` +
          'take larger images or no auxiliary head',
      );
    }
    const [rows, columns] = [Math.ceil((5 / 8) * height), Math.ceil((5 / 8) * width)];
    return functional.avg_pool2d(x, [rows, columns], {
      stride: [height - rows, width - columns],
    });
  }
}
