// The cell that is searched: every edge a mixed operation; follows `Cell` in `model_search_b.py` of
// the original.
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { Module, ModuleList } from '../nn/index.js';
import type { CellPlace, Widths } from './cell_network.js';
import type { Execution } from './execution.js';
import { fusedNodes, fusedServes } from './fused_cell.js';
import type { CellKind } from './genotype.js';
import { type EdgeFactory, type EdgeOperation, MixedOp } from './mixed_op.js';
import { FactorizedReduce, ReLUConvBN } from './operations.js';
import { sumOfTerms } from './sum_of_terms.js';

export interface SearchCellOptions extends Widths, CellPlace {
  /** Inner nodes; node i has an edge from each of the i + 2 states before it. */
  steps: number;
  /** How many of the last nodes are concatenated. */
  multiplier: number;
  edge: EdgeFactory;
  /**
   * Quirk of the original: in training every edge runs twice, and the running statistics move twice; only
   * the second result counts. Default false.
   */
  double_edge_eval?: boolean;
}

/**
 * (s0 [N, C_prev_prev, H0, W0], s1 [N, C_prev, H, W], weights [edges, primitives], and if nodes weigh their
 * edges too, these weights [edges]) to [N, multiplier * C, H', W'].
 */
export class SearchCell extends Module<[Tensor, Tensor, Tensor, (Tensor | null)?]> {
  preprocess0: FactorizedReduce | ReLUConvBN;
  preprocess1: ReLUConvBN;
  _ops: ModuleList<EdgeOperation>;
  readonly kind: CellKind;
  execution: Execution = 'plain';
  /** How many states the output concatenates. */
  readonly multiplier: number;
  readonly #steps: number;
  readonly #runs: number;

  constructor(options: SearchCellOptions) {
    super();
    const { steps, multiplier, C_prev_prev, C_prev, C, reduction, reduction_prev, edge } = options;
    this.kind = options.kind;
    this.multiplier = multiplier;
    this.#steps = steps;
    this.#runs = options.double_edge_eval ? 2 : 1;
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

  override forward(
    s0: Tensor,
    s1: Tensor,
    weights: Tensor,
    edgeWeights: Tensor | null = null,
  ): Tensor {
    const states = [this.preprocess0.call(s0), this.preprocess1.call(s1)];
    const nodes =
      this.#fused(states, weights, edgeWeights) ?? this.#plain(states, weights, edgeWeights);
    return torch.cat(nodes.slice(-this.multiplier), 1);
  }

  /** All states, or null where the kernels do not serve. */
  #fused(first: Tensor[], weights: Tensor, edgeWeights: Tensor | null): Tensor[] | null {
    if (this.execution === 'plain' || this.#runs > 1) return null;
    const edges = [...this._ops].filter((edge) => edge instanceof MixedOp);
    if (edges.length < this._ops.length || !fusedServes(edges, first)) return null;
    const { training } = this;
    return fusedNodes(first, { edges, weights, edgeWeights, steps: this.#steps, training });
  }

  #plain(states: Tensor[], weights: Tensor, edgeWeights: Tensor | null): Tensor[] {
    let first = 0;
    for (let node = 0; node < this.#steps; node++) {
      const sum = sumOfTerms(states, (state, j) => {
        const output = this.#edge(first + j, state, weights.select(0, first + j));
        return edgeWeights ? edgeWeights.select(0, first + j).mul(output) : output;
      });
      first += states.length;
      states.push(sum);
    }
    return states;
  }

  #edge(index: number, state: Tensor, weights: Tensor): Tensor {
    const edge = this._ops[index] as EdgeOperation;
    if (this.training) {
      for (let run = 1; run < this.#runs; run++) {
        torch.no_grad(() => edge.call(state, weights)).dispose();
      }
    }
    return edge.call(state, weights);
  }
}
