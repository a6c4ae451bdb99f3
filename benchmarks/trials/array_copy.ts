// One trial of the `copy` benchmark; benchmarks/python/array_copy.py has the memcpy to compare with.
import * as torch from 'torch-js';
import type { CopyRequest } from '../benchmarks.js';
import { trial } from './trial.js';

/** Of one call; the least disturbed of several loops. */
function nanoseconds(call: () => void, { repeats, calls }: CopyRequest): number {
  let best = Number.POSITIVE_INFINITY;
  for (let repeat = 0; repeat < repeats; repeat++) {
    const start = performance.now();
    for (let i = 0; i < calls; i++) call();
    best = Math.min(best, performance.now() - start);
  }
  return (best / calls) * 1e6;
}

trial((request: CopyRequest) => {
  const array = Float32Array.from({ length: request.elements }, (_, i) => i % 7);
  const tensor = torch.tensor(array);
  const proof = { sum: Number(tensor.sum({ dtype: 'float64' }).item()) };
  const metrics = {
    in: nanoseconds(() => torch.tensor(array).dispose(), request),
    out: nanoseconds(() => tensor.toTypedArray(), request),
  };
  return { proof, metrics };
});
