// Module: discovery, state dicts, moving, and the scope of a call.
import { describe, expect, test } from '@jest/globals';
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import {
  type AnyModule,
  Buffer,
  Linear,
  Module,
  ModuleList,
  Parameter,
  ReLU,
} from '../../src/nn/index.js';
import { SGD } from '../../src/optim/index.js';
import { expectClose, valuesOf } from '../support/tensors.js';
import { Net } from './net.js';

const names = (named: Iterable<[string, unknown]>): string[] => Array.from(named, ([name]) => name);

describe('discovery', () => {
  test('the state dict is in the order of declaration, parameters before buffers before children', () => {
    class Odd extends Module {
      last: Linear;
      counter = new Buffer(torch.zeros([1]));
      scale: Parameter;
      plain = torch.zeros([1]);
      none: Parameter | null = null;
      readonly #alphas = [new Parameter(torch.zeros([1]))];
      readonly held = this.#alphas;

      constructor() {
        super();
        this.scale = new Parameter(torch.ones([1]));
        this.last = new Linear(1, 1);
      }

      forward(x: Tensor): Tensor {
        return x;
      }
    }
    using odd = new Odd();
    expect(names(odd.state_dict())).toEqual(['scale', 'counter', 'last.weight', 'last.bias']);
    expect(names(odd.named_parameters())).toEqual(['scale', 'last.weight', 'last.bias']);
    expect(names(odd.named_buffers())).toEqual(['counter']);
    expect(odd.parameters()[0]).toBe(odd.scale);
  });

  test('a network names its tensors as PyTorch does', () => {
    using net = new Net();
    expect(names(net.state_dict())).toEqual([
      'conv.weight',
      'bn.weight',
      'bn.bias',
      'bn.running_mean',
      'bn.running_var',
      'bn.num_batches_tracked',
      'fc.weight',
      'fc.bias',
    ]);
    expect(names(net.named_modules())).toEqual(['', 'conv', 'bn', 'fc']);
    expect(names(net.named_children())).toEqual(['conv', 'bn', 'fc']);
    expect(net.modules()).toHaveLength(4);
    expect(net.children()).toHaveLength(3);
  });

  test('what is held twice is listed once, but saved under both names', () => {
    class Tied extends Module {
      one = new Linear(2, 2, { bias: false });
      two = this.one;
      three = new Linear(2, 2, { bias: false });

      forward(x: Tensor): Tensor {
        return x;
      }
    }
    using tied = new Tied();
    tied.three.weight.dispose();
    tied.three.weight = tied.one.weight;
    expect(names(tied.named_parameters())).toEqual(['one.weight']);
    expect(names(tied.named_modules())).toEqual(['', 'one', 'three']);
    expect(names(tied.state_dict())).toEqual(['one.weight', 'two.weight', 'three.weight']);
  });

  test('train and eval reach every module, apply goes from the leaves up', () => {
    using net = new Net();
    net.eval();
    expect(net.modules().map((module) => module.training)).toEqual([false, false, false, false]);
    net.train();
    expect(net.modules().every((module) => module.training)).toBe(true);
    const order: string[] = [];
    expect(net.apply((module: AnyModule) => order.push(module.constructor.name))).toBe(net);
    expect(order).toEqual(['Conv2d', 'BatchNorm2d', 'Linear', 'Net']);
  });

  test('zero_grad and requires_grad_ reach every parameter', () => {
    torch.tidy(() => {
      using net = new Net();
      net
        .call(torch.randn([4, 3, 2, 2]))
        .sum()
        .backward();
      expect(net.parameters().every(({ grad }) => grad !== null)).toBe(true);
      net.zero_grad();
      expect(net.parameters().every(({ grad }) => grad === null)).toBe(true);
      net.requires_grad_(false);
      expect(net.parameters().some(({ requires_grad }) => requires_grad)).toBe(false);
      expect(net.call(torch.randn([4, 3, 2, 2])).requires_grad).toBe(false);
    });
  });
});

describe('to', () => {
  test('converts in place: identity, gradients and integer buffers stay, training goes on', () => {
    torch.tidy(() => {
      using net = new Net();
      const before = net.parameters();
      const optimizer = new SGD(before, { lr: 1 });
      net
        .call(torch.randn([4, 3, 2, 2]))
        .sum()
        .backward();
      const bias = net.fc.bias as Parameter;
      const expected = valuesOf(bias).map((value) => value - 4);
      expect(net.to('float64')).toBe(net);
      expect(net.parameters().every((parameter, i) => parameter === before[i])).toBe(true);
      expect(net.parameters().every(({ dtype }) => dtype === 'float64')).toBe(true);
      expect(net.parameters().every((p) => p.requires_grad && p.is_leaf)).toBe(true);
      expect(net.bn.running_mean?.dtype).toBe('float64');
      expect(net.bn.running_mean?.requires_grad).toBe(false);
      expect(net.bn.num_batches_tracked?.dtype).toBe('int64');
      expect(bias.grad?.dtype).toBe('float64');
      optimizer.step();
      expectClose(bias, expected, 1e-15);
      net.zero_grad();
      net
        .call(torch.randn([4, 3, 2, 2], { dtype: 'float64' }))
        .sum()
        .backward();
      expectClose(bias.grad as Tensor, [4, 4], 0);
    });
  });

  test('what is there already is not copied, and nothing stays behind', () => {
    using net = new Net();
    const { tensors } = torch.memory();
    torch.tidy(() => {
      const alias = net.fc.weight.detach();
      net.to({ device: 'cpu', dtype: 'float32' });
      alias.fill_(3);
      expect(valuesOf(net.fc.weight)).toEqual([3, 3, 3, 3]);
    });
    net.to('float64').to('cpu').to('float32');
    expect(torch.memory().tensors).toBe(tensors);
  });

  // Tensors on the meta device have shapes and no values: they show where things are without a GPU.
  test('a device takes every tensor along, and an optimizer made before goes on there', () => {
    torch.tidy(() => {
      using net = new Net();
      const optimizer = new SGD(net.parameters(), { lr: 1, momentum: 0.9 });
      net
        .call(torch.randn([4, 3, 2, 2]))
        .sum()
        .backward();
      net.to('meta');
      const tensors = [...net.state_dict().values()];
      expect(new Set(tensors.map(({ device }) => device))).toEqual(new Set(['meta']));
      expect(net.parameters().every(({ grad }) => grad?.device === 'meta')).toBe(true);
      expect(net.bn.num_batches_tracked?.dtype).toBe('int64');
      optimizer.step();
      expect([...optimizer.state.keys()]).toEqual(net.parameters());
      optimizer.dispose();
    });
  });

  test('a dtype that cannot be trained is refused', () => {
    using net = new Net();
    expect(() => net.to('int64')).toThrow(/dtype must be a floating-point one.*got int64/);
    expect(() => net.to('gpu')).toThrow(/gpu/);
  });
});

describe('a call is a scope', () => {
  test('of what forward makes only the output is left', () => {
    torch.tidy(() => {
      using net = new Net();
      const x = torch.randn([4, 3, 2, 2]);
      net.call(x);
      const { tensors } = torch.memory();
      const output = net.call(x);
      expect(torch.memory().tensors).toBe(tensors + 1);
      expect(output.shape).toEqual([4, 2]);
    });
  });

  test('also when forward throws', () => {
    class Failing extends Module {
      forward(x: Tensor): Tensor {
        x.add(1);
        throw new Error('no luck');
      }
    }
    const x = torch.zeros([1]);
    const { tensors } = torch.memory();
    expect(() => new Failing().call(x)).toThrow('no luck');
    expect(torch.memory().tensors).toBe(tensors);
    x.dispose();
  });

  test('several outputs survive, and inputs given back stay alive', () => {
    class Both extends Module<[Tensor], { same: Tensor; more: Tensor[] }> {
      forward(x: Tensor) {
        return { same: x, more: [x.add(1), x.mul(2).add(3)] };
      }
    }
    torch.tidy(() => {
      const x = torch.tensor([4]);
      const { same, more } = new Both().call(x);
      expect(same).toBe(x);
      expect(more.map((tensor) => tensor.item())).toEqual([5, 11]);
    });
  });

  test('a tensor put on a property must be kept', () => {
    class Remembering extends Module {
      seen: Tensor | null = null;

      constructor(readonly keeps: boolean) {
        super();
      }

      forward(x: Tensor): Tensor {
        this.seen?.dispose();
        const sum = x.sum();
        this.seen = this.keeps ? torch.keep(sum) : sum;
        return x.add(1);
      }
    }
    torch.tidy(() => {
      const x = torch.tensor([1, 2]);
      expect(() => new Remembering(false).call(x)).toThrow(
        expect.objectContaining({
          code: 'ERR_NOT_KEPT',
          message: expect.stringMatching(/^Remembering\.seen holds a freed tensor.*torch\.keep/),
        }),
      );
      using keeping = new Remembering(true);
      keeping.call(x);
      keeping.call(x);
      expect(keeping.seen?.item()).toBe(3);
    });
  });

  test('200 training steps leave nothing behind, and dispose gives all back', () => {
    const start = torch.memory();
    const net = new Net();
    const optimizer = new SGD(net.parameters(), { lr: 0.01, momentum: 0.9 });
    const step = (): void => {
      torch.tidy(() => {
        optimizer.zero_grad();
        net
          .call(torch.randn([4, 3, 2, 2]))
          .square()
          .mean()
          .backward();
        optimizer.step();
      });
    };
    step();
    const after = torch.memory();
    for (let i = 0; i < 200; i++) step();
    expect(torch.memory()).toEqual(after);
    expect(valuesOf(net.bn.num_batches_tracked as Tensor)).toEqual([201]);
    net.dispose();
    optimizer.dispose();
    expect(torch.memory()).toEqual(start);
  });
});

test('a ModuleList among the fields is found, a plain array is not', () => {
  class Listed extends Module {
    list = new ModuleList([new Linear(1, 1, { bias: false }), new ReLU()]);
    array = [new Linear(1, 1)];

    forward(x: Tensor): Tensor {
      return x;
    }
  }
  using listed = new Listed();
  expect(names(listed.state_dict())).toEqual(['list.0.weight']);
  for (const linear of listed.array) linear.dispose();
});
