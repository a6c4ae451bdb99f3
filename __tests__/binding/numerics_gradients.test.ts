// Every gradient of the tables agrees with finite differences in float64.
import { describe, expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import { gradientDifferences } from './numerics/differentiate.js';
import { type Case, families, readTable } from './numerics/table.js';

const differentiable = ({ gradients, differencesApart }: Case): boolean =>
  gradients !== undefined && differencesApart === undefined;

const tables = families
  .map((family) => ({ family, cases: readTable(family).cases.filter(differentiable) }))
  .filter(({ cases }) => cases.length > 0);

test.each(tables)('$family', ({ cases }) => {
  expect(cases.flatMap((case_) => torch.tidy(() => gradientDifferences(case_)))).toEqual([]);
});

test('they are of at least 60 operators', () => {
  const operators = new Set(tables.flatMap(({ cases }) => cases.map(({ op }) => op)));
  expect(operators.size).toBeGreaterThanOrEqual(60);
});

describe('a gradient that is not the derivative is seen', () => {
  // PyTorch leaves the row at padding_idx out of training, on purpose.
  test('embedding with padding_idx', () => {
    const padded = readTable('indexing').cases.find(
      ({ op, differencesApart }) => op === 'embedding' && differencesApart?.includes('padding'),
    ) as Case;
    const seen = torch.tidy(() => gradientDifferences(padded));
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatch(/^embedding\(.*\): gradient 0 at \d+ is 0, by differences/);
  });
});
