// The second-order gradient against closed forms, against differences, and against the original's way to it.
import { describe, expect, test } from '@jest/globals';
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { SearchNetwork } from '../../src/models/search_network.js';
import { CrossEntropyLoss } from '../../src/nn/index.js';
import { SecondOrderArchitect, type SecondOrderOptions, SGD } from '../../src/optim/index.js';
import { owned } from '../support/owned.js';
import { expectClose, valuesOf } from '../support/tensors.js';
import {
  gradientByRebuild,
  HalfSquares,
  imageBatches,
  Quadratic,
  quadraticBatches,
  Smooth,
  SGD_OPTIONS as sgd,
  smoothSearch as smooth,
} from './toys.js';

const ORDERS = ['finite_difference', 'exact'] as const;

const gradientsOf = (architect: SecondOrderArchitect): number[][] =>
  architect.model.arch_parameters().map(({ grad }) => valuesOf(grad as Tensor));

describe.each(ORDERS)('the gradient, %s', (second_order) => {
  const [w, alpha, t, c] = [
    [0.5, -1],
    [0.25, 0.75],
    [2, -0.5],
    [-1, 0.125],
  ] as const;

  function quadratic(options: Partial<SecondOrderOptions> = {}) {
    const model = new Quadratic([...w], [...alpha]);
    const optimizer = owned(new SGD(model.parameters(), sgd));
    const all = { lr: 1e-3, second_order, ...options };
    const architect = new SecondOrderArchitect(model, new HalfSquares(), optimizer, all);
    owned(architect.optimizer);
    return { model, optimizer, architect, batches: quadraticBatches([...t], [...c]) };
  }

  // u = w' - alpha - c with w' = w - lr (momentum b + (w - alpha - t) + decay w); the direct gradient is
  // -u, v is u, the product -v: together (lr - 1) u.
  const byHand = (buffer: readonly number[]): number[] =>
    w.map((w, i) => {
      const [a, b] = [alpha[i] as number, buffer[i] as number];
      const direction = sgd.momentum * b + (w - a - (t[i] as number)) + sgd.weight_decay * w;
      return (sgd.lr - 1) * (w - sgd.lr * direction - a - (c[i] as number));
    });

  test('is that of a quadratic by hand, before the first step of the weights and after it', () => {
    torch.tidy(() => {
      const { model, optimizer, architect, batches } = quadratic();
      architect.step(batches);
      expectClose(model.arch_parameters()[0]?.grad as Tensor, byHand([0, 0]), 1e-12);
      // Gives momentum buffers and leaves the weights where they were.
      model.w.grad = torch.tensor([0.7, -0.2], { dtype: 'float64' });
      optimizer.step();
      const buffer = [0.7, -0.2].map((g, i) => g + sgd.weight_decay * (w[i] as number));
      torch.no_grad(() => {
        model.w.copy_(torch.tensor(w));
        model.arch_parameters()[0]?.copy_(torch.tensor(alpha));
      });
      architect.step(batches);
      expectClose(model.arch_parameters()[0]?.grad as Tensor, byHand(buffer), 1e-12);
    });
  });

  test('is a number where the validation loss has come to rest', () => {
    torch.tidy(() => {
      const { model, optimizer, architect, batches } = quadratic();
      optimizer.lr = 0;
      batches.valid.images = model.w.detach().sub(model.arch_parameters()[0]?.detach() as Tensor);
      expect(architect.step(batches).item()).toBe(0);
      expect(gradientsOf(architect)).toEqual([[0, 0].map((zero) => expect.closeTo(zero, 300))]);
    });
  });

  test('is what remains of the loss after the unrolled step, on the validation batch', () => {
    torch.tidy(() => {
      const { architect, batches } = quadratic();
      const u = byHand([0, 0]).map((value) => value / (sgd.lr - 1));
      const loss = architect.step(batches);
      expect(loss.item()).toBeCloseTo((u[0] as number) ** 2 / 2 + (u[1] as number) ** 2 / 2, 12);
      expect(loss.requires_grad).toBe(false);
    });
  });

  test('moves the alphas by one step of Adam', () => {
    torch.tidy(() => {
      const { model, architect, batches } = quadratic({ weight_decay: 0 });
      architect.step(batches, 0.5);
      // Adam's first step is the learning rate against the gradient's sign.
      const expected = alpha.map((a, i) => a - 0.5e-3 * Math.sign(byHand([0, 0])[i] as number));
      expectClose(model.arch_parameters()[0] as Tensor, expected, 1e-9);
    });
  });
});

/** One step of the weights, so that momentum is not zero. */
function trainOnce({ model, optimizer, criterion, batches }: ReturnType<typeof smooth>): void {
  const { images, labels } = batches.train;
  criterion.call(model.call(images), labels).backward(undefined, { inputs: model.parameters() });
  optimizer.step();
}

describe('exact', () => {
  test('is the derivative of the loss after the unrolled step by the alphas', () => {
    torch.tidy(() => {
      const setting = smooth({ second_order: 'exact' });
      trainOnce(setting);
      const { model, optimizer, criterion, architect, batches } = setting;
      const alphas = model.arch_parameters()[0] as Tensor;
      const start = alphas.detach().clone();
      architect.step(batches);
      const gradient = alphas.grad as Tensor;

      const twin = new Smooth().to('float64');
      const lossWith = (values: Tensor): number => {
        torch.no_grad(() => alphas.copy_(values));
        twin.load_state_dict(model.state_dict());
        torch.no_grad(() => twin.arch_parameters()[0]?.copy_(values));
        const own = owned(new SGD(twin.parameters(), sgd));
        own.load_state_dict(optimizer.state_dict());
        const on = ({ images, labels }: typeof batches.train) =>
          criterion.call(twin.call(images), labels);
        twin.zero_grad();
        on(batches.train).backward(undefined, { inputs: twin.parameters() });
        own.step();
        return Number(on(batches.valid).item());
      };
      const h = 1e-5;
      const differences = [0, 1, 2, 3].map((i) => {
        const step = torch.zeros([4], { dtype: 'float64' });
        step.select(0, i).fill_(h);
        const ahead = lossWith(start.add(step.view([2, 2])));
        const behind = lossWith(start.sub(step.view([2, 2])));
        return (ahead - behind) / (2 * h);
      });
      expectClose(gradient, differences, 1e-9);
    });
  });

  // The network has ReLU and max-pool; so near to w the difference meets none of their kinks.
  test('is what a difference at 1e-6 gives, on a supernet', () => {
    torch.tidy(() => {
      torch.manual_seed(4);
      const make = () =>
        owned(new SearchNetwork({ C: 2, num_classes: 2, steps: 2, multiplier: 2 })).to('float64');
      const [model, twin] = [make(), make()];
      const criterion = new CrossEntropyLoss();
      const optimizer = new SGD(model.parameters(), sgd);
      const batches = imageBatches(6);
      const expected = gradientByRebuild({ model, twin, criterion, optimizer }, batches, 1e-6);
      const architect = new SecondOrderArchitect(model, criterion, optimizer, {
        lr: 1e-3,
        second_order: 'exact',
      });
      owned(architect.optimizer);
      architect.step(batches);
      model.arch_parameters().forEach(({ grad }, i) => {
        expectClose(grad as Tensor, valuesOf(expected[i] as Tensor), 1e-7);
      });
    });
  });
});

describe('finite_difference', () => {
  test('is the difference that a rebuilt network gives', () => {
    torch.tidy(() => {
      const setting = smooth();
      trainOnce(setting);
      const { architect, batches } = setting;
      const twin = new Smooth().to('float64');
      const expected = gradientByRebuild({ ...setting, twin }, batches, 1e-2);
      architect.step(batches);
      expect(gradientsOf(architect)).toEqual(
        expected.map((part) => valuesOf(part).map((value) => expect.closeTo(value, 12))),
      );
    });
  });
});
