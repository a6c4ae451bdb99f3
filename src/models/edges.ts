// The edges of a search cell: node i has one from each of the i + 2 states before it.
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';

/** The number of edges of a cell of `steps` nodes, which is the number of rows of its alphas. */
export function edgeCount(steps: number): number {
  return (steps * (steps + 3)) / 2;
}

/**
 * Edge normalisation (PC-DARTS, arXiv 1907.05737): the softmax of betas [edges] over the edges of each
 * node.
 *
 * @returns [edges]
 */
export function edgeWeights(betas: Tensor, steps: number): Tensor {
  const edgesOf = Array.from({ length: steps }, (_, node) => node + 2);
  const nodes = torch.split_with_sizes(betas, edgesOf).map((part) => torch.softmax(part, -1));
  return torch.cat(nodes);
}
