// The cell of a found architecture; follows `Cell` in `model_b.py` of the original.
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { Identity, Module, ModuleList } from '../nn/index.js';
import type { CellPlace, Widths } from './cell_network.js';
import { drop_path } from './drop_path.js';
import type { Edge, Genotype } from './genotype.js';
import { FactorizedReduce, OPS, ReLUConvBN } from './operations.js';

export interface CellOptions extends Widths, CellPlace {
  genotype: Genotype;
}

/**
 * (s0 [N, C_prev_prev, H0, W0], s1 [N, C_prev, H, W], drop path probability) to
 * [N, multiplier * C, H', W'].
 */
export class Cell extends Module<[Tensor, Tensor, number]> {
  preprocess0: FactorizedReduce | ReLUConvBN;
  preprocess1: ReLUConvBN;
  _ops: ModuleList;
  /** How many states the output concatenates. */
  readonly multiplier: number;
  readonly #edges: readonly Edge[];
  readonly #concat: readonly number[];

  constructor(options: CellOptions) {
    super();
    const { genotype, kind, C_prev_prev, C_prev, C, reduction, reduction_prev } = options;
    this.#edges = genotype[kind];
    this.#concat = genotype[`${kind}_concat`];
    this.multiplier = this.#concat.length;
    this.preprocess0 = reduction_prev
      ? new FactorizedReduce(C_prev_prev, C)
      : new ReLUConvBN(C_prev_prev, C, 1, 1, 0);
    this.preprocess1 = new ReLUConvBN(C_prev, C, 1, 1, 0);
    this._ops = new ModuleList(
      this.#edges.map(([operation, input]) =>
        OPS[operation](C, reduction && input < 2 ? 2 : 1, true),
      ),
    );
  }

  override forward(s0: Tensor, s1: Tensor, drop_path_prob: number): Tensor {
    const states = [this.preprocess0.call(s0), this.preprocess1.call(s1)];
    for (let first = 0; first < this.#edges.length; first += 2) {
      states.push(torch.tidy(() => this.#node(first, states, drop_path_prob)));
    }
    const parts = this.#concat.map((state) => states[state] as Tensor);
    return torch.cat(parts, 1);
  }

  /** The sum of the edges `first` and `first + 1`. */
  #node(first: number, states: readonly Tensor[], drop_path_prob: number): Tensor {
    const run = (edge: number): Tensor => {
      const [, input] = this.#edges[edge] as Edge;
      return (this._ops[edge] as Module).call(states[input] as Tensor);
    };
    const drop = (edge: number, output: Tensor): void => {
      if (!(this._ops[edge] instanceof Identity)) drop_path(output, drop_path_prob);
    };
    // Both operations run before the first mask is drawn: the order decides the random stream.
    const [h1, h2] = [run(first), run(first + 1)];
    if (this.training && drop_path_prob > 0) {
      drop(first, h1);
      drop(first + 1, h2);
    }
    return h1.add(h2);
  }
}
