// Valid genotypes of any size, for property tests.
import fc from 'fast-check';
import { type Edge, type Genotype, OPERATION_NAMES } from '../../src/models/genotypes.js';

const cell = fc.integer({ min: 1, max: 6 }).chain((nodes) =>
  fc.record({
    edges: fc.tuple(
      ...Array.from({ length: 2 * nodes }, (_, i) =>
        fc.tuple(
          fc.constantFrom(...OPERATION_NAMES),
          fc.integer({ min: 0, max: Math.floor(i / 2) + 1 }),
        ),
      ),
    ),
    concat: fc.uniqueArray(fc.integer({ min: 2, max: nodes + 1 }), { minLength: 1 }),
  }),
);

export const arbitraryGenotype: fc.Arbitrary<Genotype> = fc
  .tuple(cell, cell)
  .map(([normal, reduce]) => ({
    normal: normal.edges as Edge[],
    normal_concat: normal.concat,
    reduce: reduce.edges as Edge[],
    reduce_concat: reduce.concat,
  }));
