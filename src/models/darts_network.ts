// The topology of DARTS (arXiv 1806.09055), a chain of cells alone: baseline beside the broad networks;
// follows `model.py` and `model_search.py` of DARTS.
import type { Tensor } from 'torch-js';
import { ModuleList } from '../nn/index.js';
import { type AuxiliaryForm, AuxiliaryHead } from './auxiliary_head.js';
import {
  type CellModule,
  CellNetwork,
  type CellPlace,
  LastTwo,
  type Widths,
  widthsAfter,
} from './cell_network.js';
import { makeStem, runStem, type StemName } from './stem.js';

export interface ChainOptions<Cell> {
  stem: StemName;
  in_channels: number;
  stem_channels: number;
  /** Channels of the nodes before the first doubling. */
  C: number;
  layers: number;
  num_classes: number;
  makeCell(widths: Widths, place: CellPlace): Cell;
  /** Of the auxiliary head, if there is one. */
  auxiliary?: AuxiliaryForm;
}

/** Cells in a row; those at a third and at two thirds double channels and halve height and width. */
export abstract class DartsNetwork<Cell extends CellModule> extends CellNetwork<Cell> {
  declare cells: ModuleList<Cell>;
  readonly #lastReduction: number;

  constructor(options: ChainOptions<Cell>) {
    super();
    const { stem, in_channels, stem_channels, C, layers, num_classes, makeCell } = options;
    Object.assign(this, makeStem(stem, in_channels, stem_channels));
    this.cells = new ModuleList();
    const reductions = [Math.floor(layers / 3), Math.floor((2 * layers) / 3)];
    this.#lastReduction = Math.max(...reductions);
    let widths: Widths = { C_prev_prev: stem_channels, C_prev: stem_channels, C };
    let reduction_prev = stem === 'imagenet';
    let C_to_auxiliary = 0;
    for (let i = 0; i < layers; i++) {
      const reduction = reductions.includes(i);
      if (reduction) widths = { ...widths, C: 2 * widths.C };
      const kind = reduction ? 'reduce' : 'normal';
      const cell = makeCell(widths, { kind, reduction, reduction_prev });
      this.cells.append(cell);
      widths = widthsAfter(widths, cell.multiplier);
      if (i === this.#lastReduction) C_to_auxiliary = widths.C_prev;
      reduction_prev = reduction;
    }
    const { auxiliary } = options;
    const head = auxiliary && new AuxiliaryHead(C_to_auxiliary, num_classes, auxiliary);
    this.addClassifier(widths.C_prev, num_classes, head);
  }

  protected override logits(input: Tensor, tap?: (features: Tensor) => void): Tensor {
    const last = new LastTwo(...runStem(this, input));
    [...this.cells].forEach((cell, i) => {
      last.push(this.runCell(cell, last.s0, last.s1));
      if (i === this.#lastReduction) tap?.(last.s1);
    });
    return this.classify(last.s1);
  }
}
