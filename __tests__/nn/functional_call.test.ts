// A module run on other tensors than its own.
import { describe, expect, test } from '@jest/globals';
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { BatchNorm2d, functional_call, Linear, Module } from '../../src/nn/index.js';
import { owned } from '../support/owned.js';
import { valuesOf } from '../support/tensors.js';

class Net extends Module {
  bn = new BatchNorm2d(2);
  fc = new Linear(2, 1);

  forward(x: Tensor): Tensor {
    return this.fc.call(this.bn.call(x).mean([2, 3]));
  }
}

const input = () => torch.arange(16, { dtype: 'float32' }).view([2, 2, 2, 2]).sin();

describe('functional_call', () => {
  test('gives what a module with these tensors gives, and its gradients', () => {
    torch.tidy(() => {
      const [net, other] = [owned(new Net()), owned(new Net())];
      const before = [...net.state_dict().values()].map(valuesOf);
      const weight = torch.tensor([[0.5, -2]], { requires_grad: true });
      other.load_state_dict(new Map([...net.state_dict(), ['fc.weight', weight]]));
      const output = functional_call(net, new Map([['fc.weight', weight]]), [input()]);
      const expected = other.call(input());
      expect(valuesOf(output)).toEqual(valuesOf(expected));
      const [gradient] = torch.autograd.grad(output.sum(), [weight]);
      const [expectedGradient] = torch.autograd.grad(expected.sum(), [other.fc.weight]);
      expect(valuesOf(gradient as Tensor)).toEqual(valuesOf(expectedGradient as Tensor));
      expect(valuesOf(net.fc.weight)).toEqual(before[2 + 3]);
    });
  });

  test('moves the statistics it is given in place of its own', () => {
    torch.tidy(() => {
      const net = owned(new Net());
      const running_mean = torch.zeros([2]);
      functional_call(net, new Map([['bn.running_mean', running_mean]]), [input()]);
      expect(valuesOf(net.bn.running_mean as Tensor)).toEqual([0, 0]);
      expect(valuesOf(running_mean)).not.toEqual([0, 0]);
      expect(net.bn.num_batches_tracked?.item()).toBe(1n);
    });
  });

  test('its own tensors are back when forward throws, and the others are still there', () => {
    torch.tidy(() => {
      const net = owned(new Net());
      const own = valuesOf(net.fc.weight);
      const weight = torch.ones([1, 2]);
      const tensors = new Map([['fc.weight', weight]]);
      expect(() => functional_call(net, tensors, [torch.ones([2, 2])])).toThrow('expected 4D');
      expect(valuesOf(net.fc.weight)).toEqual(own);
      expect(valuesOf(weight)).toEqual([1, 1]);
    });
  });

  test('outlives the scope it ran in: a parameter stays the module’s', () => {
    const net = owned(new Net());
    const own = valuesOf(net.fc.weight);
    const { tensors } = torch.memory();
    torch.tidy(() => {
      functional_call(net, new Map([['fc.weight', torch.ones([1, 2])]]), [input()]);
    });
    expect(torch.memory().tensors).toBe(tensors);
    expect(valuesOf(net.fc.weight)).toEqual(own);
  });

  test('replaces a tensor that is held twice once', () => {
    class Tied extends Module {
      a = new Linear(1, 1, { bias: false });
      b = this.a;

      forward(x: Tensor): Tensor {
        return this.b.call(this.a.call(x));
      }
    }
    torch.tidy(() => {
      const three = torch.tensor([[3]]);
      const tensors = new Map([
        ['a.weight', three],
        ['b.weight', three],
      ]);
      expect(functional_call(owned(new Tied()), tensors, [torch.tensor([[2]])]).item()).toBe(18);
    });
  });

  test('refuses a path that the module does not have', () => {
    torch.tidy(() => {
      const tensors = new Map([['fc.weigth', torch.ones([1, 2])]]);
      expect(() => functional_call(owned(new Net()), tensors, [input()])).toThrow(
        "functional_call: Net has no parameter or buffer 'fc.weigth'",
      );
    });
  });
});
