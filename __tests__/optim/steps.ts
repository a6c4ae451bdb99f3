// The steps by which optimizers are tested, and the Python that gives the figures for them.
import type { DType, Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { Parameter } from '../../src/nn/index.js';
import type { Optimizer } from '../../src/optim/index.js';

// torch 2.15, with k in range(4) and f64 = dict(dtype=torch.float64):
//   p = [torch.tensor([(i * 7 % 11 - 5) / 8 for i in range(4)], **f64, requires_grad=True),
//        torch.tensor([[(i * 3 % 7 - 3) / 4] for i in range(2)], **f64, requires_grad=True)]
//   g0 = [((i * 5 + k * 3) % 13 - 6) / 16 for i in range(4)]
//   g1 = [[((i * 4 + k * 5) % 9 - 4) / 8] for i in range(2)]
//   p[0].grad = torch.tensor(g0, **f64)
//   p[1].grad = None if k == 1 else torch.tensor(g1, **f64)
//   optimizer.step()

/** Makes an optimizer of whatever options. */
// biome-ignore lint/suspicious/noExplicitAny: the options are the business of who makes it
export type Make = (params: Tensor[]) => Optimizer<any, any>;

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

export function parameters(dtype: DType = 'float64'): [Parameter, Parameter] {
  return [
    new Parameter(
      torch.tensor(
        range(4).map((i) => (((i * 7) % 11) - 5) / 8),
        { dtype },
      ),
    ),
    new Parameter(
      torch.tensor(
        range(2).map((i) => [(((i * 3) % 7) - 3) / 4]),
        { dtype },
      ),
    ),
  ];
}

export function giveGradients([first, second]: [Parameter, Parameter], k: number): void {
  const { dtype } = first;
  first.grad = torch.tensor(
    range(4).map((i) => (((i * 5 + k * 3) % 13) - 6) / 16),
    { dtype },
  );
  const column = range(2).map((i) => [(((i * 4 + k * 5) % 9) - 4) / 8]);
  second.grad = k === 1 ? null : torch.tensor(column, { dtype });
}

export function train(
  params: [Parameter, Parameter],
  optimizer: { step(): void },
  from = 0,
  to = 4,
): void {
  for (let k = from; k < to; k++) {
    torch.tidy(() => giveGradients(params, k));
    optimizer.step();
  }
}

export function discard(params: Tensor[], optimizer: { dispose(): void }): void {
  for (const param of params) param.dispose();
  optimizer.dispose();
}
