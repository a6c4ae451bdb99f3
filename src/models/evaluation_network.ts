// The broad networks that are trained from a genotype; follows `Network` in the original's
// `BNASv2CLR/model_b.py`, and `NetworkCIFAR`, `NetworkImageNet_b2` and `_b5` in its `BNASv2PC/model_b.py`.
import type { Tensor } from 'torch-js';
import { BroadNetwork } from './broad_network.js';
import { Cell } from './cell.js';
import { type CellPlace, LastTwo, type Widths, widthsAfter } from './cell_network.js';
import { evaluable } from './evaluable.js';
import { checkGenotype, type Genotype } from './genotype.js';
import { requireEvenWidth, requireIntegers } from './integers.js';
import { runStem, type StemName } from './stem.js';

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
   * `layers`, default 2, with stem `imagenet_b5` 5.
   */
  pool_time?: number;
  /** 3 (default), or 1 for grey images. */
  in_channels?: number;
  /**
   * `cifar` (default) for small images, `imagenet` for large ones (the original's b2), `imagenet_b5` for
   * large ones at full size.
   */
  stem?: StemName;
  /** Whether the last halving cell gets an auxiliary head, trained by `callWithAuxiliary`; default false. */
  auxiliary?: boolean;
  /** Quirk of the original: with an ImageNet stem there is no drop path, whatever its probability. */
  imagenet_drop_path_dead?: boolean;
}

/**
 * [N, in_channels, H, W] to logits [N, num_classes].
 *
 * @throws RangeError for an option out of range; TypeError or RangeError for an invalid genotype
 */
export class EvaluationNetwork extends evaluable(BroadNetwork<Cell>) {
  readonly #poolLayers: readonly number[];
  readonly #dropPathDead: boolean;

  constructor({
    C,
    num_classes,
    genotype,
    layers = 6,
    en_layers = 2,
    stem = 'cifar',
    pool_time = stem === 'imagenet_b5' ? 5 : 2,
    in_channels = 3,
    auxiliary = false,
    imagenet_drop_path_dead = false,
  }: EvaluationNetworkOptions) {
    const owner = 'EvaluationNetwork';
    requireIntegers(owner, { C, num_classes, en_layers, in_channels });
    requireIntegers(owner, { pool_time }, 2);
    requireIntegers(owner, { layers }, pool_time);
    requireEvenWidth(owner, C);
    const checked = checkGenotype(genotype);
    const stem_channels = stem === 'imagenet' ? C : 3 * C;
    super(stem, in_channels, stem_channels);
    this.#dropPathDead = imagenet_drop_path_dead && stem !== 'cifar';

    const distance = Math.floor(layers / pool_time);
    const poolLayers = Array.from({ length: pool_time }, (_, i) => (i + 1) * distance - 1);
    this.#poolLayers = poolLayers;

    const makeCell = (widths: Widths, place: CellPlace) =>
      new Cell({ genotype: checked, ...widths, ...place });
    let widths: Widths = { C_prev_prev: stem_channels, C_prev: stem_channels, C };
    let reduction_prev = stem === 'imagenet';
    for (let i = 0; i < layers; i++) {
      const reduction = poolLayers.includes(i);
      if (reduction) widths = { ...widths, C: 2 * widths.C };
      const cell = makeCell(widths, { kind: 'normal', reduction, reduction_prev });
      this.conv_cells.append(cell);
      widths = widthsAfter(widths, cell.multiplier);
      if (poolLayers.includes(i + 1)) this.gapTaps.add(widths.C_prev, widths.C);
      if (reduction) {
        this.enTaps.add(widths.C_prev, i === poolLayers.at(-1) ? widths.C_prev : widths.C);
      }
      reduction_prev = reduction;
    }
    this.gapTaps.reduce();
    this.addHead({
      en_layers,
      num_classes,
      widths,
      makeCell,
      auxiliary: auxiliary ? (stem === 'cifar' ? 'cifar' : 'imagenet') : undefined,
    });
  }

  override runCell(cell: Cell, s0: Tensor, s1: Tensor): Tensor {
    return this.#dropPathDead ? cell.call(s0, s1, 0) : super.runCell(cell, s0, s1);
  }

  protected override logits(input: Tensor, tap?: (features: Tensor) => void): Tensor {
    const gapTaps = this.gapTaps.begin();
    const enTaps = this.enTaps.begin();
    const last = new LastTwo(...runStem(this, input));
    [...this.conv_cells].forEach((cell, i) => {
      last.push(this.runCell(cell, last.s0, last.s1));
      if (this.#poolLayers.includes(i + 1)) gapTaps.add(last.s1);
      if (this.#poolLayers.includes(i)) enTaps.add(last.s1);
      if (i === this.#poolLayers.at(-1)) {
        gapTaps.reduce();
        tap?.(last.s1);
      }
    });
    return this.head(last, gapTaps, enTaps);
  }
}
