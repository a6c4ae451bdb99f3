// The first-order architect: what it moves, by how much, and what it leaves alone.
import { describe, expect, test } from '@jest/globals';
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { BatchNorm2d, Linear, Module, MSELoss, Parameter } from '../../src/nn/index.js';
import { FirstOrderArchitect } from '../../src/optim/index.js';
import { expectClose, valuesOf } from '../support/tensors.js';

/** A choice of two: alpha weighs a layer against its input. */
class Choice extends Module {
  bn = new BatchNorm2d(2);
  fc = new Linear(2, 2);
  readonly #alphas = [new Parameter(torch.tensor([0.3, -0.2]))];

  arch_parameters(): Tensor[] {
    return this.#alphas;
  }

  forward(x: Tensor): Tensor {
    const pooled = this.bn.call(x).mean([2, 3]);
    const [w0, w1] = (this.#alphas[0] as Tensor).softmax(-1).unbind(0) as [Tensor, Tensor];
    return this.fc.call(pooled).mul(w0).add(pooled.square().mul(w1));
  }
}

function batch(seed: number): { images: Tensor; labels: Tensor } {
  const generator = new torch.Generator();
  generator.manual_seed(seed);
  return {
    images: torch.randn([4, 2, 3, 3], { generator }),
    labels: torch.randn([4, 2], { generator }),
  };
}

function setUp() {
  const model = new Choice();
  const architect = new FirstOrderArchitect(model, new MSELoss(), { lr: 3e-4 });
  const batches = { train: batch(1), valid: batch(2) };
  const alphas = model.arch_parameters()[0] as Tensor;
  return { model, architect, batches, alphas };
}

/** d loss / d alphas on the valid batch, by autograd on its own. */
function gradient({ model, batches, alphas }: ReturnType<typeof setUp>): number[] {
  const loss = new MSELoss().call(model.call(batches.valid.images), batches.valid.labels);
  const [grad] = torch.autograd.grad(loss, [alphas]);
  return valuesOf(grad as Tensor);
}

describe('a step', () => {
  test('is one of Adam on the validation loss, its rate scaled by the confidence', () => {
    torch.tidy(() => {
      const setting = setUp();
      const { architect, batches, alphas, model } = setting;
      const start = valuesOf(alphas);
      const expected = gradient(setting);
      const loss = new MSELoss().call(model.call(batches.valid.images), batches.valid.labels);
      const returned = architect.step(batches, 0.25);
      expect(returned.item()).toBe(loss.item());
      expect(returned.requires_grad).toBe(false);
      expectClose(alphas.grad as Tensor, expected);
      // Adam's first step is lr * g / (|g| + eps), with weight decay in g.
      const moved = expected.map((value, i) => {
        const g = value + 1e-3 * (start[i] as number);
        return (start[i] as number) - (0.25 * 3e-4 * g) / (Math.abs(g) + 1e-8);
      });
      expectClose(alphas, moved, 1e-7);
      expect(architect.optimizer.lr).toBe(0.25 * 3e-4);
      expect(architect.optimizer.param_groups[0]).toMatchObject({
        betas: [0.5, 0.999],
        weight_decay: 1e-3,
      });
      architect.step(batches);
      expect(architect.optimizer.lr).toBe(3e-4);
    });
  });

  test('leaves the weights and their gradients alone, but counts as a batch for the statistics', () => {
    torch.tidy(() => {
      const { model, architect, batches } = setUp();
      const before = model.parameters().map(valuesOf);
      const statistics = valuesOf(model.bn.running_mean as Tensor);
      (model.fc.bias as Parameter).grad = torch.tensor([5, 6]);
      architect.step(batches);
      expect(model.parameters().map(valuesOf)).toEqual(before);
      expect(valuesOf(model.fc.bias?.grad as Tensor)).toEqual([5, 6]);
      expect(model.fc.weight.grad).toBeNull();
      expect(valuesOf(model.bn.running_mean as Tensor)).not.toEqual(statistics);
      expect(model.bn.num_batches_tracked?.item()).toBe(1n);
    });
  });

  test('does not add to gradients that a weight step left on the alphas', () => {
    torch.tidy(() => {
      const setting = setUp();
      setting.alphas.grad = torch.tensor([100, 100]);
      const expected = gradient(setting);
      setting.architect.step(setting.batches);
      expectClose(setting.alphas.grad as Tensor, expected);
    });
  });

  test('leaves no tensor behind but the loss, over 200 of them', () => {
    torch.tidy(() => {
      const { architect, batches } = setUp();
      torch.tidy(() => void architect.step(batches));
      const before = torch.memory();
      for (let i = 0; i < 200; i++) torch.tidy(() => void architect.step(batches));
      expect(torch.memory()).toEqual(before);
      architect.step(batches);
      expect(torch.memory().tensors).toBe(before.tensors + 1);
    });
  });
});

test('the alphas are not among the parameters', () => {
  torch.tidy(() => {
    const { model } = setUp();
    expect([...model.state_dict().keys()].some((key) => key.includes('alpha'))).toBe(false);
    expect(model.parameters()).not.toContain(model.arch_parameters()[0]);
  });
});
