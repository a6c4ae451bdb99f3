// A layer of binary neurons, trained through a gradient of our own: sign(x) has the derivative 0 almost everywhere, the
// straight-through estimator (Bengio et al., 2013) gives it that of clamp(x, -1, 1). Task: points inside a circle or not.
// Usage: node dist/examples/custom_gradient.js [--steps 500] [--device cpu] [--target 0.97]
// Exits with 1 where fewer of 4096 new points are right than the target says.
import { parseArgs } from 'node:util';
import * as torch from 'torch-js';

const { values: options } = parseArgs({
  options: {
    steps: { type: 'string', default: '500' },
    device: { type: 'string', default: 'cpu' },
    target: { type: 'string', default: '0.97' },
  },
});
const { device } = options;
const HIDDEN = 64;

class BinarySign extends torch.autograd.Function {
  static forward(context: torch.autograd.FunctionContext, x: torch.Tensor): torch.Tensor {
    context.save_for_backward(x);
    return torch.where(x.ge(0), 1, -1);
  }

  static backward(context: torch.autograd.FunctionContext, gradient: torch.Tensor): torch.Tensor {
    const [x] = context.saved_tensors as [torch.Tensor];
    return gradient.mul(x.abs().le(1));
  }
}

torch.manual_seed(0);
const hidden = { weight: torch.randn([HIDDEN, 2], { device }), bias: torch.randn([HIDDEN], { device }) };
const output = { weight: torch.zeros([1, HIDDEN], { device }), bias: torch.zeros([1], { device }) };
const parameters = [hidden.weight, hidden.bias, output.weight, output.bias];
for (const parameter of parameters) parameter.requires_grad_();

/** Points of the square [-1, 1]², and whether they lie in the circle that takes half of it. */
function points(count: number) {
  const places = torch.rand([count, 2], { device }).mul(2).sub(1);
  return { places, inside: places.square().sum(1).lt(2 / Math.PI).float() };
}

/** Places [N, 2] to log-odds of lying inside [N]. */
function logits(places: torch.Tensor): torch.Tensor {
  const signs = BinarySign.apply(torch.linear(places, hidden.weight, hidden.bias));
  return torch.linear(signs, output.weight, output.bias).squeeze(1);
}

for (let step = 1; step <= Number(options.steps); step++) {
  torch.tidy(() => {
    const { places, inside } = points(256);
    const loss = torch.binary_cross_entropy_with_logits(logits(places), inside);
    const gradients = torch.autograd.grad(loss, parameters) as torch.Tensor[];
    torch.no_grad(() => torch._foreach_add_(parameters, gradients, { alpha: -0.1 }));
  });
}

const accuracy = torch.tidy(() =>
  torch.no_grad(() => {
    const { places, inside } = points(4096);
    return Number(logits(places).gt(0).eq(inside).float().mean().item());
  }),
);
console.log(`${(100 * accuracy).toFixed(2)} % of 4096 new points are right`);
process.exitCode = accuracy >= Number(options.target) ? 0 : 1;
