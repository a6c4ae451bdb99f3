// Fused execution against plain modules at length: random cells and networks in float64, errors in float32, the
// second-order architect, and a thousand steps.
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { setExecution } from '../../src/models/execution.js';
import { PRIMITIVES } from '../../src/models/genotypes.js';
import { CrossEntropyLoss } from '../../src/nn/index.js';
import { SecondOrderArchitect, SGD } from '../../src/optim/index.js';
import { valuesOf } from '../support/tensors.js';
import { arbitraryCell, runBoth } from './arbitrary_cell.js';
import { bothExecutions, largestDifference, type Results } from './both_executions.js';
import { METHODS, type Method, makeNetwork } from './fused_networks.js';

test('random cells in float64', () => {
  fc.assert(
    fc.property(arbitraryCell({ size: 17, batch: 5, pairs: 20 }), (chosen) => {
      torch.tidy(() => {
        const { plain, fused } = runBoth(chosen);
        expect(largestDifference(fused, plain).error).toBeLessThan(1e-10);
      });
    }),
    { numRuns: 300 },
  );
});

/** Logits, loss, gradients and running statistics of one pass. */
function runNetwork(network: ReturnType<typeof makeNetwork>, images: Tensor, labels: Tensor) {
  const arch = network.arch_parameters();
  const leaves = Object.fromEntries(arch.map((parameter, i) => [`architecture ${i}`, parameter]));
  return bothExecutions(network, leaves, () => {
    const logits = network.call(images);
    return { logits, loss: new CrossEntropyLoss().call(logits, labels) };
  });
}

const batchOf = (batch: number, size: number) => ({
  images: torch.randn([batch, 3, size, size]),
  labels: torch.randint(0, 5, [batch]),
});

test.each(METHODS)('random networks in float64: %s', (method) => {
  fc.assert(
    fc.property(
      fc.record({
        seed: fc.nat(1e6),
        batch: fc.integer({ min: 2, max: 4 }),
        size: fc.constantFrom(8, 12, 16),
        width: fc.integer({ min: 1, max: 3 }),
        steps: fc.integer({ min: 1, max: 4 }),
        primitives: fc.subarray(PRIMITIVES.slice(1), { minLength: 1 }),
        training: fc.boolean(),
      }),
      ({ seed, batch, size, width, steps, primitives, training }) => {
        const options = {
          ...{ C: 8 * width, num_classes: 5, steps, multiplier: steps },
          primitives: ['none', ...primitives] as const,
        };
        torch.tidy(() => {
          const network = makeNetwork(method, options, seed).to('float64').train(training);
          const { images, labels } = batchOf(batch, size);
          const { plain, fused } = runNetwork(network, images.double(), labels);
          expect(largestDifference(fused, plain).error).toBeLessThan(1e-10);
          network.dispose();
        });
      },
    ),
    { numRuns: 12 },
  );
});

const isRunning = (name: string) => name.endsWith('running_mean') || name.endsWith('running_var');

const median = (values: number[]) =>
  [...values].sort((a, b) => a - b)[values.length >> 1] as number;

describe.each(METHODS)('float32 beside float64: %s', (method) => {
  /** Relative distance of each tensor from float64, by execution. */
  function errors(seed: number): Map<string, { plain: number; fused: number }> {
    return torch.tidy(() => {
      const single = makeNetwork(method, { C: 8, num_classes: 5 }, seed);
      const { images, labels } = batchOf(8, 16);
      const found = runNetwork(single, images, labels);
      const exact = makeNetwork(method, { C: 8, num_classes: 5 }, seed).to('float64');
      const right = runNetwork(exact, images.double(), labels).plain;
      const distance = (results: Results, name: string, value: Tensor) =>
        Number((results.get(name) as Tensor).double().sub(value).norm().div(value.norm()).item());
      const all = new Map<string, { plain: number; fused: number }>();
      for (const [name, value] of right) {
        if (!value.is_floating_point() || Number(value.norm().item()) === 0) continue;
        const of = (results: Results) => distance(results, name, value);
        all.set(name, { plain: of(found.plain), fused: of(found.fused) });
      }
      single.dispose();
      exact.dispose();
      return all;
    });
  }
  const seeds = [1, 2, 3, 4, 5].map(errors);

  test('errs at most three times as much as plain float32, in the median over tensors and seeds', () => {
    const all = seeds.flatMap((each) => [...each.values()]);
    expect(all.length).toBeGreaterThan(300);
    expect(median(all.map(({ fused }) => fused))).toBeLessThan(
      3 * median(all.map(({ plain }) => plain)),
    );
  });

  test('each running statistic at most three times as much, in the median over seeds', () => {
    const names = [...(seeds[0] as (typeof seeds)[0]).keys()].filter(isRunning);
    expect(names.length).toBeGreaterThan(300);
    const wrong = names.filter((name) => {
      const of = (key: 'plain' | 'fused') =>
        median(seeds.map((each) => each.get(name)?.[key] as number));
      // What rounding to float32 alone may cost counts for nothing.
      return of('fused') > 3 * Math.max(of('plain'), 2 ** -24);
    });
    expect(wrong).toEqual([]);
  });
});

test.each<Method>(['B-DARTS', 'PC-DARTS'])(
  'the second-order architect in float64: %s',
  (method) => {
    const gradients = (execution: 'plain' | 'fused') =>
      torch.tidy(() => {
        const network = makeNetwork(method, { C: 8, num_classes: 5 }, 4).to('float64');
        setExecution(network, execution);
        const optimizer = new SGD(network.parameters(), { lr: 0.025, momentum: 0.9 });
        const architect = new SecondOrderArchitect(network, new CrossEntropyLoss(), optimizer, {
          lr: 3e-4,
        });
        const [train, valid] = [batchOf(4, 12), batchOf(4, 12)];
        const double = ({ images, labels }: typeof train) => ({ images: images.double(), labels });
        architect.step({ train: double(train), valid: double(valid) });
        const found = network.arch_parameters().map(({ grad }) => valuesOf(grad as Tensor));
        network.dispose();
        return found.flat();
      });
    const [plain, fused] = [gradients('plain'), gradients('fused')];
    const largest = Math.max(...plain.map(Math.abs));
    expect(largest).toBeGreaterThan(1e-4);
    const error = Math.max(...plain.map((value, i) => Math.abs(value - (fused[i] as number))));
    expect(error).toBeLessThan(1e-9 * largest);
  },
);

test('a thousand steps on two threads repeat the first bit for bit, and memory does not grow', () => {
  const child = fileURLToPath(new URL('thousand_steps_child.js', import.meta.url));
  // Threads that spin would take the cores from each other where something else runs, too.
  const env = { ...process.env, OMP_WAIT_POLICY: 'PASSIVE' };
  const found = JSON.parse(execFileSync(process.execPath, [child], { encoding: 'utf8', env }));
  expect(found.different).toBe(0);
  expect(found.tensors).toBe(0);
  expect(found.bytes).toBeLessThan(4 * 2 ** 20);
});
