// The broad topology that search and evaluation networks share (BNAS-v2, arXiv 2009.08886); follows
// `model_search_b.py` and `model_b.py` of the original.
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import {
  AdaptiveAvgPool2d,
  type AnyModule,
  BatchNorm2d,
  Conv2d,
  Linear,
  Module,
  ModuleList,
  Sequential,
} from '../nn/index.js';
import { ReLUConvBN } from './operations.js';
import { TapRow, type Taps } from './taps.js';

/** Channels along a chain of cells: of the last two outputs, and of the nodes of the next cell. */
export interface Widths {
  readonly C_prev_prev: number;
  readonly C_prev: number;
  readonly C: number;
}

/** The widths behind a cell that concatenates `multiplier` nodes. */
export function widthsAfter({ C_prev, C }: Widths, multiplier: number): Widths {
  return { C_prev_prev: C_prev, C_prev: multiplier * C, C };
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

/**
 * Convolution cells behind a stem; taps of their inputs go to the classifier ("GAP taps"), taps of their
 * outputs to enhancement cells, whose outputs go to the classifier too. [N, in_channels, H, W] to
 * [N, num_classes].
 *
 * Fields are declared in the original's registration order, the order of the state dict; subclasses build
 * them in its construction order, which decides the random stream.
 */
export abstract class BroadNetwork<
  Cell extends AnyModule & { readonly multiplier: number },
> extends Module {
  stem: Sequential;
  conv_cells = new ModuleList<Cell>();
  en_cells = new ModuleList<Cell>();
  reduction_convs_gap = new ModuleList();
  reduction_convs_en = new ModuleList();
  restricted_convs_gap = new ModuleList();
  restricted_convs_en = new ModuleList();
  restricted_ens_gap = new ModuleList();
  global_pooling = new AdaptiveAvgPool2d(1);
  classifier!: Linear;
  protected readonly gapTaps = new TapRow(this.restricted_convs_gap, this.reduction_convs_gap);
  protected readonly enTaps = new TapRow(this.restricted_convs_en, this.reduction_convs_en);

  constructor(in_channels: number, stem_channels: number) {
    super();
    this.stem = new Sequential(
      new Conv2d(in_channels, stem_channels, 3, { padding: 1, bias: false }),
      new BatchNorm2d(stem_channels),
    );
  }

  /** Builds what follows the convolution cells, whose widths it continues. */
  protected addHead(
    en_layers: number,
    num_classes: number,
    widths: Widths,
    makeCell: (widths: Widths) => Cell,
  ): void {
    // The first cell reads the taps: all but the last side by side, then the last, which is as wide
    // as C_prev.
    let next: Widths = { ...widths, C_prev_prev: sum(this.enTaps.widths.slice(0, -1)) };
    let features = sum(this.gapTaps.widths);
    for (let j = 0; j < en_layers; j++) {
      const cell = makeCell(next);
      this.en_cells.append(cell);
      widths = widthsAfter(widths, cell.multiplier);
      next = widths;
      const C_out = j + 1 === en_layers ? widths.C_prev : widths.C;
      this.restricted_ens_gap.append(new ReLUConvBN(widths.C_prev, C_out, 1, 1, 0));
      features += C_out;
    }
    this.classifier = new Linear(features, num_classes);
  }

  /**
   * Runs what `addHead` built. `last` holds the raw outputs of the convolution cells: the second
   * enhancement cell reads one.
   */
  protected head(
    last: LastTwo,
    gapTaps: Taps,
    enTaps: Taps,
    run: (cell: Cell, s0: Tensor, s1: Tensor) => Tensor,
  ): Tensor {
    const features = gapTaps.outputs;
    [...this.en_cells].forEach((cell, j) => {
      const [s0, s1] = j === 0 ? joined(enTaps.outputs) : [last.s0, last.s1];
      last.push(run(cell, s0, s1));
      features.push((this.restricted_ens_gap[j] as Module).call(last.s1));
    });
    const pooled = this.global_pooling.call(torch.cat(features, 1));
    return this.classifier.call(pooled.flatten(1));
  }
}

/** All taps but the last, concatenated, and the last. */
function joined(taps: readonly Tensor[]): [Tensor, Tensor] {
  const earlier = taps.slice(0, -1);
  const first = earlier.length === 1 ? (earlier[0] as Tensor) : torch.cat(earlier, 1);
  return [first, taps.at(-1) as Tensor];
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
