// Entropy in closed form, and skips counted by hand.
import { expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import { edgeEntropy, skipCount } from '../../src/engine/architecture.js';
import { BNASv2_PC_cifar_v1 } from '../../src/models/genotypes.js';

test('entropy of an edge is log(operations) for equal alphas, 0 for decided ones', () => {
  expect(edgeEntropy(torch.zeros([14, 8]))).toEqual(
    Array.from({ length: 14 }, () => expect.closeTo(Math.log(8), 6)),
  );
  const [p, q] = [0.2, 0.8];
  const alphas = torch.tensor([
    [Math.log(p), Math.log(q)],
    [200, 0],
  ]);
  expect(edgeEntropy(alphas)).toEqual([
    expect.closeTo(-(p * Math.log(p) + q * Math.log(q)), 6),
    expect.closeTo(0, 6),
  ]);
});

test('skip connections are counted for each cell', () => {
  expect(skipCount(BNASv2_PC_cifar_v1)).toEqual({ normal: 0, reduce: 3 });
});
