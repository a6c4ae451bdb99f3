// From architecture parameters to a genotype; follows `Network.genotype` in `model_search_b.py` of
// the original.
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { edgeWeights } from './edges.js';
import type { CellKind, Edge, Genotype, Primitive } from './genotype.js';

export interface DeriveOptions {
  /** The operation of each column of the alphas. */
  primitives: readonly Primitive[];
  /** Inner nodes of a cell. */
  steps: number;
  /** How many of the last nodes are concatenated. */
  multiplier: number;
}

/** Of a search in which nodes weigh their edges: one beta for each row of alphas. */
export interface DeriveBetas {
  /** [edges], of the convolution cells. */
  betas_normal?: Tensor;
  /** [edges], of the enhancement cells. */
  betas_reduce?: Tensor;
}

/**
 * Each node keeps the two edges whose strongest operation other than `none` weighs most, strongest first,
 * and each of these edges keeps that operation; ties go to the lower edge and the earlier column. Weights
 * are the softmax of the alphas' rows, times the weight of the edge where there are betas, all in the alphas'
 * own dtype: in another one ties come out otherwise.
 *
 * @param alphas_normal [edges, primitives], of the convolution cells
 * @param alphas_reduce [edges, primitives], of the enhancement cells
 * @throws RangeError if the softmax of a row is not a number
 */
export function deriveGenotype(
  alphas_normal: Tensor,
  alphas_reduce: Tensor,
  { primitives, steps, multiplier, betas_normal, betas_reduce }: DeriveOptions & DeriveBetas,
): Genotype {
  const edges = (kind: CellKind, alphas: Tensor, betas?: Tensor) =>
    strongestEdges(weightRows(`alphas_${kind}`, alphas, steps, betas), primitives, steps);
  const concat = Array.from({ length: multiplier }, (_, i) => steps + 2 - multiplier + i);
  return {
    normal: edges('normal', alphas_normal, betas_normal),
    normal_concat: concat,
    reduce: edges('reduce', alphas_reduce, betas_reduce),
    reduce_concat: [...concat],
  };
}

function weightRows(name: string, alphas: Tensor, steps: number, betas?: Tensor): number[][] {
  const rows = torch.tidy(() => {
    const operations = torch.softmax(alphas.detach(), -1);
    return betas
      ? operations.mul(edgeWeights(betas.detach(), steps).unsqueeze(1)).tolist()
      : operations.tolist();
  }) as number[][];
  rows.forEach((row, edge) => {
    if (row.some(Number.isNaN)) {
      throw new RangeError(
        `${name}: the weights of row ${edge} are not numbers; the search has diverged`,
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
