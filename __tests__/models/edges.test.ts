// The edges of a search cell: their number, and their weights against closed forms.
import { expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import { edgeCount, edgeWeights } from '../../src/models/edges.js';
import { expectClose, expectGradients, leaf } from '../support/tensors.js';

test.each([
  [1, 2],
  [2, 5],
  [4, 14],
  [5, 20],
])('%i nodes have %i edges', (steps, edges) => {
  expect(edgeCount(steps)).toBe(edges);
});

test('equal betas share each node equally', () => {
  const weights = edgeWeights(torch.full([14], 0.3, { dtype: 'float64' }), 4);
  const shares = [2, 3, 4, 5].flatMap((edges) => Array(edges).fill(1 / edges));
  expectClose(weights, shares, 1e-15);
});

test('the logarithms of weights that add up to 1 at each node give these weights', () => {
  const wanted = [0.25, 0.75, 0.1, 0.6, 0.3];
  const betas = torch.tensor(wanted.map(Math.log), { dtype: 'float64' });
  expectClose(edgeWeights(betas, 2), wanted, 1e-15);
});

test('its gradients are those of finite differences', () => {
  expectGradients((betas) => edgeWeights(betas, 3), [leaf([9], 1)]);
});
