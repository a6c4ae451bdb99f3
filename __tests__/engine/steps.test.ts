// Steps of weights and architecture: who moves, by what gradient, and that nothing is left behind.
import { describe, expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import { searchStep } from '../../src/engine/search_step.js';
import { weightStep } from '../../src/engine/weight_step.js';
import { DartsEvaluationNetwork } from '../../src/models/darts_evaluation_network.js';
import { namedGenotype } from '../../src/models/genotypes.js';
import { SearchNetwork } from '../../src/models/search_network.js';
import { CrossEntropyLoss, Linear } from '../../src/nn/index.js';
import { FirstOrderArchitect, SGD } from '../../src/optim/index.js';
import { held } from '../support/memory.js';
import { valuesOf } from '../support/tensors.js';

const criterion = new CrossEntropyLoss();

/** A supernet with one node a cell, for images of 8x8. */
function toy() {
  torch.manual_seed(1);
  const model = new SearchNetwork({
    C: 2,
    num_classes: 3,
    steps: 1,
    multiplier: 1,
    in_channels: 1,
  });
  const optimizer = new SGD(model.parameters(), { lr: 0.05, momentum: 0.9, weight_decay: 3e-4 });
  const architect = new FirstOrderArchitect(model, criterion, { lr: 0.01 });
  return { model, optimizer, architect, criterion, grad_clip: 5 };
}

const batch = () => ({
  images: torch.randn([4, 1, 8, 8]),
  labels: torch.randint(0, 3, [4], { dtype: 'int64' }),
});

const snapshot = (tensors: torch.Tensor[]) => tensors.map(valuesOf);

describe('weightStep', () => {
  /** Logits are x w of one weight, so that the gradient can be written down. */
  function linear() {
    const model = new Linear(1, 2, { bias: false });
    torch.no_grad(() => model.weight.zero_());
    const train = { images: torch.tensor([[2]]), labels: torch.tensor([0], { dtype: 'int64' }) };
    return { model, train, criterion, optimizer: new SGD(model.parameters(), { lr: 1 }) };
  }

  test('moves the weights against the gradient', () => {
    const { loss, logits, grad_norm } = weightStep({ ...linear(), grad_clip: 5 });
    // softmax(0, 0) - (1, 0) = (-.5, .5), times x = 2.
    expect(valuesOf(logits)).toEqual([0, 0]);
    expect(Number(loss.item())).toBeCloseTo(Math.log(2), 6);
    expect(Number(grad_norm.item())).toBeCloseTo(Math.SQRT2, 6);
  });

  test('clips the gradient to the norm it is given', () => {
    const free = linear();
    weightStep({ ...free, grad_clip: 5 });
    expect(valuesOf(free.model.weight)).toEqual([1, -1]);
    const clipped = linear();
    weightStep({ ...clipped, grad_clip: 0.1 });
    const [first, second] = valuesOf(clipped.model.weight) as [number, number];
    expect(first).toBeCloseTo(0.1 / Math.SQRT2, 6);
    expect(second).toBeCloseTo(-0.1 / Math.SQRT2, 6);
  });

  test('forgets the gradient of the step before', () => {
    const step = linear();
    const first = weightStep({ ...step, grad_clip: 5 });
    torch.no_grad(() => step.model.weight.zero_());
    const second = weightStep({ ...step, grad_clip: 5 });
    expect(second.grad_norm.item()).toBe(first.grad_norm.item());
  });

  test('leaves the architecture alone, gradients too', () => {
    const { model, ...rest } = toy();
    const before = snapshot(model.arch_parameters());
    weightStep({ model, ...rest, train: batch() });
    expect(snapshot(model.arch_parameters())).toEqual(before);
    expect(model.arch_parameters().map(({ grad }) => grad)).toEqual([null, null]);
  });
});

describe('weightStep with an auxiliary head', () => {
  const setting = () => {
    torch.manual_seed(1);
    const model = new DartsEvaluationNetwork({
      C: 2,
      num_classes: 3,
      genotype: namedGenotype('DARTS_V2'),
      layers: 3,
      in_channels: 1,
      auxiliary: true,
    });
    const train = { images: torch.randn([4, 1, 16, 16]), labels: batch().labels };
    return { model, train, criterion, optimizer: new SGD(model.parameters(), { lr: 0.05 }) };
  };

  test('adds the share of its loss, and trains it', () => {
    torch.tidy(() => {
      const { model, train, ...rest } = setting();
      const [logits, logits_aux] = model.callWithAuxiliary(train.images);
      const lossOf = (x: torch.Tensor) => Number(criterion.call(x, train.labels).item());
      const head = model.auxiliary_head?.parameters() ?? [];
      const before = snapshot(head);
      const step = { model, train, ...rest, grad_clip: 5 };
      const { loss, logits: returned } = weightStep({ ...step, auxiliary_weight: 0.4 });
      expect(Number(loss.item())).toBeCloseTo(lossOf(logits) + 0.4 * lossOf(logits_aux), 5);
      expect(valuesOf(returned)).toEqual(valuesOf(logits));
      expect(snapshot(head)).not.toEqual(before);
      model.dispose();
    });
  });

  test('needs one', () => {
    torch.tidy(() => {
      const { optimizer, train } = setting();
      const model = new Linear(16, 3);
      const step = { model, criterion, optimizer, train, grad_clip: 5, auxiliary_weight: 0.4 };
      expect(() => weightStep(step)).toThrow(
        'auxiliary_weight is for a model with an auxiliary head',
      );
    });
  });
});

describe('searchStep', () => {
  test('first moves the architecture by its loss on `valid`, then the weights', () => {
    const { model, ...rest } = toy();
    const twin = toy();
    torch.manual_seed(5);
    const [train, valid] = [batch(), batch()];
    const { arch_loss, loss } = searchStep({ model, ...rest, train, valid });
    const expectedArchLoss = twin.architect.step({ train, valid });
    const { loss: expectedLoss } = weightStep({ ...twin, train });
    expect(arch_loss?.item()).toBe(expectedArchLoss.item());
    expect(loss.item()).toBe(expectedLoss.item());
    expect(snapshot(model.arch_parameters())).toEqual(snapshot(twin.model.arch_parameters()));
    expect(snapshot(model.parameters())).toEqual(snapshot(twin.model.parameters()));
  });

  test('moves no alpha by more than the trusted share of the learning rate', () => {
    const { model, ...rest } = toy();
    const before = snapshot(model.arch_parameters()).flat();
    searchStep({ model, ...rest, train: batch(), valid: batch(), confidence: 0.25 });
    const moves = snapshot(model.arch_parameters())
      .flat()
      .map((alpha, i) => Math.abs(alpha - (before[i] as number)));
    // Adam's first step is the learning rate, whatever the size of the gradient.
    expect(Math.max(...moves)).toBeCloseTo(0.01 * 0.25, 5);
    expect(Math.min(...moves)).toBeGreaterThan(0.5 * 0.01 * 0.25);
  });

  test('without an architect trains the weights only', () => {
    const { model, ...rest } = toy();
    const [alphas, weights] = [snapshot(model.arch_parameters()), snapshot(model.parameters())];
    const result = searchStep({ model, ...rest, architect: null, train: batch(), valid: batch() });
    expect(result.arch_loss).toBeNull();
    expect(snapshot(model.arch_parameters())).toEqual(alphas);
    expect(snapshot(model.parameters())).not.toEqual(weights);
  });

  test('leaves no tensor behind, over 200 steps', () => {
    torch.set_num_threads(1);
    const search = toy();
    const step = () =>
      torch.tidy(() => {
        searchStep({ ...search, train: batch(), valid: batch() }).loss.item();
      });
    step(); // makes momentum buffers and gradients, which stay
    const after = held();
    const { allocated } = torch.memory();
    for (let i = 0; i < 200; i++) {
      step();
      expect(held()).toEqual(after);
    }
    // Graphs and gradients have no handles. The allocator rounds, by less than a tensor a step.
    expect(torch.memory().allocated).toBeLessThan(1.01 * allocated);
  });
});
