// Entropy in closed form, and skips counted by hand.
import { expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import { architectureFigures, edgeEntropy, skipCount } from '../../src/engine/architecture.js';
import { BNASv2_PC_cifar_v1 } from '../../src/models/genotypes.js';
import { SearchNetwork } from '../../src/models/search_network.js';

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

test('the figures of an architecture: weights are softmaxes of its parameters', () => {
  torch.tidy(() => {
    torch.manual_seed(1);
    using model = new SearchNetwork({ C: 4, num_classes: 2, k: 2, betas: true });
    torch.no_grad(() => {
      for (const parameter of model.arch_parameters()) parameter.mul_(1000);
    });
    const { architecture, weights } = architectureFigures(model);
    expect(Object.keys(architecture)).toEqual([
      'alphas_normal',
      'alphas_reduce',
      'betas_normal',
      'betas_reduce',
    ]);
    const softmax = (values: number[]) => {
      const powers = values.map(Math.exp);
      const sum = powers.reduce((a, b) => a + b, 0);
      return powers.map((power) => expect.closeTo(power / sum, 5));
    };
    const rows = architecture.alphas_reduce as number[][];
    expect(weights.reduce.operations).toEqual(rows.map(softmax));
    // Nodes have 2, 3, 4 and 5 edges.
    const betas = architecture.betas_normal as number[];
    expect(weights.normal.edges).toEqual(
      [
        [0, 2],
        [2, 5],
        [5, 9],
        [9, 14],
      ].flatMap(([from, to]) => softmax(betas.slice(from, to))),
    );
  });
});
