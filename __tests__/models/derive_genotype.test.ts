// Genotypes from architecture parameters: the rule, ties, and what can't be derived.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as torch from 'torch-js';
import { deriveGenotype } from '../../src/models/derive_genotype.js';
import { checkGenotype, PRIMITIVES } from '../../src/models/genotypes.js';
import { held } from '../support/memory.js';
import { valuesOf } from '../support/tensors.js';

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

  test('weighs an edge by the softmax of its beta among the edges of its node', () => {
    const alphas = rowsOf([peak(4, 3), peak(5, 2), peak(1, 2.2), peak(2, 2.1), peak(6, 2)]);
    const betas = torch.tensor([0, 3, 0, -3, 3], { dtype: 'float32' });
    const flat = torch.zeros([5]);
    const genotype = deriveGenotype(alphas, alphas, {
      ...options,
      steps: 2,
      multiplier: 1,
      betas_normal: betas,
      betas_reduce: flat,
    });
    expect(genotype.normal).toEqual([
      ['sep_conv_5x5', 1],
      ['sep_conv_3x3', 0],
      ['dil_conv_3x3', 2],
      ['max_pool_3x3', 0],
    ]);
    expect(genotype.reduce).toEqual([
      ['sep_conv_3x3', 0],
      ['sep_conv_5x5', 1],
      ['max_pool_3x3', 0],
      ['avg_pool_3x3', 1],
    ]);
  });

  test('compares products rounded to float32: what that makes equal is a tie', () => {
    const row = [-4, 0, 6e-8, -40, -40, -40, -40, -40];
    const alphas = rowsOf([row, row]);
    const [max, average] = valuesOf(torch.softmax(alphas, -1)).slice(1, 3) as [number, number];
    expect(average).toBeGreaterThan(max);
    const ties = [0.6, 0.9, 1.1, -0.3, -0.5].map((beta) => {
      const betas_normal = torch.tensor([beta, 0], { dtype: 'float32' });
      const [edge] = valuesOf(torch.softmax(betas_normal, 0)) as [number];
      const tie = Math.fround(edge * max) === Math.fround(edge * average);
      const { normal } = deriveGenotype(alphas, alphas, {
        ...options,
        steps: 1,
        multiplier: 1,
        betas_normal,
      });
      const kept = normal.find(([, input]) => input === 0);
      expect(kept?.[0]).toBe(tie ? 'max_pool_3x3' : 'avg_pool_3x3');
      return tie;
    });
    expect(ties).toContain(true);
    expect(ties).toContain(false);
  });

  test('says which row is no longer a number', () => {
    const broken = torch.zeros([14, 8]);
    broken.select(0, 3).fill_(Number.NaN);
    expect(() => deriveGenotype(torch.zeros([14, 8]), broken, options)).toThrow(
      'alphas_reduce: the weights of row 3 are not numbers; the search has diverged',
    );
    const betas_normal = torch.zeros([14]);
    betas_normal.select(0, 6).fill_(Number.NaN);
    expect(() =>
      deriveGenotype(torch.zeros([14, 8]), torch.zeros([14, 8]), { ...options, betas_normal }),
    ).toThrow('alphas_normal: the weights of row 5 are not numbers');
  });

  test('leaves no tensor behind', () => {
    const alphas = torch.zeros([14, 8], { requires_grad: true });
    const before = held();
    deriveGenotype(alphas, alphas, options);
    expect(held()).toEqual(before);
  });
});
