// One trial of the `step` and `memory` benchmarks; benchmarks/python/step.py is its twin, line by line.
import * as torch from 'torch-js';
import { networkCost } from '../../src/models/cost.js';
import { setExecution } from '../../src/models/execution.js';
import { SearchNetwork } from '../../src/models/search_network.js';
import { CrossEntropyLoss } from '../../src/nn/index.js';
import type { StepRequest } from '../benchmarks.js';
import { searchSeconds } from './search_seconds.js';
import { median, trial } from './trial.js';

/** The largest resident set so far, in bytes (Node counts KiB). */
const peakBytes = () => process.resourceUsage().maxRSS * 1024;

trial((request: StepRequest) => {
  torch.set_num_threads(request.threads);
  torch.manual_seed(request.seed);
  const partial = request.method === 'B-PC-DARTS' ? { k: 4, betas: true } : {};
  const model = new SearchNetwork({ C: request.channels, num_classes: 10, ...partial });
  model.train(request.training);
  setExecution(model, request.execution);
  const trained = [...model.parameters(), ...model.arch_parameters()];
  const criterion = new CrossEntropyLoss();
  const x = torch.randn([request.batch, 3, request.size, request.size]);
  const y = torch.randint(0, 10, [request.batch]);
  const before = peakBytes();
  const seconds: number[] = [];
  const losses: number[] = [];
  let regions: Record<string, number> = {};
  const step = () =>
    torch.tidy(() => {
      const start = performance.now();
      const loss = criterion.call(model.call(x), y);
      if (request.training) {
        loss.backward();
        for (const parameter of trained) parameter.grad = null;
      }
      seconds.push((performance.now() - start) / 1000);
      losses.push(Number(loss.item()));
    });
  for (let i = 0; i < request.steps; i++) {
    if (i === request.warmup) regions = torch.kernels.region_seconds();
    if (request.training) step();
    else torch.no_grad(step);
  }
  const timed = seconds.slice(request.warmup);
  const stages = perStep(regions, torch.kernels.region_seconds(), timed);
  const memory = { peak_growth: peakBytes() - before, peak: peakBytes() };
  const search =
    request.search_steps > 0 ? searchSeconds(model, { images: x, labels: y }, request) : {};
  const { macs } = networkCost(model, [3, request.size, request.size]);
  return {
    proof: {
      parameters: model.parameters().reduce((sum, p) => sum + p.numel(), 0),
      loss: losses[0] as number,
    },
    metrics: {
      ...{ seconds: median(timed), ...memory, ...search, ...stages },
      // A multiplication and an addition, forward and twice as much backward.
      limit: (6 * macs * request.batch) / peakFlops(),
    },
  };
});

/** Mean seconds a step in each region of the kernels, and outside them. */
function perStep(
  before: Record<string, number>,
  after: Record<string, number>,
  timed: number[],
): Record<string, number> {
  const stages: Record<string, number> = {};
  let outside = timed.reduce((sum, taken) => sum + taken, 0) / timed.length;
  for (const [region, seconds] of Object.entries(after)) {
    const taken = (seconds - (before[region] ?? 0)) / timed.length;
    stages[region] = taken;
    outside -= taken;
  }
  return { ...stages, outside };
}

/** Floating-point operations a second of a large multiplication of matrices: the best of some. */
function peakFlops(): number {
  const size = 2048;
  return torch.tidy(() => {
    const a = torch.randn([size, size]);
    const seconds = Array.from({ length: 8 }, () => {
      const start = performance.now();
      a.matmul(a).dispose();
      return (performance.now() - start) / 1000;
    });
    return (2 * size ** 3) / Math.min(...seconds);
  });
}
