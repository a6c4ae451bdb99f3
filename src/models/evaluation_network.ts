// The network that is trained from a genotype, for small images; follows `Network` in the
// original's `BNASv2CLR/model_b.py`.
import type { Tensor } from 'torch-js';
import { BroadNetwork, LastTwo, type Widths, widthsAfter } from './broad_network.js';
import { Cell } from './cell.js';
import { checkGenotype, type Genotype } from './genotype.js';
import { requireEvenWidth, requireIntegers } from './integers.js';

const STEM_MULTIPLIER = 3;

export interface EvaluationNetworkOptions {
  /** Channels of the nodes before the first doubling; even. */
  C: number;
  num_classes: number;
  genotype: Genotype;
  /** Convolution cells, default 6. */
  layers?: number;
  /** Enhancement cells, default 2. */
  en_layers?: number;
  /**
   * How many of the convolution cells, spread evenly, double channels and halve height and width; 2 to
   * `layers`, default 2.
   */
  pool_time?: number;
  /** 3 (default), or 1 for grey images. */
  in_channels?: number;
}

/**
 * [N, in_channels, H, W] to logits [N, num_classes].
 *
 * @throws RangeError for an option out of range; TypeError or RangeError for an invalid genotype
 */
export class EvaluationNetwork extends BroadNetwork<Cell> {
  /** Probability of drop path in training, in [0, 1); the trainer raises it from epoch to epoch. */
  drop_path_prob = 0;
  readonly #poolLayers: readonly number[];

  constructor({
    C,
    num_classes,
    genotype,
    layers = 6,
    en_layers = 2,
    pool_time = 2,
    in_channels = 3,
  }: EvaluationNetworkOptions) {
    requireIntegers('EvaluationNetwork', { C, num_classes, en_layers, in_channels });
    requireIntegers('EvaluationNetwork', { pool_time }, 2);
    requireIntegers('EvaluationNetwork', { layers }, pool_time);
    requireEvenWidth('EvaluationNetwork', C);
    const checked = checkGenotype(genotype);
    const stem_channels = STEM_MULTIPLIER * C;
    super(in_channels, stem_channels);

    const distance = Math.floor(layers / pool_time);
    const poolLayers = Array.from({ length: pool_time }, (_, i) => (i + 1) * distance - 1);
    this.#poolLayers = poolLayers;

    const makeCell = (
      widths: Widths,
      kind: { reduction: boolean; reduction_prev: boolean; enhancement: boolean },
    ) => new Cell({ genotype: checked, ...widths, ...kind });
    let widths: Widths = { C_prev_prev: stem_channels, C_prev: stem_channels, C };
    for (let i = 0; i < layers; i++) {
      const reduction = poolLayers.includes(i);
      if (reduction) widths = { ...widths, C: 2 * widths.C };
      const reduction_prev = poolLayers.includes(i - 1);
      const cell = makeCell(widths, { reduction, reduction_prev, enhancement: false });
      this.conv_cells.append(cell);
      widths = widthsAfter(widths, cell.multiplier);
      if (poolLayers.includes(i + 1)) this.gapTaps.add(widths.C_prev, widths.C);
      if (reduction) {
        this.enTaps.add(widths.C_prev, i === poolLayers.at(-1) ? widths.C_prev : widths.C);
      }
    }
    this.gapTaps.reduce();
    this.addHead(en_layers, num_classes, widths, (next) =>
      makeCell(next, { reduction: false, reduction_prev: false, enhancement: true }),
    );
  }

  override forward(input: Tensor): Tensor {
    const run = (cell: Cell, s0: Tensor, s1: Tensor) => cell.call(s0, s1, this.drop_path_prob);
    const gapTaps = this.gapTaps.begin();
    const enTaps = this.enTaps.begin();
    const last = new LastTwo(this.stem.call(input));
    [...this.conv_cells].forEach((cell, i) => {
      last.push(run(cell, last.s0, last.s1));
      if (this.#poolLayers.includes(i + 1)) gapTaps.add(last.s1);
      if (this.#poolLayers.includes(i)) enTaps.add(last.s1);
      if (i === this.#poolLayers.at(-1)) gapTaps.reduce();
    });
    return this.head(last, gapTaps, enTaps, run);
  }
}
