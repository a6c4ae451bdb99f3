// Models small enough to be differentiated by hand, and the original's way to a second-order gradient.
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { BatchNorm2d, CrossEntropyLoss, Linear, Module, Parameter } from '../../src/nn/index.js';
import {
  type Criterion,
  type SearchBatches,
  type SearchModel,
  SecondOrderArchitect,
  type SecondOrderOptions,
  SGD,
} from '../../src/optim/index.js';
import { owned } from '../support/owned.js';

/** Momentum and decay large enough to be seen. */
export const SGD_OPTIONS = { lr: 0.3, momentum: 0.9, weight_decay: 0.01 };

const float64 = (values: number[]): Tensor => torch.tensor(values, { dtype: 'float64' });

/** w - alpha - x: with HalfSquares, dL/dw is the output, dL/dalpha its negative, and d2L/dalpha dw is -1. */
export class Quadratic extends Module {
  w: Parameter;
  readonly #alpha: Parameter;

  constructor(w: number[], alpha: number[]) {
    super();
    this.w = new Parameter(float64(w));
    this.#alpha = new Parameter(float64(alpha));
    owned(this);
  }

  arch_parameters(): Parameter[] {
    return [this.#alpha];
  }

  forward(x: Tensor): Tensor {
    return this.w.sub(this.#alpha).sub(x);
  }

  override dispose(): void {
    super.dispose();
    this.#alpha.dispose();
  }
}

/** Half the sum of squares, whatever the labels. */
export class HalfSquares extends Module<[Tensor, Tensor]> {
  forward(output: Tensor): Tensor {
    return output.square().sum().mul(0.5);
  }
}

export function quadraticBatches(train: number[], valid: number[]): SearchBatches {
  const batch = (images: number[]) => ({ images: float64(images), labels: float64([]) });
  return { train: batch(train), valid: batch(valid) };
}

/** A choice of two between normalised layers, smooth everywhere. Alphas [2, 2], one row a layer. */
export class Smooth extends Module {
  bn = new BatchNorm2d(3);
  first = new Linear(3, 3);
  second = new Linear(3, 2);
  readonly #alphas = new Parameter(torch.tensor([0.3, -0.2, 0.1, 0.4], { shape: [2, 2] }));

  constructor() {
    super();
    owned(this);
  }

  arch_parameters(): Parameter[] {
    return [this.#alphas];
  }

  override to(target: Parameters<Module['to']>[0]): this {
    super.to(target);
    this.#alphas.to_(target);
    return this;
  }

  forward(x: Tensor): Tensor {
    const weights = this.#alphas.softmax(-1);
    const choose = (row: number, a: Tensor, b: Tensor): Tensor => {
      const [wa, wb] = weights.select(0, row).unbind(0) as [Tensor, Tensor];
      return a.mul(wa).add(b.mul(wb));
    };
    const pooled = this.bn.call(x).tanh().mean([2, 3]);
    const hidden = choose(0, this.first.call(pooled).tanh(), pooled.square());
    return this.second.call(choose(1, hidden.sin(), hidden));
  }

  override dispose(): void {
    super.dispose();
    this.#alphas.dispose();
  }
}

/** Batches of four images [3, 4, 4] in two classes. */
export function imageBatches(seed: number, dtype: torch.DType = 'float64'): SearchBatches {
  const generator = new torch.Generator();
  generator.manual_seed(seed);
  const batch = () => ({
    images: torch.randn([4, 3, 4, 4], { dtype, generator }),
    labels: torch.tensor([0, 1, 1, 0], { dtype: 'int64' }),
  });
  return { train: batch(), valid: batch() };
}

/**
 * The second-order gradient as the original comes by it: a network of its own holds the unrolled weights, and
 * the Hessian product is a difference at distance `r`.
 *
 * @param twin - of the same class as `model`; its weights are overwritten
 */
export function gradientByRebuild(
  {
    model,
    twin,
    criterion,
    optimizer,
  }: {
    model: SearchModel;
    twin: SearchModel;
    criterion: Criterion;
    optimizer: SGD;
  },
  { train, valid }: SearchBatches,
  r: number,
): Tensor[] {
  const { lr, momentum, weight_decay } = optimizer.param_groups[0] as SGD['param_groups'][number];
  const loss = (of: SearchModel, { images, labels }: SearchBatches['train']) =>
    criterion.call(of.call(images), labels);
  const copy = (to: readonly Tensor[], values: readonly Tensor[]) =>
    torch.no_grad(() => to.map((tensor, i) => tensor.copy_(values[i] as Tensor)));
  const weights = model.parameters();
  const own = twin.parameters();
  copy(twin.arch_parameters(), model.arch_parameters());

  copy(own, weights);
  const gradients = torch.autograd.grad(loss(twin, train), own) as Tensor[];
  const unrolled = weights.map((weight, i) => {
    const buffer = optimizer.state.get(weight)?.momentum_buffer;
    const decayed = (gradients[i] as Tensor).add(weight.detach().mul(weight_decay));
    const direction = buffer ? decayed.add(buffer.mul(momentum)) : decayed;
    return weight.detach().sub(direction.mul(lr));
  });
  copy(own, unrolled);
  const alphas = twin.arch_parameters();
  const both = torch.autograd.grad(loss(twin, valid), [...alphas, ...own]) as Tensor[];
  const vector = both.slice(alphas.length);
  const R =
    r /
    Number(
      torch
        .cat(vector.map((v) => v.flatten()))
        .norm()
        .item(),
    );
  const at = (distance: number): Tensor[] => {
    copy(
      own,
      weights.map((weight, i) => weight.detach().add((vector[i] as Tensor).mul(distance))),
    );
    return torch.autograd.grad(loss(twin, train), alphas) as Tensor[];
  };
  const [ahead, behind] = [at(R), at(-R)];
  return alphas.map((_, i) => {
    const product = (ahead[i] as Tensor).sub(behind[i] as Tensor).div(2 * R);
    return (both[i] as Tensor).sub(product.mul(lr));
  });
}

/** A {@link Smooth} with all it needs for a search of second order. */
export function smoothSearch(
  options: Partial<SecondOrderOptions> = {},
  dtype: torch.DType = 'float64',
) {
  torch.manual_seed(3);
  const model = new Smooth().to(dtype);
  const optimizer = owned(new SGD(model.parameters(), SGD_OPTIONS));
  const criterion = new CrossEntropyLoss();
  const architect = new SecondOrderArchitect(model, criterion, optimizer, { lr: 1e-3, ...options });
  owned(architect.optimizer);
  return { model, optimizer, criterion, architect, batches: imageBatches(5, dtype) };
}
