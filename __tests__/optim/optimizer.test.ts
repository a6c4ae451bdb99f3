// What all optimizers share: groups, state dicts, and what they refuse.
import { describe, expect, test } from '@jest/globals';
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { Adam, SGD } from '../../src/optim/index.js';
import { expectClose, valuesOf } from '../support/tensors.js';
import { discard, giveGradients, type Make, parameters, train } from './steps.js';

const momentum = { lr: 0.1, momentum: 0.9, weight_decay: 3e-4 };

test('a parameter without gradient has no state and does not move, even under weight decay', () => {
  const params = parameters();
  const optimizer = new SGD(params, momentum);
  const before = valuesOf(params[1]);
  torch.tidy(() => giveGradients(params, 1));
  optimizer.step();
  expect(valuesOf(params[1])).toEqual(before);
  expect([...optimizer.state.keys()]).toEqual([params[0]]);
  optimizer.zero_grad();
  expect(params[0].grad).toBeNull();
  optimizer.step();
  discard(params, optimizer);
});

test('groups have their own options; setting lr sets all', () => {
  torch.tidy(() => {
    const [a, b] = parameters();
    using first = a;
    using second = b;
    const optimizer = new SGD([{ params: [first] }, { params: [second], lr: 1 }], { lr: 0.5 });
    const start = [valuesOf(first), valuesOf(second)] as const;
    first.grad = torch.ones_like(first);
    second.grad = torch.ones_like(second);
    optimizer.step();
    expectClose(
      first,
      start[0].map((value) => value - 0.5),
      1e-15,
    );
    expectClose(
      second,
      start[1].map((value) => value - 1),
      1e-15,
    );
    expect(optimizer.lr).toBe(0.5);
    optimizer.lr = 0.25;
    expect(optimizer.param_groups.map(({ lr }) => lr)).toEqual([0.25, 0.25]);
  });
});

describe('state dict', () => {
  test("has PyTorch's layout", () => {
    const params = parameters();
    const optimizer = new Adam([{ params: [params[0]] }, { params: [params[1]], lr: 1 }]);
    torch.tidy(() => giveGradients(params, 1));
    optimizer.step();
    const { state, param_groups } = optimizer.state_dict();
    const options = {
      betas: [0.9, 0.999],
      eps: 1e-8,
      weight_decay: 0,
      amsgrad: false,
      maximize: false,
      decoupled_weight_decay: false,
    };
    expect(param_groups).toEqual([
      { lr: 0.001, ...options, params: [0] },
      { lr: 1, ...options, params: [1] },
    ]);
    expect(Array.from(state.keys())).toEqual([0]);
    expect(Object.keys(state.get(0) as object)).toEqual(['step', 'exp_avg', 'exp_avg_sq']);
    expect(state.get(0)?.step).toBe(1);
    discard(params, optimizer);
  });

  test('what PyTorch saved is read: step as a tensor, options that are not ours, another dtype', () => {
    torch.tidy(() => {
      const params = parameters();
      const optimizer = new Adam(params);
      const moment = (): Tensor => torch.full([4], 0.5);
      const saved = { step: torch.tensor(3), exp_avg: moment(), exp_avg_sq: moment() };
      const group = { lr: 0.2, betas: [0.8, 0.9], foreach: null, fused: null, params: [5, 6] };
      optimizer.load_state_dict({ state: { 5: saved }, param_groups: [group] });
      const state = optimizer.state.get(params[0]);
      expect(state?.step).toBe(3);
      expect(state?.exp_avg.dtype).toBe('float64');
      expect(optimizer.state.has(params[1])).toBe(false);
      expect(optimizer.param_groups[0]).toEqual({
        lr: 0.2,
        betas: [0.8, 0.9],
        eps: 1e-8,
        weight_decay: 0,
        amsgrad: false,
        maximize: false,
        decoupled_weight_decay: false,
        params,
      });
      discard(params, optimizer);
    });
  });

  test('of other groups is refused, and nothing changes', () => {
    const params = parameters();
    const optimizer = new SGD(params, momentum);
    train(params, optimizer);
    const { state, param_groups } = optimizer.state_dict();
    const before = valuesOf(state.get(0)?.momentum_buffer as Tensor);
    expect(() => optimizer.load_state_dict({ state, param_groups: [] })).toThrow(
      'loaded state dict has a different number of parameter groups',
    );
    expect(() => optimizer.load_state_dict({ state, param_groups: [{ params: [0] }] })).toThrow(
      "loaded state dict contains a parameter group that doesn't match the size of optimizer's group",
    );
    const bad = { ...param_groups[0], lr: -1, params: [0, 1] };
    expect(() => optimizer.load_state_dict({ state, param_groups: [bad] })).toThrow('lr must be');
    const swapped = new Map([...state].map(([i, own]) => [1 - i, own]));
    expect(() => optimizer.load_state_dict({ state: swapped, param_groups })).toThrow(
      'loaded state dict has momentum_buffer of shape [2,1] for a parameter of shape [4]',
    );
    expect(valuesOf(optimizer.state.get(params[0])?.momentum_buffer as Tensor)).toEqual(before);
    expect(optimizer.lr).toBe(0.1);
    discard(params, optimizer);
  });
});

describe('what is refused', () => {
  const attempt = (make: Make): (() => void) => {
    return () => torch.tidy(() => void make([torch.zeros([1], { requires_grad: true })]));
  };
  test.each<[string, Make, string]>([
    ['a negative lr', (p) => new SGD(p, { lr: -1 }), 'lr must be at least 0, got -1'],
    [
      'a lr that is no number',
      (p) => new Adam(p, { lr: Number.NaN }),
      'lr must be at least 0, got NaN',
    ],
    [
      'negative momentum',
      (p) => new SGD(p, { momentum: -1 }),
      'momentum must be at least 0, got -1',
    ],
    [
      'negative decay',
      (p) => new Adam(p, { weight_decay: -2 }),
      'weight_decay must be at least 0, got -2',
    ],
    ['a beta of 1', (p) => new Adam(p, { betas: [0.9, 1] }), 'betas[1] must be in [0, 1), got 1'],
    ['a negative eps', (p) => new Adam(p, { eps: -1 }), 'eps must be at least 0, got -1'],
    [
      'nesterov without momentum',
      (p) => new SGD(p, { nesterov: true }),
      'Nesterov momentum requires a momentum and zero dampening',
    ],
    ['no parameters', () => new SGD([]), 'optimizer got an empty parameter list'],
    ['what is no tensor', () => new SGD(['w' as unknown as Tensor]), 'can only optimize Tensors'],
    [
      'a result of computation',
      (p) => new SGD([p[0]?.mul(2) as Tensor]),
      "can't optimize a non-leaf",
    ],
    [
      'a parameter twice',
      (p) => new SGD([{ params: p }, { params: p }]),
      'some parameters appear in more than one parameter group',
    ],
  ])('%s', (_name, make, message) => {
    expect(attempt(make)).toThrow(message);
  });
});
