// What every network of cells has: a stem, the order in which cells feed each other, a classifier.
import type { Tensor } from 'torch-js';
import { AdaptiveAvgPool2d, type AnyModule, Linear, Module, type Sequential } from '../nn/index.js';
import type { AuxiliaryHead } from './auxiliary_head.js';
import type { CellKind } from './genotype.js';
import type { Stem } from './stem.js';

/** Channels along a chain of cells. */
export interface Widths {
  /** Of the output of the cell before the previous one. */
  readonly C_prev_prev: number;
  /** Of the output of the previous cell. */
  readonly C_prev: number;
  /** Of every node of the next cell. */
  readonly C: number;
}

/** The widths behind a cell that concatenates `multiplier` nodes. */
export function widthsAfter({ C_prev, C }: Widths, multiplier: number): Widths {
  return { C_prev_prev: C_prev, C_prev: multiplier * C, C };
}

/** What a cell is to its network. */
export interface CellPlace {
  /** Which cell of a genotype, and which of the parameters that are searched, it is made from. */
  kind: CellKind;
  /** Whether it halves height and width. */
  reduction: boolean;
  /** Whether the previous cell did, so that s0 is twice as high and wide as s1. */
  reduction_prev: boolean;
}

/**
 * The outputs of the last two cells. The older one is freed when a new one comes, with or without
 * gradients.
 */
export class LastTwo {
  constructor(
    public s0: Tensor,
    public s1 = s0,
  ) {}

  push(output: Tensor): void {
    if (this.s0 !== this.s1) this.s0.dispose();
    [this.s0, this.s1] = [this.s1, output];
  }
}

export type CellModule = AnyModule & { readonly multiplier: number };

/**
 * [N, in_channels, H, W] to logits [N, num_classes].
 *
 * Members are only declared here: subclasses assign them in the order of the original's state dict, and
 * build their modules in its construction order, which decides the random stream.
 */
export abstract class CellNetwork<Cell extends CellModule> extends Module implements Stem {
  declare stem?: Sequential;
  declare stem0?: Sequential;
  declare stem1?: Sequential;
  declare auxiliary_head?: AuxiliaryHead;
  /** [N, C, H, W] to [N, C, 1, 1]. */
  declare global_pooling: Module;
  declare classifier: Linear;

  /** Runs one of the cells as the network stands now. */
  abstract runCell(cell: Cell, s0: Tensor, s1: Tensor): Tensor;

  /** @param tap gets the output of the last cell that halves height and width */
  protected abstract logits(input: Tensor, tap?: (features: Tensor) => void): Tensor;

  override forward(input: Tensor): Tensor {
    return this.logits(input);
  }

  /** @param features channels that `classify` gets */
  protected addClassifier(
    features: number,
    num_classes: number,
    auxiliary_head: AuxiliaryHead | undefined,
  ): void {
    if (auxiliary_head) this.auxiliary_head = auxiliary_head;
    this.global_pooling = new AdaptiveAvgPool2d(1);
    this.classifier = new Linear(features, num_classes);
  }

  protected classify(features: Tensor): Tensor {
    return this.classifier.call(this.global_pooling.call(features).flatten(1));
  }
}
