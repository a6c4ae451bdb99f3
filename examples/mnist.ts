// A small convolutional network on MNIST, with torch-js alone: parameters are plain tensors, a step is a scope.
// Expected: 98.6 % of the test images right after one pass over the training images, in 16 s on one CPU core (AVX-512).
// Usage: node dist/examples/mnist.js [--train 60000] [--device cpu] [--target 0.98]; exits with 1 below the target.
import { parseArgs } from 'node:util';
import * as torch from 'torch-js';
import { Mnist } from '../src/data/datasets/mnist.js';

const { values: options } = parseArgs({
  options: {
    train: { type: 'string', default: '60000' },
    device: { type: 'string', default: 'cpu' },
    target: { type: 'string', default: '0.98' },
  },
});
const { device } = options;

/** The first `count` images, float32 [N, 1, 28, 28] in [0, 1], and their digits, int64 [N]. */
function load(part: 'train' | 'test', count: number) {
  const data = new Mnist(part);
  const pixels = new Uint8Array(count * 28 * 28);
  for (let i = 0; i < count; i++) pixels.set(data.image(i), i * 28 * 28);
  const images = torch.tensor(pixels, { shape: [count, 1, 28, 28], device }).div(255);
  return { images, labels: torch.tensor(data.labels.subarray(0, count), { device }).long() };
}

/** Weights of variance 2 / inputs, which keeps the size of signals (He et al., 2015), and biases of 0. */
function layer(outputs: number, ...inputs: number[]) {
  const scale = Math.sqrt(2 / inputs.reduce((product, size) => product * size));
  const weight = torch
    .randn([outputs, ...inputs], { device })
    .mul_(scale)
    .requires_grad_();
  return { weight, bias: torch.zeros([outputs], { device, requires_grad: true }) };
}

torch.manual_seed(0);
const net = {
  conv1: layer(16, 1, 5, 5),
  conv2: layer(32, 16, 5, 5),
  linear: layer(10, 32 * 7 * 7),
};
const parameters = Object.values(net).flatMap(({ weight, bias }) => [weight, bias]);
const velocities = parameters.map((parameter) => torch.zeros_like(parameter));

/** Images [N, 1, 28, 28] to scores [N, 10]. */
function scores(images: torch.Tensor): torch.Tensor {
  let x = torch.conv2d(images, net.conv1.weight, net.conv1.bias, { padding: 2 });
  x = torch.max_pool2d(x.relu(), 2);
  x = torch.conv2d(x, net.conv2.weight, net.conv2.bias, { padding: 2 });
  x = torch.max_pool2d(x.relu(), 2);
  return torch.linear(x.flatten(1), net.linear.weight, net.linear.bias);
}

const train = load('train', Number(options.train));
const batches = torch.randperm(train.labels.numel(), { device }).split(100);
for (const [step, batch] of batches.entries()) {
  const rate = 0.05 * (1 - step / batches.length);
  torch.tidy(() => {
    const images = train.images.index_select(0, batch);
    const loss = torch.cross_entropy_loss(scores(images), train.labels.index_select(0, batch));
    const gradients = torch.autograd.grad(loss, parameters) as torch.Tensor[];
    torch.no_grad(() => {
      torch._foreach_mul_(velocities, 0.9);
      torch._foreach_add_(velocities, gradients);
      torch._foreach_add_(parameters, velocities, { alpha: -rate });
    });
  });
}

const test = load('test', 10_000);
const right = torch.no_grad(() =>
  test.images.split(500).map((images, i) => {
    const labels = test.labels.narrow(0, 500 * i, 500);
    return torch.tidy(() => Number(scores(images).argmax(1).eq(labels).sum().item()));
  }),
);
const accuracy = right.reduce((sum, count) => sum + count) / 10_000;
console.log(`${(100 * accuracy).toFixed(2)} % of the test images are right`);
process.exitCode = accuracy >= Number(options.target) ? 0 : 1;
