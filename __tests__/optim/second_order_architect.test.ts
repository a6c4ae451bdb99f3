// The second-order architect beside its gradient: what a step costs, what it leaves, and the original's slips.
import { describe, expect, test } from '@jest/globals';
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { CrossEntropyLoss } from '../../src/nn/index.js';
import { type Architect, SecondOrderArchitect, SGD } from '../../src/optim/index.js';
import { owned } from '../support/owned.js';
import { expectClose, valuesOf } from '../support/tensors.js';
import { imageBatches, Smooth, SGD_OPTIONS as sgd, smoothSearch as smooth } from './toys.js';

const ORDERS = ['finite_difference', 'exact'] as const;

const gradientsOf = (architect: Architect): number[][] =>
  architect.model.arch_parameters().map(({ grad }) => valuesOf(grad as Tensor));

/** An identity that counts how often it is gone through, each way. */
class Counted extends torch.autograd.Function {
  static passes = { forward: 0, backward: 0 };

  static forward(_context: torch.autograd.FunctionContext, x: Tensor): Tensor {
    Counted.passes.forward += 1;
    return x.clone();
  }

  static backward(_context: torch.autograd.FunctionContext, gradient: Tensor): Tensor {
    Counted.passes.backward += 1;
    return gradient;
  }
}

class CountedSmooth extends Smooth {
  override forward(x: Tensor): Tensor {
    return Counted.apply(super.forward(x));
  }
}

// The backward through the first backward goes through the forward's graph once more.
test.each([
  ['finite_difference', { forward: 4, backward: 4 }],
  ['exact', { forward: 2, backward: 3 }],
] as const)('%s goes through the network %j times', (second_order, passes) => {
  torch.tidy(() => {
    const model = new CountedSmooth().to('float64');
    const optimizer = new SGD(model.parameters(), sgd);
    const options = { lr: 1e-3, second_order };
    const architect = new SecondOrderArchitect(model, new CrossEntropyLoss(), optimizer, options);
    owned(architect.optimizer);
    Counted.passes = { forward: 0, backward: 0 };
    architect.step(imageBatches(5));
    expect(Counted.passes).toEqual(passes);
  });
});

describe.each(ORDERS)('the model after a step, %s', (second_order) => {
  const bits = (tensors: Iterable<Tensor>) => Array.from(tensors, valuesOf);

  test('has the same weights to the last bit, and one batch more in its statistics', () => {
    torch.tidy(() => {
      const { model, architect, batches } = smooth({ second_order }, 'float32');
      const lone = smooth({}, 'float32').model;
      lone.call(batches.train.images);
      const before = bits(model.parameters());
      architect.step(batches);
      expect(bits(model.parameters())).toEqual(before);
      expect(bits(model.buffers())).toEqual(bits(lone.buffers()));
      expect(model.bn.num_batches_tracked?.item()).toBe(1n);
      expect(model.parameters().map(({ grad }) => grad)).toEqual(
        model.parameters().map(() => null),
      );
    });
  });

  const passes = second_order === 'exact' ? 2 : 4;
  test.each(Array.from({ length: passes }, (_, i) => i + 1))(
    'has them when pass %i throws, in the network and in the loss',
    (pass) => {
      const stumbling = (at: 'network' | 'loss') => {
        const { model, optimizer, batches } = smooth({}, 'float32');
        const before = bits(model.parameters());
        let [forwards, losses] = [0, 0];
        const forward = model.second.forward.bind(model.second);
        model.second.forward = (x) => {
          if (++forwards === pass && at === 'network') throw new Error('stumbled');
          return forward(x);
        };
        const criterion = new CrossEntropyLoss();
        const loss = criterion.forward.bind(criterion);
        criterion.forward = (logits, labels) => {
          if (++losses === pass && at === 'loss') throw new Error('stumbled');
          return loss(logits, labels);
        };
        const options = { lr: 1e-3, second_order };
        const architect = new SecondOrderArchitect(model, criterion, optimizer, options);
        owned(architect.optimizer);
        expect(() => architect.step(batches)).toThrow('stumbled');
        expect(bits(model.parameters())).toEqual(before);
        expect(model.bn.num_batches_tracked?.item()).toBe(1n);
        // It is whole: the next step runs.
        architect.step(batches);
      };
      torch.tidy(() => {
        stumbling('network');
        stumbling('loss');
      });
    },
  );

  test('holds no more memory, over 200 steps', () => {
    torch.tidy(() => {
      const { architect, batches } = smooth({ second_order }, 'float32');
      torch.tidy(() => void architect.step(batches));
      const { tensors, bytes, allocated } = torch.memory();
      for (let i = 0; i < 200; i++) torch.tidy(() => void architect.step(batches));
      const after = torch.memory();
      expect(after).toMatchObject({ tensors, bytes });
      // Graphs have no handles. The allocator rounds, now one way, now the other; a number a step is more.
      expect(after.allocated).toBeLessThan(allocated + 200 * 4);
    });
  });
});

describe("the original's slips", () => {
  test('second_order_confidence scales the loss in place of the learning rate', () => {
    torch.tidy(() => {
      const plain = smooth();
      plain.architect.step(plain.batches, 0.25);
      expect(plain.architect.optimizer.lr).toBe(0.25e-3);
      const slip = smooth({ second_order_confidence: true });
      const loss = slip.architect.step(slip.batches, 0.25);
      expect(slip.architect.optimizer.lr).toBe(1e-3);
      expect(loss.item()).toBe(smooth().architect.step(plain.batches).item());
      const scaled = gradientsOf(plain.architect).map((part) =>
        part.map((value) => expect.closeTo(0.25 * value, 12)),
      );
      expect(gradientsOf(slip.architect)).toEqual(scaled);
    });
  });

  test('hvp_rounding leaves rounding in the weights and counts three batches', () => {
    torch.tidy(() => {
      const fixed = smooth({}, 'float32');
      const slip = smooth({ hvp_rounding: true }, 'float32');
      const before = slip.model.parameters().flatMap(valuesOf);
      fixed.architect.step(fixed.batches);
      slip.architect.step(slip.batches);
      const after = slip.model.parameters().flatMap(valuesOf);
      expect(after).not.toEqual(before);
      expect(after).toEqual(before.map((value) => expect.closeTo(value, 6)));
      expect(slip.model.bn.num_batches_tracked?.item()).toBe(3n);
      const [expected] = gradientsOf(fixed.architect) as [number[]];
      expectClose(slip.model.arch_parameters()[0]?.grad as Tensor, expected, 1e-4);
    });
  });

  test('rebuild draws between the first pass and the second, once a step', () => {
    torch.tidy(() => {
      const losses: string[] = [];
      class Noted extends CrossEntropyLoss {
        override forward(logits: Tensor, labels: Tensor): Tensor {
          losses.push('loss');
          return super.forward(logits, labels);
        }
      }
      const { model, optimizer, batches } = smooth();
      const make = (rebuild?: () => void) => {
        const options = { lr: 1e-3, rebuild };
        const architect = new SecondOrderArchitect(model, new Noted(), optimizer, options);
        owned(architect.optimizer);
        return architect;
      };
      make(() => losses.push('rebuild')).step(batches);
      expect(losses).toEqual(['loss', 'rebuild', 'loss', 'loss', 'loss']);
      const state = () => valuesOf(torch.default_generator.get_state());
      const before = state();
      make().step(batches);
      expect(state()).toEqual(before);
    });
  });

  test('first_step_momentum takes all buffers as zeros when one is missing', () => {
    torch.tidy(() => {
      const step = (first_step_momentum: boolean, buffers: boolean[]) => {
        const { model, optimizer, architect, batches } = smooth({ first_step_momentum });
        model.parameters().forEach((weight, i) => {
          if (!buffers[i]) return;
          optimizer.state.set(weight, { momentum_buffer: torch.ones_like(weight) });
        });
        architect.step(batches);
        return gradientsOf(architect);
      };
      const { length } = smooth().model.parameters();
      const all = Array.from({ length }, () => true);
      const allButOne = all.map((_, i) => i > 0);
      const none = all.map(() => false);
      expect(step(true, allButOne)).toEqual(step(true, none));
      expect(step(true, all)).toEqual(step(false, all));
      expect(step(false, allButOne)).not.toEqual(step(false, none));
      expect(step(false, allButOne)).not.toEqual(step(false, all));
    });
  });
});

test.each([{ nesterov: true }, { dampening: 0.1 }, { maximize: true }])(
  'refuses weights that move by %j',
  (options) => {
    torch.tidy(() => {
      const model = new Smooth();
      const optimizer = new SGD(model.parameters(), { lr: 0.1, momentum: 0.9, ...options });
      const criterion = new CrossEntropyLoss();
      expect(() => new SecondOrderArchitect(model, criterion, optimizer, { lr: 1 })).toThrow(
        'SecondOrderArchitect: unrolls SGD of one group',
      );
    });
  },
);
