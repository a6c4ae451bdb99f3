// Fused cells against plain ones, which LibTorch computes: equal in float64, near in float32, and the same
// from run to run.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { setExecution } from '../../src/models/execution.js';
import { addOperation } from '../../src/models/operations.js';
import { SearchNetwork } from '../../src/models/search_network.js';
import { CrossEntropyLoss, ReLU } from '../../src/nn/index.js';
import { held } from '../support/memory.js';
import { valuesOf } from '../support/tensors.js';
import { arbitraryCell, type CellCase, runBoth } from './arbitrary_cell.js';
import { bothExecutions, largestDifference } from './both_executions.js';

test('a cell in float64 equals its plain modules: output, gradients, running statistics', () => {
  fc.assert(
    fc.property(arbitraryCell({ size: 7, batch: 3, pairs: 5 }), (chosen) => {
      torch.tidy(() => {
        const { plain, fused } = runBoth(chosen);
        expect(largestDifference(fused, plain).error).toBeLessThan(1e-10);
      });
    }),
    { numRuns: 25, seed: 9 },
  );
});

describe.each([
  ['B-DARTS', {}],
  ['B-PC-DARTS', { k: 4, betas: true }],
])('%s', (_, method) => {
  const make = () => {
    torch.manual_seed(3);
    const network = new SearchNetwork({ C: 8, num_classes: 5, ...method });
    for (const alphas of network.arch_parameters()) torch.no_grad(() => alphas.mul_(2000));
    return network;
  };
  const batch = () => ({
    x: torch.randn([3, 3, 12, 12]),
    y: torch.tensor([1, 0, 4], { dtype: 'int64' }),
  });

  test('in float64 equals its plain modules, in training and evaluation', () => {
    const network = make().to('float64');
    const { x, y } = batch();
    const images = x.to('float64');
    const leaves = Object.fromEntries(network.arch_parameters().map((p, i) => [`arch ${i}`, p]));
    for (const training of [true, false]) {
      network.train(training);
      const { plain, fused } = bothExecutions(network, leaves, () => {
        const logits = network.call(images);
        return { logits, loss: new CrossEntropyLoss().call(logits, y) };
      });
      expect(fused.size).toBe(plain.size);
      expect(largestDifference(fused, plain).error).toBeLessThan(1e-10);
    }
    network.dispose();
  });

  test('repeats itself bit for bit on two threads, without grad too, and holds nothing', () => {
    const network = make();
    setExecution(network, 'fused');
    const { x, y } = batch();
    const initial = new Map(Array.from(network.state_dict(), ([name, t]) => [name, t.clone()]));
    const threads = torch.get_num_threads();
    const once = () =>
      torch.tidy(() => {
        network.load_state_dict(initial);
        const logits = network.call(x);
        const alone = torch.no_grad(() => network.call(x));
        new CrossEntropyLoss().call(logits, y).backward();
        const gradients = [...network.parameters(), ...network.arch_parameters()].map(({ grad }) =>
          valuesOf(grad as Tensor),
        );
        const buffers = network.buffers().map(valuesOf);
        network.zero_grad();
        for (const alphas of network.arch_parameters()) alphas.grad = null;
        return { logits: valuesOf(logits), alone: valuesOf(alone), gradients, buffers };
      });
    try {
      torch.set_num_threads(2);
      const first = once();
      const before = held();
      expect(once()).toEqual(first);
      expect(held()).toEqual(before);
      expect(first.alone).toEqual(first.logits);
    } finally {
      torch.set_num_threads(threads);
      network.dispose();
    }
  });
});

test('operations without kernels, one of their own among them, run as modules inside a fused cell', () => {
  const own = addOperation('own_relu', () => new ReLU());
  const chosen: CellCase = {
    ...{ seed: 1, batch: 2, size: [4, 5], pairs: 2, k: 2, steps: 2, betas: true, training: true },
    ...{ reduction: false, reduction_prev: false },
    primitives: ['sep_conv_3x3', own, 'max_pool_3x3', 'conv_7x1_1x7'],
  };
  const { plain, fused } = runBoth(chosen);
  expect(largestDifference(fused, plain).error).toBeLessThan(1e-10);
});

test('float32 is at most three times as far from float64 as plain float32, in the median', () => {
  const errors = { plain: [] as number[], fused: [] as number[] };
  const chosen: Omit<CellCase, 'seed'> = {
    ...{ batch: 4, size: [8, 8], pairs: 8, k: 1, steps: 2, betas: false, training: true },
    ...{ reduction: true, reduction_prev: false },
    primitives: ['max_pool_3x3', 'avg_pool_3x3', 'skip_connect', 'sep_conv_5x5', 'dil_conv_3x3'],
  };
  for (let seed = 0; seed < 3; seed++) {
    torch.tidy(() => {
      const exact = runBoth({ ...chosen, seed }).plain;
      // The same draws: float64 ones are others.
      const single = runBoth({ ...chosen, seed }, 'float32');
      for (const name of ['plain', 'fused'] as const) {
        for (const [key, value] of single[name]) {
          const right = exact.get(key) as Tensor;
          if (!right.is_floating_point()) continue;
          errors[name].push(
            Number(value.to('float64').sub(right).norm().item()) / Number(right.norm().item()),
          );
        }
      }
    });
  }
  expect(median(errors.fused)).toBeLessThan(3 * median(errors.plain));
});

function median(values: number[]): number {
  return values.filter(Number.isFinite).sort((a, b) => a - b)[values.length >> 1] as number;
}

test('a gradient of the gradient is refused, with what to do', () => {
  const network = new SearchNetwork({ C: 4, num_classes: 2 });
  setExecution(network, 'fused');
  const loss = network.call(torch.randn([2, 3, 8, 8])).sum();
  expect(() => torch.autograd.grad(loss, network.parameters(), { create_graph: true })).toThrow(
    /execution: plain/,
  );
  network.dispose();
});
