// One trial of the `dispatch` benchmark; benchmarks/python/dispatch.py is its twin, line by line.

import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import type { DispatchRequest } from '../benchmarks.js';
import { trial } from './trial.js';

type Operator = (a: Tensor, b: Tensor) => Tensor;

const OPERATORS: Record<string, [Operator, number[][], number[]]> = {
  add: [(a, b) => torch.add(a, b), [[4], [4]], [4]],
  relu: [(a) => torch.relu(a), [[4]], [4]],
  mul: [(a, b) => torch.mul(a, b), [[4], [4]], [4]],
  sum: [(a) => torch.sum(a), [[4]], []],
  add_keyword: [(a, b) => torch.add(a, b, { alpha: 2 }), [[4], [4]], [4]],
  sum_plain: [(a) => torch.sum(a, 0, true), [[2, 2]], [1, 2]],
  sum_list_keyword: [(a) => torch.sum(a, [0], { keepdim: true }), [[2, 2]], [1, 2]],
  cat_list: [(a, b) => torch.cat([a, b]), [[4], [4]], [8]],
  matmul: [
    (a, b) => torch.matmul(a, b),
    [
      [2, 2],
      [2, 2],
    ],
    [2, 2],
  ],
  conv2d: [
    (a, b) => torch.conv2d(a, b),
    [
      [1, 1, 4, 4],
      [1, 1, 3, 3],
    ],
    [1, 1, 2, 2],
  ],
};

/**
 * The least disturbed of several loops, as the documentation of Python's timeit advises. A loop is a scope, as the
 * forward of every module is; each result is freed at once, as Python does it.
 */
function nanoseconds(call: () => void, { repeats, calls }: DispatchRequest): number {
  let best = Number.POSITIVE_INFINITY;
  for (let repeat = 0; repeat < repeats; repeat++) {
    torch.tidy(() => {
      const start = performance.now();
      for (let i = 0; i < calls; i++) call();
      best = Math.min(best, performance.now() - start);
    });
  }
  return (best / calls) * 1e6;
}

trial((request: DispatchRequest) => {
  torch.set_num_threads(request.threads);
  torch.manual_seed(request.seed);
  const metrics: Record<string, number> = {};
  const proof: Record<string, number> = {};
  for (const [name, [operator, shapes, resultShape]] of Object.entries(OPERATORS)) {
    const [a, b = a] = shapes.map((shape) => torch.rand(shape)) as [Tensor, Tensor?];
    const gradient = torch.ones(resultShape);
    proof[name] = Number(operator(a, b).sum().item());
    metrics[name] = nanoseconds(() => operator(a, b).dispose(), request);
    for (const tensor of [a, b]) tensor.requires_grad_();
    metrics[`${name}_recorded`] = nanoseconds(() => operator(a, b).dispose(), request);
    metrics[`${name}_backward`] = nanoseconds(() => {
      const out = operator(a, b);
      out.backward(gradient);
      out.dispose();
    }, request);
  }
  return { proof, metrics };
});
