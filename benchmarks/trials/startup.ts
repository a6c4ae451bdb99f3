// One trial of the `startup` benchmark; benchmarks/python/startup.py is its twin. The harness takes the time.
import type { StartupRequest } from '../benchmarks.js';
import { trial } from './trial.js';

const start = performance.now();
const torch = await import('torch-js');
const seconds = (performance.now() - start) / 1000;

trial(({ size }: StartupRequest) => {
  const sum = Number(torch.ones([size, size]).add(1).sum().item());
  return { proof: { sum }, metrics: { import: seconds } };
});
