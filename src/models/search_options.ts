// What search networks of both topologies have in common: options, their checks, and their cells.
import type { CellPlace, Widths } from './cell_network.js';
import { OPERATION_NAMES, PRIMITIVES, type Primitive } from './genotype.js';
import { requireEvenWidth, requireIntegers } from './integers.js';
import { MixedOp } from './mixed_op.js';
import { SearchCell } from './search_cell.js';

/** Quirks of the original, all off by default. */
export interface SearchQuirks {
  /** Partial channels are pooled with sizes rounded down: odd ones fail. */
  max_pool_floor?: boolean;
  /** With the ImageNet stem every edge runs twice in training, so that running statistics move twice. */
  double_edge_eval?: boolean;
}

export interface SearchOptions extends SearchQuirks {
  /** Channels of the nodes before the first doubling; even, and a multiple of k. */
  C: number;
  num_classes: number;
  /** Inner nodes of a cell, default 4. */
  steps?: number;
  /** How many of a cell's last nodes its output concatenates, default 4. */
  multiplier?: number;
  /** Channels of the stem in units of C, default 3. */
  stem_multiplier?: number;
  /** Default 3. */
  in_channels?: number;
  /** For small images (default) or for large ones, which it makes eight times smaller. */
  stem?: 'cifar' | 'imagenet';
  /** The search space, the columns of the alphas; default {@link PRIMITIVES}. */
  primitives?: readonly Primitive[];
  /** One channel in k is searched on, default 1 (all); PC-DARTS and B-PC-DARTS: 4, on ImageNet 2. */
  k?: number;
  /** Edge normalisation of PC-DARTS: nodes weigh their edges by betas of their own; default false. */
  betas?: boolean;
}

export type CompleteSearchOptions = Readonly<Required<SearchOptions>>;

/**
 * The options with their defaults.
 *
 * @param owner the network, for messages
 * @throws RangeError for an option out of range
 */
export function completeSearchOptions(
  owner: string,
  {
    C,
    num_classes,
    steps = 4,
    multiplier = 4,
    stem_multiplier = 3,
    in_channels = 3,
    stem = 'cifar',
    primitives = PRIMITIVES,
    k = 1,
    betas = false,
    max_pool_floor = false,
    double_edge_eval = false,
  }: SearchOptions,
): CompleteSearchOptions {
  const integers = { C, num_classes, steps, multiplier, stem_multiplier, in_channels, k };
  requireIntegers(owner, integers);
  requireEvenWidth(owner, C);
  if (C % k !== 0) throw new RangeError(`${owner}: C must be a multiple of k (${k}), got ${C}`);
  if (multiplier > steps) {
    throw new RangeError(
      `${owner}: multiplier must be at most steps (${steps}), got ${multiplier}`,
    );
  }
  if (stem !== 'cifar' && stem !== 'imagenet') {
    throw new RangeError(`${owner}: stem must be cifar or imagenet, got ${String(stem)}`);
  }
  const known = primitives.every((name) => OPERATION_NAMES.includes(name));
  const distinct = new Set(primitives).size === primitives.length;
  if (!known || !distinct || primitives.every((name) => name === 'none')) {
    throw new RangeError(
      `${owner}: primitives must be some of ${OPERATION_NAMES.join(', ')}, each once and not none ` +
        `alone, got ${primitives.join(', ')}`,
    );
  }
  return { ...integers, stem, primitives, betas, max_pool_floor, double_edge_eval };
}

/** Makes the cells of a search network. */
export function searchCells(
  options: CompleteSearchOptions,
): (widths: Widths, place: CellPlace) => SearchCell {
  const { steps, multiplier, primitives, k, stem, max_pool_floor, double_edge_eval } = options;
  return (widths, place) =>
    new SearchCell({
      ...widths,
      ...place,
      steps,
      multiplier,
      edge: (C, stride) => new MixedOp(C, stride, primitives, { k, max_pool_floor }),
      double_edge_eval: double_edge_eval && stem === 'imagenet',
    });
}
