// One trial of the `step` and `memory` benchmarks; benchmarks/python/step.py is its twin, line by line.
import * as torch from 'torch-js';
import { setExecution } from '../../src/models/execution.js';
import { SearchNetwork } from '../../src/models/search_network.js';
import { CrossEntropyLoss } from '../../src/nn/index.js';
import type { StepRequest } from '../benchmarks.js';
import { trial } from './trial.js';

/** The largest resident set so far, in bytes (Node counts KiB). */
const peakBytes = () => process.resourceUsage().maxRSS * 1024;

trial((request: StepRequest) => {
  torch.set_num_threads(request.threads);
  torch.manual_seed(request.seed);
  const model = new SearchNetwork({ C: request.channels, num_classes: 10 }).train(request.training);
  setExecution(model, request.execution);
  const trained = [...model.parameters(), ...model.arch_parameters()];
  const criterion = new CrossEntropyLoss();
  const x = torch.randn([request.batch, 3, request.size, request.size]);
  const y = torch.randint(0, 10, [request.batch]);
  const before = peakBytes();
  const seconds: number[] = [];
  const losses: number[] = [];
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
    if (request.training) step();
    else torch.no_grad(step);
  }
  const timed = seconds.slice(request.warmup).sort((a, b) => a - b);
  return {
    proof: {
      parameters: model.parameters().reduce((sum, p) => sum + p.numel(), 0),
      loss: losses[0] as number,
    },
    metrics: {
      seconds: timed[Math.floor(timed.length / 2)] as number,
      peak_growth: peakBytes() - before,
      peak: peakBytes(),
    },
  };
});
