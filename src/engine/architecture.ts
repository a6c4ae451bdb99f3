// How decided a search is: figures of its architecture parameters and of the genotype they stand for.

import * as torch from 'torch-js';
import type { Genotype } from '../models/genotypes.js';
import type { Searchable } from '../models/searchable.js';

/**
 * The entropy of the softmax over operations, for each edge, in nats: log(operations) when nothing
 * is decided, 0 when all is.
 *
 * @param alphas `[edges, operations]`
 */
export function edgeEntropy(alphas: torch.Tensor): number[] {
  return torch.tidy(() =>
    torch.no_grad(() => {
      const log = alphas.log_softmax(-1);
      return log.exp().mul(log).sum(-1).neg().tolist() as number[];
    }),
  );
}

/** What the architecture parameters weigh, each a softmax. */
export interface ArchitectureWeights {
  /** A row an edge. */
  operations: number[][];
  /** Among the edges of a node; null without edge normalisation. */
  edges: number[] | null;
}

/** The weights in cells of either kind. */
export function architectureWeights(model: Searchable): Record<string, ArchitectureWeights> {
  const weights = (kind: 'normal' | 'reduce') =>
    torch.tidy(() =>
      torch.no_grad(() => {
        const [operations, edges] = model.arch.weights(kind);
        return {
          operations: operations.tolist() as number[][],
          edges: edges && (edges.tolist() as number[]),
        };
      }),
    );
  return { normal: weights('normal'), reduce: weights('reduce') };
}

/** How many edges are skip connections: their number growing is how searches of this family collapse. */
export function skipCount({ normal, reduce }: Genotype): { normal: number; reduce: number } {
  const count = (edges: Genotype['normal']) =>
    edges.filter(([operation]) => operation === 'skip_connect').length;
  return { normal: count(normal), reduce: count(reduce) };
}
