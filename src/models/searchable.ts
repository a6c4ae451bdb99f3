// What makes a network of search cells a supernet: architecture parameters beside its weights.
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import type { Parameter } from '../nn/index.js';
import type { ArchParameters } from './arch_parameters.js';
import type { CellNetwork } from './cell_network.js';
import type { Genotype } from './genotype.js';
import type { SearchCell } from './search_cell.js';

/**
 * A supernet. The architecture parameters are no members of `parameters()` and `state_dict()`, as in the
 * original: an optimizer of their own moves them. They follow `to()` and `dispose()`.
 */
export interface Searchable {
  /** [edges, primitives], of the convolution cells (the normal cells of DARTS). */
  readonly alphas_normal: Parameter;
  /** [edges, primitives], of the enhancement cells (the reduction cells of DARTS). */
  readonly alphas_reduce: Parameter;
  /** [edges], as `alphas_normal`; null without edge normalisation. */
  readonly betas_normal: Parameter | null;
  /** [edges], as `alphas_reduce`; null without edge normalisation. */
  readonly betas_reduce: Parameter | null;
  /** All of them, in the order above. */
  arch_parameters(): Parameter[];
  /** The architecture that they stand for now. */
  genotype(): Genotype;
  /** Their owner. A constructor sets it when all modules are built: the order decides the random stream. */
  arch: ArchParameters;
  /** Runs one of the cells as the network stands now. */
  runCell(cell: SearchCell, s0: Tensor, s1: Tensor): Tensor;
}

// biome-ignore lint/suspicious/noExplicitAny: TypeScript asks this of the class that a mixin extends
type Constructor<T> = abstract new (...args: any[]) => T;

/** The topology `Base` as a supernet. */
export function searchable<B extends Constructor<CellNetwork<SearchCell>>>(
  Base: B,
): B & Constructor<Searchable> {
  abstract class SearchableNetwork extends Base implements Searchable {
    declare arch: ArchParameters;

    get alphas_normal() {
      return this.arch.alphas_normal;
    }

    get alphas_reduce() {
      return this.arch.alphas_reduce;
    }

    get betas_normal() {
      return this.arch.betas_normal;
    }

    get betas_reduce() {
      return this.arch.betas_reduce;
    }

    arch_parameters(): Parameter[] {
      return this.arch.all;
    }

    genotype(): Genotype {
      return this.arch.genotype();
    }

    // Weights for each cell, not once for all of a kind: gradients then add up in the original's order.
    override runCell(cell: SearchCell, s0: Tensor, s1: Tensor): Tensor {
      return torch.tidy(() => cell.call(s0, s1, ...this.arch.weights(cell.kind)));
    }

    override to(target: Parameters<CellNetwork<SearchCell>['to']>[0]): this {
      super.to(target);
      for (const parameter of this.arch_parameters()) parameter.to_(target);
      return this;
    }

    override dispose(): void {
      super.dispose();
      for (const parameter of this.arch_parameters()) parameter.dispose();
    }
  }
  return SearchableNetwork;
}
