// From architecture parameters to a genotype; follows `Network.genotype` in `model_search_b.py` of
// the original.
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import type { Edge, Genotype, Primitive } from './genotype.js';

export interface DeriveOptions {
  /** The operation of each column of the alphas. */
  primitives: readonly Primitive[];
  /** Inner nodes of a cell. */
  steps: number;
  /** How many of the last nodes are concatenated. */
  multiplier: number;
}

/**
 * Each node keeps the two edges whose strongest operation other than `none` weighs most, strongest first,
 * and each of these edges keeps that operation; ties go to the lower edge and the earlier column. Weights
 * are the softmax of the alphas' rows, taken in the alphas' own dtype: in another one ties come out otherwise.
 *
 * @param alphas_normal [edges, primitives], of the convolution cells
 * @param alphas_reduce [edges, primitives], of the enhancement cells
 * @throws RangeError if the softmax of a row is not a number
 */
export function deriveGenotype(
  alphas_normal: Tensor,
  alphas_reduce: Tensor,
  { primitives, steps, multiplier }: DeriveOptions,
): Genotype {
  const concat = Array.from({ length: multiplier }, (_, i) => steps + 2 - multiplier + i);
  return {
    normal: strongestEdges(weightRows('alphas_normal', alphas_normal), primitives, steps),
    normal_concat: concat,
    reduce: strongestEdges(weightRows('alphas_reduce', alphas_reduce), primitives, steps),
    reduce_concat: [...concat],
  };
}

function weightRows(name: string, alphas: Tensor): number[][] {
  const rows = torch.tidy(() => torch.softmax(alphas.detach(), -1).tolist()) as number[][];
  rows.forEach((row, edge) => {
    if (row.some(Number.isNaN)) {
      throw new RangeError(
        `${name}: the softmax of row ${edge} is not a number; the search has diverged`,
      );
    }
  });
  return rows;
}

function strongestEdges(
  rows: readonly (readonly number[])[],
  primitives: readonly Primitive[],
  steps: number,
): Edge[] {
  const edges: Edge[] = [];
  let start = 0;
  for (let node = 0; node < steps; node++) {
    const candidates = rows
      .slice(start, start + node + 2)
      .map((row, input) => ({ input, ...strongestOperation(row, primitives) }));
    candidates.sort((a, b) => b.weight - a.weight);
    edges.push(...candidates.slice(0, 2).map(({ operation, input }): Edge => [operation, input]));
    start += node + 2;
  }
  return edges;
}

function strongestOperation(
  row: readonly number[],
  primitives: readonly Primitive[],
): { operation: Primitive; weight: number } {
  return primitives
    .map((operation, column) => ({ operation, weight: row[column] as number }))
    .filter(({ operation }) => operation !== 'none')
    .reduce((best, other) => (other.weight > best.weight ? other : best));
}
