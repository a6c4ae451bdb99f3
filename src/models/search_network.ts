// The broad supernets B-DARTS and B-PC-DARTS; follows `Network` in the original's
// `BNASv2CLR/model_search_b.py`, `BNASv2PC/model_search_b.py` and `model_search_imagenet_b.py`.
import type { Tensor } from 'torch-js';
import { ArchParameters } from './arch_parameters.js';
import { BroadNetwork } from './broad_network.js';
import { LastTwo, type Widths, widthsAfter } from './cell_network.js';
import { requireIntegers } from './integers.js';
import type { SearchCell } from './search_cell.js';
import { completeSearchOptions, type SearchOptions, searchCells } from './search_options.js';
import { searchable } from './searchable.js';
import { runStem } from './stem.js';

export interface SearchNetworkOptions extends SearchOptions {
  /**
   * Convolution cells, each of which doubles channels and halves height and width; at least 2,
   * default 2.
   */
  layers?: number;
  /** Enhancement cells, default 1. */
  en_layers?: number;
}

/**
 * [N, in_channels, H, W] to logits [N, num_classes]. As it is B-DARTS; with `k` and `betas` B-PC-DARTS.
 *
 * @throws RangeError for an option out of range
 */
export class SearchNetwork extends searchable(BroadNetwork<SearchCell>) {
  readonly options: Readonly<Required<SearchNetworkOptions>>;

  constructor({ layers = 2, en_layers = 1, ...rest }: SearchNetworkOptions) {
    const owner = 'SearchNetwork';
    requireIntegers(owner, { layers }, 2);
    requireIntegers(owner, { en_layers });
    const common = completeSearchOptions(owner, rest);
    const { C, num_classes, multiplier, stem } = common;
    const stem_channels = common.stem_multiplier * C;
    super(stem, common.in_channels, stem_channels);
    this.options = { ...common, layers, en_layers };

    const makeCell = searchCells(common);
    let widths: Widths = { C_prev_prev: stem_channels, C_prev: stem_channels, C };
    for (let i = 0; i < layers; i++) {
      this.gapTaps.add(widths.C_prev, widths.C);
      widths = { ...widths, C: 2 * widths.C };
      const reduction_prev = i > 0 || stem === 'imagenet';
      this.conv_cells.append(makeCell(widths, { kind: 'normal', reduction: true, reduction_prev }));
      widths = widthsAfter(widths, multiplier);
      this.enTaps.add(widths.C_prev, i + 1 === layers ? widths.C_prev : widths.C);
    }
    this.gapTaps.reduce();
    this.addHead({ en_layers, num_classes, widths, makeCell });
    this.arch = new ArchParameters(common);
  }

  protected override logits(input: Tensor): Tensor {
    const gapTaps = this.gapTaps.begin();
    const enTaps = this.enTaps.begin();
    const last = new LastTwo(...runStem(this, input));
    [...this.conv_cells].forEach((cell, i) => {
      gapTaps.add(last.s1);
      if (i + 1 === this.conv_cells.length) gapTaps.reduce();
      last.push(this.runCell(cell, last.s0, last.s1));
      enTaps.add(last.s1);
    });
    return this.head(last, gapTaps, enTaps);
  }
}
