// A genotype's two cells as lines that a person reads in a terminal.

import type { Edge, Genotype } from '../models/genotypes.js';

/** A line a node: what it adds, from which state. */
export function listGenotype(genotype: Genotype): string {
  const { normal, normal_concat, reduce, reduce_concat } = genotype;
  return [
    ...cell('Convolution cell (normal)', normal, normal_concat),
    '',
    ...cell('Enhancement cell (reduce)', reduce, reduce_concat),
  ].join('\n');
}

function cell(heading: string, edges: readonly Edge[], concat: readonly number[]): string[] {
  const width = Math.max(...edges.map((edge) => termOf(edge).length));
  const nodes = Array.from({ length: edges.length / 2 }, (_, node) => {
    const [first, second] = edges.slice(2 * node, 2 * node + 2) as [Edge, Edge];
    return `  node ${node} = ${termOf(first).padEnd(width)} + ${termOf(second)}`;
  });
  return [heading, ...nodes, `  output = nodes ${concat.map((state) => state - 2).join(', ')}`];
}

/** `sep_conv_3x3 of input 1`; c_{k-2} is input 0, c_{k-1} input 1. */
function termOf([operation, state]: Edge): string {
  return `${operation} of ${state < 2 ? `input ${state}` : `node ${state - 2}`}`;
}
