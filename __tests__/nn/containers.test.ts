// Sequential and ModuleList.
import { describe, expect, test } from '@jest/globals';
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { Identity, Linear, Module, ModuleList, ReLU, Sequential } from '../../src/nn/index.js';
import { valuesOf } from '../support/tensors.js';

/** Adds, and notes how many tensors are alive meanwhile. */
class Add extends Module {
  constructor(
    readonly addend: number,
    readonly alive: number[] = [],
  ) {
    super();
  }

  forward(x: Tensor): Tensor {
    this.alive.push(torch.memory().tensors);
    return x.add(this.addend).mul(1);
  }
}

describe('Sequential', () => {
  test('runs in order, and names its children by index', () => {
    torch.tidy(() => {
      using net = new Sequential(new Add(-3), new ReLU(), new Add(1), new Linear(1, 1));
      const linear = net[3] as Linear;
      torch.no_grad(() => {
        linear.weight.fill_(2);
        linear.bias?.fill_(0.5);
      });
      expect([...net.state_dict().keys()]).toEqual(['3.weight', '3.bias']);
      expect(net.length).toBe(4);
      expect(valuesOf(net.call(torch.tensor([[1], [5]])))).toEqual([2.5, 6.5]);
    });
  });

  test('a module that stands in it twice runs twice', () => {
    torch.tidy(() => {
      const add = new Add(2);
      expect(new Sequential(add, add).call(torch.tensor([1])).item()).toBe(5);
    });
  });

  test('an empty one and one of identities give back their input', () => {
    torch.tidy(() => {
      const x = torch.zeros([1]);
      expect(new Sequential().call(x)).toBe(x);
      expect(new Sequential(new Identity(), new Identity()).call(x)).toBe(x);
    });
  });

  test('an intermediate tensor is freed as soon as the next module has used it', () => {
    torch.tidy(() => {
      const alive: number[] = [];
      const net = new Sequential(...[1, 2, 3, 4, 5].map((addend) => new Add(addend, alive)));
      const x = torch.zeros([1]);
      const { tensors } = torch.memory();
      expect(net.call(x).item()).toBe(15);
      // The input alone, then the input and one intermediate.
      expect(alive.map((count) => count - tensors)).toEqual([0, 1, 1, 1, 1]);
    });
  });
});

describe('ModuleList', () => {
  test('is indexed, iterated and grown, and names its children by index', () => {
    using list = new ModuleList<Linear>([new Linear(1, 2)]);
    const added = new Linear(2, 3, { bias: false });
    list.append(added).extend([new Linear(3, 4)]);
    expect(list.length).toBe(3);
    expect(list[1]).toBe(added);
    expect(Array.from(list, (linear) => linear.out_features)).toEqual([2, 3, 4]);
    expect([...list.state_dict().keys()]).toEqual([
      '0.weight',
      '0.bias',
      '1.weight',
      '2.weight',
      '2.bias',
    ]);
  });

  test('more than ten children stay in numeric order', () => {
    using list = new ModuleList(Array.from({ length: 12 }, () => new Identity()));
    expect(list.named_children().map(([name]) => Number(name))).toEqual([
      0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
    ]);
  });

  test('cannot be called', () => {
    expect(() => new ModuleList().call()).toThrow('ModuleList has no forward');
  });
});
