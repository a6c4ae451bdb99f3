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

/** The architecture parameters of a supernet, by their names. */
export function archParameters(model: Searchable): Record<string, torch.Tensor> {
  const { alphas_normal, alphas_reduce, betas_normal, betas_reduce } = model;
  const betas = betas_normal && betas_reduce && { betas_normal, betas_reduce };
  return { alphas_normal, alphas_reduce, ...betas };
}

/** What the architecture parameters weigh, each a softmax. */
export interface ArchitectureWeights {
  /** A row an edge. */
  operations: number[][];
  /** Among the edges of a node; null without edge normalisation. */
  edges: number[] | null;
}

/** What is to be put down of the architecture of a supernet. */
export function architectureFigures(model: Searchable) {
  const edge_entropy = {
    normal: edgeEntropy(model.alphas_normal),
    reduce: edgeEntropy(model.alphas_reduce),
  };
  const parameters = Object.entries(archParameters(model));
  return {
    entropy: { normal: mean(edge_entropy.normal), reduce: mean(edge_entropy.reduce) },
    edge_entropy,
    architecture: Object.fromEntries(parameters.map(([name, each]) => [name, each.tolist()])),
    weights: { normal: weightsOf(model, 'normal'), reduce: weightsOf(model, 'reduce') },
  };
}

function weightsOf(model: Searchable, kind: 'normal' | 'reduce'): ArchitectureWeights {
  return torch.tidy(() =>
    torch.no_grad(() => {
      const [operations, edges] = model.arch.weights(kind);
      return {
        operations: operations.tolist() as number[][],
        edges: edges && (edges.tolist() as number[]),
      };
    }),
  );
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** How many edges are skip connections: their number growing is how searches of this family collapse. */
export function skipCount({ normal, reduce }: Genotype): { normal: number; reduce: number } {
  const count = (edges: Genotype['normal']) =>
    edges.filter(([operation]) => operation === 'skip_connect').length;
  return { normal: count(normal), reduce: count(reduce) };
}
