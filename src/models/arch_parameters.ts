// The parameters that a search moves, and what they weigh; follows `_initialize_alphas` and `genotype` of
// the original's search networks.
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { Parameter } from '../nn/index.js';
import { type DeriveOptions, deriveGenotype } from './derive_genotype.js';
import { edgeCount, edgeWeights } from './edges.js';
import type { CellKind, Genotype } from './genotype.js';

export interface ArchOptions extends DeriveOptions {
  /** Whether nodes weigh their edges too. */
  betas: boolean;
}

/** Drawn from the default generator, a thousandth of a normal deviate each, in the order of `all`. */
export class ArchParameters {
  /** [edges, primitives], of the convolution cells. */
  readonly alphas_normal: Parameter;
  /** [edges, primitives], of the enhancement cells. */
  readonly alphas_reduce: Parameter;
  /** [edges], of the convolution cells; null without edge normalisation. */
  readonly betas_normal: Parameter | null;
  /** [edges], of the enhancement cells; null without edge normalisation. */
  readonly betas_reduce: Parameter | null;

  constructor(private readonly options: ArchOptions) {
    const edges = edgeCount(options.steps);
    const draw = (shape: number[]) => new Parameter(torch.randn(shape).mul_(1e-3));
    const alphas = () => draw([edges, options.primitives.length]);
    const betas = () => (options.betas ? draw([edges]) : null);
    this.alphas_normal = alphas();
    this.alphas_reduce = alphas();
    this.betas_normal = betas();
    this.betas_reduce = betas();
  }

  get all(): Parameter[] {
    const { alphas_normal, alphas_reduce, betas_normal, betas_reduce } = this;
    return [alphas_normal, alphas_reduce, betas_normal, betas_reduce].filter((p) => p !== null);
  }

  /**
   * The weights of the operations, [edges, primitives], and of the edges, [edges] or null, in cells of a
   * kind.
   */
  weights(kind: CellKind): [operations: Tensor, edges: Tensor | null] {
    const betas = this[`betas_${kind}`];
    return [
      torch.softmax(this[`alphas_${kind}`], -1),
      betas && edgeWeights(betas, this.options.steps),
    ];
  }

  /** The architecture that they stand for now. */
  genotype(): Genotype {
    const { alphas_normal, alphas_reduce, betas_normal, betas_reduce } = this;
    const betas = betas_normal && betas_reduce && { betas_normal, betas_reduce };
    return deriveGenotype(alphas_normal, alphas_reduce, { ...this.options, ...betas });
  }
}
