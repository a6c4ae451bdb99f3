// A small convolutional network on MNIST, with torch-js alone: parameters are plain tensors, a step is a scope.
// Usage: node dist/examples/mnist.js [--train 60000] [--test 10000] [--device cpu] [--target 0.98]
// Exits with 1 where fewer of the test images are right than the target says.
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

/** Normal, of variance 2 / inputs: signals keep their size through rectified layers (He et al., 2015). */
function weight(...shape: number[]): torch.Tensor {
  const inputs = shape.slice(1).reduce((product, size) => product * size);
  return torch.randn(shape, { device }).mul_(Math.sqrt(2 / inputs)).requires_grad_();
}

function bias(size: number): torch.Tensor {
  return torch.zeros([size], { device, requires_grad: true });
}

torch.manual_seed(0);
const net = {
  conv1: { weight: weight(16, 1, 5, 5), bias: bias(16) },
  conv2: { weight: weight(32, 16, 5, 5), bias: bias(32) },
  linear: { weight: weight(10, 32 * 7 * 7), bias: bias(10) },
};
const parameters = Object.values(net).flatMap((layer) => [layer.weight, layer.bias]);
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
for (const batch of torch.randperm(Number(options.train), { device }).split(100)) {
  torch.tidy(() => {
    const images = train.images.index_select(0, batch);
    const loss = torch.cross_entropy_loss(scores(images), train.labels.index_select(0, batch));
    const gradients = torch.autograd.grad(loss, parameters) as torch.Tensor[];
    torch.no_grad(() => {
      torch._foreach_mul_(velocities, 0.9);
      torch._foreach_add_(velocities, gradients);
      torch._foreach_add_(parameters, velocities, { alpha: -0.05 });
    });
  });
}

const test = load('test', Number(options.test));
const accuracy = torch.tidy(() =>
  torch.no_grad(() => scores(test.images).argmax(1).eq(test.labels).float().mean().item()),
);
console.log(`${(100 * Number(accuracy)).toFixed(2)} % of ${options.test} test images are right`);
process.exitCode = Number(accuracy) >= Number(options.target) ? 0 : 1;
