// Entropy in closed form, and skips counted by hand.
import { expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import { alphaEntropy, skipCount } from '../../src/engine/architecture.js';
import { BNASv2_PC_cifar_v1 } from '../../src/models/genotypes.js';

test('entropy is log(operations) for equal alphas, 0 for decided ones, else the mean over edges', () => {
  expect(alphaEntropy(torch.zeros([14, 8]))).toBeCloseTo(Math.log(8), 6);
  expect(alphaEntropy(torch.tensor([[0, 200]]))).toBeCloseTo(0, 6);
  const [p, q] = [0.2, 0.8];
  const undecided = -(p * Math.log(p) + q * Math.log(q));
  const alphas = torch.tensor([
    [Math.log(p), Math.log(q)],
    [200, 0],
  ]);
  expect(alphaEntropy(alphas)).toBeCloseTo(undecided / 2, 6);
});

test('skip connections are counted for each cell', () => {
  expect(skipCount(BNASv2_PC_cifar_v1)).toEqual({ normal: 0, reduce: 3 });
});
