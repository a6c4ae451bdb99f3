// A small convolutional network on MNIST, written with torch-js alone: parameters are plain tensors, a step is a scope.
// Expected: 98.5 % of the test images right after one pass over the training images.
// Usage: node dist/examples/mnist.js [--train 60000] [--test 10000] [--device cpu] [--target 0.98]
// Exits with 1 where the accuracy is below the target.
import { parseArgs } from 'node:util';
import * as torch from 'torch-js';
import { Mnist } from '../src/data/datasets/mnist.js';

const { values: options } = parseArgs({
  options: {
    train: { type: 'string', default: '60000' },
    test: { type: 'string', default: '10000' },
    device: { type: 'string', default: 'cpu' },
    target: { type: 'string', default: '0.98' },
  },
});
const { device } = options;
const BATCH = 100;
const LEARNING_RATE = 0.05;
const MOMENTUM = 0.9;

/** The first `count` images, float32 [N, 1, 28, 28] in [0, 1], and their digits, int64 [N]. */
function load(part: 'train' | 'test', count: number) {
  const data = new Mnist(part);
  const pixels = new Uint8Array(count * 28 * 28);
  for (let i = 0; i < count; i++) pixels.set(data.image(i), i * 28 * 28);
  return torch.tidy(() => ({
    images: torch.tensor(pixels, { shape: [count, 1, 28, 28], device }).div(255),
    labels: torch.tensor(data.labels.subarray(0, count), { device }).long(),
  }));
}

/** Normal weights of variance 2 / inputs, which keeps the signal's size through rectified layers (He et al., 2015). */
function weight(...shape: number[]): torch.Tensor {
  const inputs = shape.slice(1).reduce((product, size) => product * size, 1);
  return torch.tidy(() => torch.randn(shape, { device }).mul_(Math.sqrt(2 / inputs)).requires_grad_());
}

function bias(size: number): torch.Tensor {
  return torch.zeros([size], { device, requires_grad: true });
}

torch.manual_seed(0);
const parameters = [
  ...[weight(16, 1, 5, 5), bias(16)],
  ...[weight(32, 16, 5, 5), bias(32)],
  ...[weight(10, 32 * 7 * 7), bias(10)],
];
const velocities = parameters.map((parameter) => torch.zeros_like(parameter));

/** Images [N, 1, 28, 28] to scores [N, 10]. */
function network(images: torch.Tensor): torch.Tensor {
  const [w1, b1, w2, b2, w3, b3] = parameters as [torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor];
  const first = images.conv2d(w1, b1, { padding: 2 }).relu().max_pool2d(2);
  const second = first.conv2d(w2, b2, { padding: 2 }).relu().max_pool2d(2);
  return second.flatten(1).linear(w3, b3);
}
