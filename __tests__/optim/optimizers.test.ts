// SGD and Adam against figures of torch 2.15, through a save and a load, and without a trace.
import { describe, expect, test } from '@jest/globals';
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { Parameter } from '../../src/nn/index.js';
import { Adam, AdamW, SGD } from '../../src/optim/index.js';
import { held } from '../support/memory.js';
import { expectClose, valuesOf } from '../support/tensors.js';
import { discard, giveGradients, type Make, parameters, train } from './steps.js';

const momentum = { lr: 0.1, momentum: 0.9, weight_decay: 3e-4 };
const TABLE: Record<string, [Make, number[], number[]]> = {
  sgd: [
    (p) => new SGD(p, { lr: 0.1 }),
    [-0.5875, 0.24374999999999997, -0.21875000000000003, 0.6125],
    [-0.6875, 0.025],
  ],
  'sgd with momentum': [
    (p) => new SGD(p, momentum),
    [-0.4638176350700129, 0.20942655500751708, -0.19865520070620415, 0.6727357291631362],
    [-0.5681306031949798, 0.013750375000000004],
  ],
  'sgd with dampening': [
    (p) => new SGD(p, { lr: 0.1, momentum: 0.9, dampening: 0.25 }),
    [-0.47199062499999994, 0.22499375000000002, -0.23303750000000004, 0.682428125],
    [-0.5798125, 0.010312499999999999],
  ],
  'sgd with nesterov': [
    (p) => new SGD(p, { ...momentum, nesterov: true }),
    [-0.4423785727857864, 0.20720672087849692, -0.17250973405068226, 0.6553776817784901],
    [-0.5237634148291059, 0.03737635375000001],
  ],
  'sgd with nesterov, no decay': [
    (p) => new SGD(p, { lr: 0.1, momentum: 0.9, nesterov: true }),
    [-0.44257749999999996, 0.20729437500000003, -0.17260249999999996, 0.6556212499999999],
    [-0.523925, 0.03737500000000001],
  ],
  'sgd, maximize': [
    (p) => new SGD(p, { ...momentum, maximize: true }),
    [-0.785843042988511, 0.2904377162158924, -0.30120907051720547, 0.5769249488953876],
    [-0.9316169532849797, -0.013750375000000004],
  ],
  adam: [
    (p) => new Adam(p),
    [-0.6220460654178824, 0.2499045590687262, -0.24998411109492402, 0.6268656059659719],
    [-0.7475497130139692, -0.0003198932906540929],
  ],
  'adam of the architecture': [
    (p) => new Adam(p, { lr: 3e-4, betas: [0.5, 0.999], weight_decay: 1e-3 }),
    [-0.6243779642344246, 0.24988929265728171, -0.2498498763588779, 0.625223392327771],
    [-0.7493889797544291, -4.813930666500542e-5],
  ],
  'adam, amsgrad': [
    (p) => new Adam(p, { lr: 0.01, amsgrad: true, weight_decay: 0.1 }),
    [-0.592458360015478, 0.24540117616349807, -0.24751470704913195, 0.635561862563533],
    [-0.7242380387123588, -0.003194492547380751],
  ],
  'adam, maximize': [
    (p) => new Adam(p, { lr: 0.01, eps: 1e-4, maximize: true }),
    [-0.6545292488361258, 0.25096301843512675, -0.25015919547261506, 0.6063530568657869],
    [-0.7744974444415152, 0.0031923835215334796],
  ],
  adamw: [
    (p) => new AdamW(p, { lr: 0.01 }),
    [-0.5952162762197836, 0.24894403684585487, -0.2497390439077341, 0.6434011377936857],
    [-0.7252751351139617, -0.003198188769801529],
  ],
};

describe.each(Object.entries(TABLE))('%s', (_name, [make, first, second]) => {
  test('moves as in PyTorch', () => {
    const params = parameters();
    const optimizer = make(params);
    train(params, optimizer);
    expectClose(params[0], first, 1e-14);
    expectClose(params[1], second, 1e-14);
    discard(params, optimizer);
  });

  test('saved in the middle and loaded into another, it goes on bit by bit', () => {
    const params = parameters();
    const optimizer = make(params);
    train(params, optimizer, 0, 2);
    const others: [Parameter, Parameter] = [
      new Parameter(params[0].detach().clone()),
      new Parameter(params[1].detach().clone()),
    ];
    const other = make(others);
    other.lr = 7;
    other.load_state_dict(optimizer.state_dict());
    const before = held();
    other.load_state_dict(optimizer.state_dict());
    expect(held()).toEqual(before);
    train(params, optimizer, 2);
    train(others, other, 2);
    expect(others.map(valuesOf)).toEqual(params.map(valuesOf));
    discard(params, optimizer);
    discard(others, other);
  });

  test('a step leaves nothing behind, and does not touch the gradients', () => {
    const params = parameters('float32');
    const optimizer = make(params);
    torch.tidy(() => giveGradients(params, 0));
    const gradients = (): number[][] => {
      return torch.tidy(() => params.map(({ grad }) => valuesOf(grad as Tensor)));
    };
    const gradientsBefore = gradients();
    optimizer.step();
    const before = held();
    for (let k = 0; k < 20; k++) optimizer.step();
    expect(held()).toEqual(before);
    expect(gradients()).toEqual(gradientsBefore);
    discard(params, optimizer);
  });

  // A tensor on the meta device has no value to wait for: reading one there is an error.
  test('on another device the state is there too, and no value is read', () => {
    torch.tidy(() => {
      const params = parameters();
      const optimizer = make(params);
      train(params, optimizer, 0, 2);
      const saved = optimizer.state_dict();
      const moved = parameters();
      for (const param of moved) param.to_({ device: 'meta' });
      const other = make(moved);
      const devices = (): Set<string> => {
        const states = [...other.state.values()].flatMap((state) => Object.values(state));
        return new Set(
          states.filter((value) => value instanceof torch.Tensor).map((t) => t.device),
        );
      };
      const expected = optimizer.state.size > 0 ? new Set(['meta']) : new Set();
      for (const param of moved) param.grad = torch.ones_like(param);
      other.step();
      expect(devices()).toEqual(expected);
      other.load_state_dict(saved);
      expect(devices()).toEqual(expected);
      other.step();
      discard(params, optimizer);
      discard(moved, other);
    });
  });
});
