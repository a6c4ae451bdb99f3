// Parameter and Buffer: whose memory they hold, and for how long.
import { expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import { Buffer, Parameter } from '../../src/nn/index.js';
import { valuesOf } from '../support/tensors.js';

test('takes over its data without a copy or a second handle', () => {
  const { tensors } = torch.memory();
  const data = torch.ones([2]);
  using alias = data.detach();
  using parameter = new Parameter(data);
  expect(data.disposed).toBe(true);
  expect(torch.memory().tensors).toBe(tensors + 2);
  alias.fill_(5);
  expect(valuesOf(parameter)).toEqual([5, 5]);
  expect(parameter).toBeInstanceOf(torch.Tensor);
  expect([parameter.requires_grad, parameter.is_leaf]).toEqual([true, true]);
});

test('outlives the scope it is made in', () => {
  const made = torch.tidy(() => {
    const parameter = new Parameter(torch.ones([2]).mul(3), false);
    const buffer = new Buffer(torch.zeros([1]));
    return () => [parameter, buffer];
  })();
  expect(made.map((tensor) => valuesOf(tensor))).toEqual([[3, 3], [0]]);
  expect(made.map((tensor) => tensor.requires_grad)).toEqual([false, false]);
  for (const tensor of made) tensor.dispose();
});

test('results of differentiable computations are refused, and stay usable', () => {
  torch.tidy(() => {
    const computed = torch.ones([2], { requires_grad: true }).mul(2);
    expect(() => new Parameter(computed)).toThrow(/data must be a leaf.*detach/);
    expect(valuesOf(computed)).toEqual([2, 2]);
    new Parameter(computed.detach()).dispose();
  });
});

test('integers cannot be trained', () => {
  torch.tidy(() => {
    const data = torch.zeros([1], { dtype: 'int64' });
    expect(() => new Parameter(data)).toThrow('floating point to require grad, got int64');
    expect(data.disposed).toBe(false);
    new Parameter(data, false).dispose();
  });
});

test('to_ moves the gradient along and keeps requires_grad', () => {
  torch.tidy(() => {
    using parameter = new Parameter(torch.tensor([1, 2]));
    parameter.square().sum().backward();
    expect(parameter.to_({ dtype: 'float64' })).toBe(parameter);
    expect([parameter.dtype, parameter.grad?.dtype]).toEqual(['float64', 'float64']);
    expect(valuesOf(parameter.grad as torch.Tensor)).toEqual([2, 4]);
    expect([parameter.requires_grad, parameter.is_leaf]).toEqual([true, true]);
  });
  // Still kept: the scope in which it was moved must not have freed it.
  using outer = new Parameter(torch.tensor([1]));
  torch.tidy(() => outer.to_('float64'));
  expect([outer.dtype, valuesOf(outer)]).toEqual(['float64', [1]]);
  expect(outer.to_('meta').device).toBe('meta');
});
