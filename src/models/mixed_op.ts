// The mixed operation: every primitive at once, weighted; follows `MixedOp` of the original's B-DARTS
// folder, and with partial channels that of its B-PC-DARTS folder (PC-DARTS, arXiv 1907.05737).
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { BatchNorm2d, MaxPool2d, Module, ModuleList, Sequential } from '../nn/index.js';
import { PRIMITIVES, type Primitive } from './genotype.js';
import { OPS } from './operations.js';
import { sumOfTerms } from './sum_of_terms.js';

/**
 * An edge of a search cell: (x [N, C, H, W], weights [primitives]) to a tensor of its own, [N, C,
 * H', W'].
 */
export type EdgeOperation = Module<[Tensor, Tensor]>;

/** Makes the edges of a search cell: what the search methods differ in. */
export type EdgeFactory = (C: number, stride: number) => EdgeOperation;

export interface PartialOptions {
  /**
   * One channel in k goes through the operations, the others pass by (through 2x2 max pooling at stride 2);
   * then all are shuffled in k groups. Must divide C; default 1: every channel goes through.
   */
  k?: number;
  /** Quirk of the original: rounds the size of the pooled channels down, which fails at odd sizes. */
  max_pool_floor?: boolean;
}

/** Deals the channels of x [N, C, H, W] out in turns: the first of each of `groups` groups, the second of each … */
export function channel_shuffle(x: Tensor, groups: number): Tensor {
  return x
    .unflatten(1, [groups, x.size(1) / groups])
    .transpose(1, 2)
    .flatten(1, 2);
}

/** The sum of weights[o] * o(x) over all primitives o, of every k-th channel. */
export class MixedOp extends Module<[Tensor, Tensor]> {
  _ops: ModuleList;
  /** For the channels that pass by; null where they pass unchanged. */
  mp: MaxPool2d | null;
  readonly k: number;
  readonly max_pool_floor: boolean;

  constructor(
    C: number,
    readonly stride: number,
    readonly primitives: readonly Primitive[] = PRIMITIVES,
    { k = 1, max_pool_floor = false }: PartialOptions = {},
  ) {
    super();
    if (!(Number.isInteger(k) && k > 0 && C % k === 0)) {
      throw new RangeError(`MixedOp: k must divide the ${C} channels, got ${k}`);
    }
    this.k = k;
    this.max_pool_floor = max_pool_floor;
    const width = C / k;
    this._ops = new ModuleList(
      primitives.map((primitive) => {
        const op = OPS[primitive](width, stride, false);
        // Pools end without the normalisation that puts the outputs of all operations on one scale.
        const isPool = primitive.includes('pool');
        return isPool ? new Sequential(op, new BatchNorm2d(width, { affine: false })) : op;
      }),
    );
    const passBy = k > 1 && stride === 2;
    this.mp = passBy ? new MaxPool2d(2, { stride: 2, ceil_mode: !max_pool_floor }) : null;
  }

  override forward(x: Tensor, weights: Tensor): Tensor {
    if (this.k === 1) return this.#mixed(x, weights);
    const width = x.size(1) / this.k;
    const mixed = torch.tidy(() => this.#mixed(x.narrow(1, 0, width), weights));
    const others = x.narrow(1, width, x.size(1) - width);
    const joined = torch.cat([mixed, this.mp === null ? others : this.mp.call(others)], 1);
    return channel_shuffle(joined, this.k);
  }

  #mixed(x: Tensor, weights: Tensor): Tensor {
    const ops = [...this._ops];
    const scalars = weights.unbind(0);
    if (scalars.length !== ops.length) {
      throw new RangeError(
        `MixedOp: weights must hold one weight for each of ${ops.length} operations, got ${scalars.length}`,
      );
    }
    return sumOfTerms(ops, (op, i) => torch.mul(scalars[i] as Tensor, op.call(x)));
  }
}
