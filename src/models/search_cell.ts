// The cell that is searched: every edge a mixed operation; follows `Cell` in `model_search_b.py` of
// the original.
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { Module, ModuleList } from '../nn/index.js';
import type { EdgeFactory, EdgeOperation } from './mixed_op.js';
import { FactorizedReduce, ReLUConvBN } from './operations.js';
import { sumOfTerms } from './sum_of_terms.js';

export interface SearchCellOptions {
  /** Inner nodes; node i has an edge from each of the i + 2 states before it. */
  steps: number;
  /** How many of the last nodes are concatenated. */
  multiplier: number;
  /** Channels of the output of the cell before the previous one. */
  C_prev_prev: number;
  /** Channels of the output of the previous cell. */
  C_prev: number;
  /** Channels of every node. */
  C: number;
  /** Whether this cell halves height and width. */
  reduction: boolean;
  /** Whether the previous cell did, so that s0 is twice as high and wide as s1. */
  reduction_prev: boolean;
  edge: EdgeFactory;
}

/** The number of edges of a search cell, which is the number of rows of its alphas. */
export function edgeCount(steps: number): number {
  return (steps * (steps + 3)) / 2;
}

/**
 * (s0 [N, C_prev_prev, H0, W0], s1 [N, C_prev, H, W], weights [edges, primitives]) to
 * [N, multiplier * C, H', W'].
 */
export class SearchCell extends Module<[Tensor, Tensor, Tensor]> {
  preprocess0: FactorizedReduce | ReLUConvBN;
  preprocess1: ReLUConvBN;
  _ops: ModuleList<EdgeOperation>;
  /** How many states the output concatenates. */
  readonly multiplier: number;
  readonly #steps: number;

  constructor(options: SearchCellOptions) {
    super();
    const { steps, multiplier, C_prev_prev, C_prev, C, reduction, reduction_prev, edge } = options;
    this.#steps = steps;
    this.multiplier = multiplier;
    this.preprocess0 = reduction_prev
      ? new FactorizedReduce(C_prev_prev, C, false)
      : new ReLUConvBN(C_prev_prev, C, 1, 1, 0, false);
    this.preprocess1 = new ReLUConvBN(C_prev, C, 1, 1, 0, false);
    this._ops = new ModuleList();
    for (let node = 0; node < steps; node++) {
      for (let state = 0; state < node + 2; state++) {
        this._ops.append(edge(C, reduction && state < 2 ? 2 : 1));
      }
    }
  }

  override forward(s0: Tensor, s1: Tensor, weights: Tensor): Tensor {
    const states = [this.preprocess0.call(s0), this.preprocess1.call(s1)];
    let first = 0;
    for (let node = 0; node < this.#steps; node++) {
      const sum = sumOfTerms(states, (state, j) =>
        (this._ops[first + j] as EdgeOperation).call(state, weights.select(0, first + j)),
      );
      first += states.length;
      states.push(sum);
    }
    return torch.cat(states.slice(-this.multiplier), 1);
  }
}
