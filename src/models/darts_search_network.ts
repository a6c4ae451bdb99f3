// The supernets of DARTS (arXiv 1806.09055) and PC-DARTS (arXiv 1907.05737), as baselines; follows
// `Network` in the `model_search.py` of either.
import { ArchParameters } from './arch_parameters.js';
import { DartsNetwork } from './darts_network.js';
import { requireIntegers } from './integers.js';
import type { SearchCell } from './search_cell.js';
import { completeSearchOptions, type SearchOptions, searchCells } from './search_options.js';
import { searchable } from './searchable.js';

export interface DartsSearchNetworkOptions extends SearchOptions {
  /**
   * Cells; those at a third and at two thirds double channels and halve height and width. At least 3,
   * default 8.
   */
  layers?: number;
}

/**
 * [N, in_channels, H, W] to logits [N, num_classes]. As it is the network of DARTS; with `k: 4` and
 * `betas: true` that of PC-DARTS. Both search at C = 16.
 *
 * @throws RangeError for an option out of range
 */
export class DartsSearchNetwork extends searchable(DartsNetwork<SearchCell>) {
  readonly options: Readonly<Required<DartsSearchNetworkOptions>>;

  constructor({ layers = 8, ...rest }: DartsSearchNetworkOptions) {
    const owner = 'DartsSearchNetwork';
    requireIntegers(owner, { layers }, 3);
    const common = completeSearchOptions(owner, rest);
    const stem_channels = common.stem_multiplier * common.C;
    super({ ...common, layers, stem_channels, makeCell: searchCells(common) });
    this.options = { ...common, layers };
    this.arch = new ArchParameters(common);
  }
}
