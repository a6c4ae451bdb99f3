// Genotypes from architecture parameters: the rule, ties, and what can't be derived.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as torch from 'torch-js';
import { deriveGenotype } from '../../src/models/derive_genotype.js';
import { checkGenotype, PRIMITIVES } from '../../src/models/genotypes.js';

const options = { primitives: PRIMITIVES, steps: 4, multiplier: 4 };
const rowsOf = (rows: number[][]) => torch.tensor(rows, { dtype: 'float32' });
/** A row of alphas whose softmax puts almost all weight on one column. */
const peak = (column: number, height: number) =>
  PRIMITIVES.map((_, i) => (i === column ? height : 0));

describe('deriveGenotype', () => {
  test('keeps the two strongest edges of a node, strongest first', () => {
    const alphas = rowsOf([peak(4, 1), peak(5, 2), peak(1, 1), peak(2, 3), peak(6, 2)]);
    const genotype = deriveGenotype(alphas, alphas, { ...options, steps: 2, multiplier: 1 });
    expect(genotype).toEqual({
      normal: [
        ['sep_conv_5x5', 1],
        ['sep_conv_3x3', 0],
        ['avg_pool_3x3', 1],
        ['dil_conv_3x3', 2],
      ],
      normal_concat: [3],
      reduce: genotype.normal,
      reduce_concat: [3],
    });
  });

  test('never takes none, and an edge that none dominates counts for what is left', () => {
    const alphas = rowsOf([peak(0, 9), peak(4, 0.1)]);
    const { normal } = deriveGenotype(alphas, alphas, { ...options, steps: 1, multiplier: 1 });
    expect(normal).toEqual([
      ['sep_conv_3x3', 1],
      ['max_pool_3x3', 0],
    ]);
  });

  test('gives ties to the lower edge and the earlier operation', () => {
    const { reduce } = deriveGenotype(torch.zeros([14, 8]), torch.zeros([14, 8]), options);
    expect(reduce).toEqual(
      Array.from({ length: 4 }, () => [
        ['max_pool_3x3', 0],
        ['max_pool_3x3', 1],
      ]).flat(),
    );
  });

  test('compares weights as float32: a difference that it cannot hold is a tie', () => {
    const wide = torch.tensor([peak(4, 0), peak(4, 1e-9)], { dtype: 'float64' });
    const derive = (alphas: torch.Tensor) =>
      deriveGenotype(alphas, alphas, { ...options, steps: 1, multiplier: 1 }).normal[0];
    expect(derive(wide)).toEqual(['sep_conv_3x3', 1]);
    expect(derive(wide.float())).toEqual(['max_pool_3x3', 0]);
  });

  test('keeps the best two edges of each node for any alphas', () => {
    const value = fc.float({ min: -20, max: 20, noNaN: true });
    const alphas = fc.array(fc.array(value, { minLength: 8, maxLength: 8 }), {
      minLength: 14,
      maxLength: 14,
    });
    fc.assert(
      fc.property(alphas, (rows) => {
        const tensor = rowsOf(rows);
        const genotype = deriveGenotype(tensor, tensor, options);
        expect(checkGenotype(genotype)).toEqual(genotype);
        const weights = torch.softmax(tensor, -1).tolist() as number[][];
        const bestOf = (edge: number) => Math.max(...(weights[edge] as number[]).slice(1));
        for (let node = 0, first = 0; node < 4; first += node + 2, node++) {
          const kept = genotype.normal.slice(2 * node, 2 * node + 2);
          const strengths = kept.map(([operation, input]) => {
            const weight = weights[first + input]?.[PRIMITIVES.indexOf(operation)];
            expect(weight).toBe(bestOf(first + input));
            return weight as number;
          });
          const all = Array.from({ length: node + 2 }, (_, input) => bestOf(first + input));
          expect(strengths).toEqual(all.sort((a, b) => b - a).slice(0, 2));
        }
      }),
      { numRuns: 30 },
    );
  });

  test('says which row is no longer a number', () => {
    const broken = torch.zeros([14, 8]);
    broken.select(0, 3).fill_(Number.NaN);
    expect(() => deriveGenotype(torch.zeros([14, 8]), broken, options)).toThrow(
      'alphas_reduce: the softmax of row 3 is not a number; the search has diverged',
    );
  });

  test('leaves no tensor behind', () => {
    const alphas = torch.zeros([14, 8], { requires_grad: true });
    const before = torch.memory();
    deriveGenotype(alphas, alphas, options);
    expect(torch.memory()).toEqual(before);
  });
});
