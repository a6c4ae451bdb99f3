// What all architects do with a gradient, shown on the first-order one: whom they move, by how much.
import { describe, expect, test } from '@jest/globals';
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import {
  BatchNorm2d,
  CrossEntropyLoss,
  Linear,
  Module,
  MSELoss,
  Parameter,
} from '../../src/nn/index.js';
import { type ArchitectOptions, FirstOrderArchitect } from '../../src/optim/index.js';
import { held } from '../support/memory.js';
import { owned } from '../support/owned.js';
import { expectClose, valuesOf } from '../support/tensors.js';
import { imageBatches, Smooth } from './toys.js';

/** A choice of two: alpha weighs a layer against its input. */
class Choice extends Module {
  bn = new BatchNorm2d(2);
  fc = new Linear(2, 2);
  readonly #alphas = [new Parameter(torch.tensor([0.3, -0.2]))];

  arch_parameters(): Tensor[] {
    return this.#alphas;
  }

  override dispose(): void {
    super.dispose();
    torch.dispose(this.#alphas);
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

function setUp(options: Partial<ArchitectOptions> = {}) {
  const model = owned(new Choice());
  const architect = new FirstOrderArchitect(model, new MSELoss(), { lr: 3e-4, ...options });
  owned(architect.optimizer);
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
      const before = held();
      for (let i = 0; i < 200; i++) torch.tidy(() => void architect.step(batches));
      expect(held()).toEqual(before);
      architect.step(batches);
      expect(held().tensors).toBe(before.tensors + 1);
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

describe('options', () => {
  const rawGradient = () => {
    const { model, architect, batches } = smooth();
    architect.step(batches);
    return valuesOf(model.arch_parameters()[0]?.grad as Tensor);
  };

  /** Alphas [2, 2]. */
  function smooth(options: Partial<ArchitectOptions> = {}) {
    torch.manual_seed(3);
    const model = new Smooth().to('float64');
    const all = { lr: 3e-4, ...options };
    const architect = new FirstOrderArchitect(model, new CrossEntropyLoss(), all);
    owned(architect.optimizer);
    const alphas = model.arch_parameters()[0] as Tensor;
    return { model, architect, alphas, batches: imageBatches(5) };
  }

  test('grad_clip bounds the joint norm of the gradients, and leaves smaller ones alone', () => {
    torch.tidy(() => {
      const raw = rawGradient();
      const norm = Math.hypot(...raw);
      const clipped = smooth({ grad_clip: norm / 4 });
      clipped.architect.step(clipped.batches);
      expectClose(
        clipped.alphas.grad as Tensor,
        raw.map((g) => (g * (norm / 4)) / (norm + 1e-6)),
        1e-12,
      );
      const free = smooth({ grad_clip: 2 * norm });
      free.architect.step(free.batches);
      expect(valuesOf(free.alphas.grad as Tensor)).toEqual(raw);
    });
  });

  test('held columns stay to the last bit, the others move as ever', () => {
    torch.tidy(() => {
      const [holding, free] = [smooth({ held: [1] }), smooth()];
      const [, b, , d] = valuesOf(holding.alphas);
      holding.architect.step(holding.batches);
      free.architect.step(free.batches);
      const [a, , c] = valuesOf(free.alphas);
      expect(valuesOf(holding.alphas)).toEqual([a, b, c, d]);
      for (let i = 0; i < 5; i++) holding.architect.step(holding.batches);
      const [a5, b5, c5, d5] = valuesOf(holding.alphas);
      expect([b5, d5]).toEqual([b, d]);
      expect(a5).not.toBe(a);
      expect(c5).not.toBe(c);
    });
  });

  test('held columns do not count in the norm that is clipped', () => {
    torch.tidy(() => {
      const [a, , c] = rawGradient() as [number, number, number];
      const { architect, alphas, batches } = smooth({ held: [1], grad_clip: 1e-3 });
      architect.step(batches);
      const scale = 1e-3 / (Math.hypot(a, c) + 1e-6);
      expectClose(alphas.grad as Tensor, [scale * a, 0, scale * c, 0], 1e-12);
    });
  });

  test('weights of edges are never held', () => {
    class WithEdges extends Smooth {
      readonly #betas = new Parameter(torch.tensor([0.5, 1]));

      override arch_parameters(): Parameter[] {
        return [...super.arch_parameters(), this.#betas];
      }

      override forward(x: Tensor): Tensor {
        return super.forward(x).mul(this.#betas);
      }

      override dispose(): void {
        super.dispose();
        this.#betas.dispose();
      }
    }
    torch.tidy(() => {
      const model = new WithEdges();
      const options = { lr: 3e-4, held: [0, 1] };
      const architect = new FirstOrderArchitect(model, new CrossEntropyLoss(), options);
      owned(architect.optimizer);
      const [alphas, betas] = model.arch_parameters().map(valuesOf);
      architect.step(imageBatches(5, 'float32'));
      const [alphasAfter, betasAfter] = model.arch_parameters().map(valuesOf);
      expect(alphasAfter).toEqual(alphas);
      expect(betasAfter).not.toEqual(betas);
    });
  });

  test.each([2, -1, 0.5])('there is no column %d to hold', (column) => {
    torch.tidy(() => {
      expect(() => smooth({ held: [column] })).toThrow(
        `Architect: held columns must be in 0..1, got ${column}`,
      );
    });
  });
});
