// The broad topology that search and evaluation networks share (BNAS-v2, arXiv 2009.08886); follows
// `model_search_b.py` and `model_b.py` of the original.
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { type Module, ModuleList } from '../nn/index.js';
import { type AuxiliaryForm, AuxiliaryHead } from './auxiliary_head.js';
import {
  type CellModule,
  CellNetwork,
  type CellPlace,
  type LastTwo,
  type Widths,
  widthsAfter,
} from './cell_network.js';
import { ReLUConvBN } from './operations.js';
import { makeStem, type StemName } from './stem.js';
import { TapRow, type Taps } from './taps.js';

export interface HeadOptions<Cell> {
  en_layers: number;
  num_classes: number;
  /** Those that the convolution cells end with. */
  widths: Widths;
  makeCell(widths: Widths, place: CellPlace): Cell;
  /** Of the auxiliary head, if there is one. */
  auxiliary?: AuxiliaryForm;
}

/**
 * Convolution cells behind a stem; taps of their inputs go to the classifier ("GAP taps"), taps of their
 * outputs to enhancement cells, whose outputs go to the classifier too.
 */
export abstract class BroadNetwork<Cell extends CellModule> extends CellNetwork<Cell> {
  declare conv_cells: ModuleList<Cell>;
  declare en_cells: ModuleList<Cell>;
  declare reduction_convs_gap: ModuleList;
  declare reduction_convs_en: ModuleList;
  declare restricted_convs_gap: ModuleList;
  declare restricted_convs_en: ModuleList;
  declare restricted_ens_gap: ModuleList;
  protected readonly gapTaps: TapRow;
  protected readonly enTaps: TapRow;

  constructor(stem: StemName, in_channels: number, stem_channels: number) {
    super();
    const stemModules = makeStem(stem, in_channels, stem_channels);
    // The original lists the stem of this one network behind the cells, which it builds later.
    const stemIsLast = stem === 'imagenet_b5';
    if (!stemIsLast) Object.assign(this, stemModules);
    this.conv_cells = new ModuleList();
    this.en_cells = new ModuleList();
    this.reduction_convs_gap = new ModuleList();
    this.reduction_convs_en = new ModuleList();
    this.restricted_convs_gap = new ModuleList();
    this.restricted_convs_en = new ModuleList();
    this.restricted_ens_gap = new ModuleList();
    if (stemIsLast) Object.assign(this, stemModules);
    this.gapTaps = new TapRow(this.restricted_convs_gap, this.reduction_convs_gap);
    this.enTaps = new TapRow(this.restricted_convs_en, this.reduction_convs_en);
  }

  /** Builds what follows the convolution cells. */
  protected addHead({ en_layers, num_classes, makeCell, auxiliary, ...rest }: HeadOptions<Cell>) {
    let { widths } = rest;
    const C_to_auxiliary = widths.C_prev;
    // The first cell reads the taps: all but the last side by side, then the last, which is as wide
    // as C_prev.
    let next: Widths = { ...widths, C_prev_prev: sum(this.enTaps.widths.slice(0, -1)) };
    let features = sum(this.gapTaps.widths);
    for (let j = 0; j < en_layers; j++) {
      const cell = makeCell(next, { kind: 'reduce', reduction: false, reduction_prev: false });
      this.en_cells.append(cell);
      widths = widthsAfter(widths, cell.multiplier);
      next = widths;
      const C_out = j + 1 === en_layers ? widths.C_prev : widths.C;
      this.restricted_ens_gap.append(new ReLUConvBN(widths.C_prev, C_out, 1, 1, 0));
      features += C_out;
    }
    const head = auxiliary && new AuxiliaryHead(C_to_auxiliary, num_classes, auxiliary);
    this.addClassifier(features, num_classes, head);
  }

  /**
   * Runs what `addHead` built. `last` holds the raw outputs of the convolution cells: the second
   * enhancement cell reads one.
   */
  protected head(last: LastTwo, gapTaps: Taps, enTaps: Taps): Tensor {
    const features = gapTaps.outputs;
    [...this.en_cells].forEach((cell, j) => {
      const [s0, s1] = j === 0 ? joined(enTaps.outputs) : [last.s0, last.s1];
      last.push(this.runCell(cell, s0, s1));
      features.push((this.restricted_ens_gap[j] as Module).call(last.s1));
    });
    return this.classify(torch.cat(features, 1));
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
