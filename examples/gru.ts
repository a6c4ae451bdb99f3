// A gated recurrent unit on the adding problem (Hochreiter & Schmidhuber, 1997): of a sequence of random numbers two are
// marked; say their sum. Saying 1 each time leaves a squared error of 1/6.
// Usage: node dist/examples/gru.js [--steps 500] [--length 20] [--device cpu] [--target 0.01]
// Exits with 1 where the squared error on new sequences is above the target.
import { parseArgs } from 'node:util';
import * as torch from 'torch-js';

const { values: options } = parseArgs({
  options: {
    steps: { type: 'string', default: '500' },
    length: { type: 'string', default: '20' },
    device: { type: 'string', default: 'cpu' },
    target: { type: 'string', default: '0.01' },
  },
});
const { device } = options;
const length = Number(options.length);
const HIDDEN = 32;

/** Sequences float32 [N, length, 2] of numbers in [0, 1) and marks, and the sums of the marked numbers [N]. */
function sequences(count: number) {
  const numbers = torch.rand([count, length], { device });
  // One mark in each half: a network that only remembers the end cannot do it.
  const half = Math.floor(length / 2);
  const places = torch.stack([torch.randint(half, [count]), torch.randint(half, length, [count])], 1);
  const marks = torch.zeros([count, length], { device }).scatter(1, places.to(device), 1);
  return { input: torch.stack([numbers, marks], 2), sum: numbers.mul(marks).sum(1) };
}

/** Uniform in ±1 / sqrt(HIDDEN), as PyTorch starts its recurrent layers. */
function parameter(...shape: number[]): torch.Tensor {
  const bound = 1 / Math.sqrt(HIDDEN);
  return torch.empty(shape, { device }).uniform_(-bound, bound).requires_grad_();
}

torch.manual_seed(0);
// Input to gates, state to gates (reset, update and new, one below the other), and a bias for each.
const cell = [
  ...[parameter(3 * HIDDEN, 2), parameter(3 * HIDDEN, HIDDEN)],
  ...[parameter(3 * HIDDEN), parameter(3 * HIDDEN)],
];
const readout = { weight: parameter(1, HIDDEN), bias: parameter(1) };
const parameters = [...cell, readout.weight, readout.bias];

/** The mean squared error of the sums said for new sequences. */
function error(count: number): torch.Tensor {
  const { input, sum } = sequences(count);
  const start = torch.zeros([1, count, HIDDEN], { device });
  const [, last] = torch.gru(input, start, cell, {
    ...{ has_biases: true, num_layers: 1, dropout: 0, train: true },
    ...{ bidirectional: false, batch_first: true },
  });
  const said = torch.linear(last.squeeze(0), readout.weight, readout.bias).squeeze(1);
  return torch.mse_loss(said, sum);
}

const zeros = () => parameters.map((parameter) => torch.zeros_like(parameter));
const means = zeros();
const squares = zeros();
const counts = parameters.map(() => torch.zeros([], { device }));
const adam = { lr: 0.01, beta1: 0.9, beta2: 0.999, eps: 1e-8, weight_decay: 0, amsgrad: false, maximize: false };

for (let step = 1; step <= Number(options.steps); step++) {
  torch.tidy(() => {
    const loss = error(64);
    const gradients = torch.autograd.grad(loss, parameters) as torch.Tensor[];
    torch.no_grad(() => {
      torch._foreach_add_(counts, 1);
      torch._fused_adam_(parameters, gradients, means, squares, [], counts, adam);
    });
    if (step % 100 === 0) console.log(`step ${step}: ${Number(loss.item()).toFixed(4)}`);
  });
}

const final = Number(torch.tidy(() => torch.no_grad(() => error(1000).item())));
console.log(`squared error ${final.toFixed(4)} on 1000 new sequences`);
process.exitCode = final <= Number(options.target) ? 0 : 1;
