// The full mixed operation: every primitive at once, weighted; follows `MixedOp` of the original's
// B-DARTS folder.
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { BatchNorm2d, Module, ModuleList, Sequential } from '../nn/index.js';
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

/** The sum of weights[o] * o(x) over all primitives o. */
export class MixedOp extends Module<[Tensor, Tensor]> {
  _ops: ModuleList;

  constructor(C: number, stride: number, primitives: readonly Primitive[] = PRIMITIVES) {
    super();
    this._ops = new ModuleList(
      primitives.map((primitive) => {
        const op = OPS[primitive](C, stride, false);
        // Pools end without the normalisation that puts the outputs of all operations on one scale.
        const isPool = primitive.includes('pool');
        return isPool ? new Sequential(op, new BatchNorm2d(C, { affine: false })) : op;
      }),
    );
  }

  override forward(x: Tensor, weights: Tensor): Tensor {
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
