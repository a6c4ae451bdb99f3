// Optimizers in files: PyTorch's checkpoints, and our own through torch.save.
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { Adam, type OptimizerStateDict, SGD } from '../../src/optim/index.js';
import { PROJECT_ROOT } from '../support/paths.js';
import { temporaryFolder } from '../support/temporary.js';
import { valuesOf } from '../support/tensors.js';
import { discard, type Make, parameters, train } from './steps.js';

const folder = temporaryFolder();
const FIXTURES = `${PROJECT_ROOT}__tests__/binding/serialize/fixtures`;

test.each(['checkpoint.pt', 'checkpoint_legacy.pt'])('the momentum of %s is taken over', (name) => {
  torch.tidy(() => {
    const { optimizer: saved } = torch.load(join(FIXTURES, name)) as unknown as {
      optimizer: OptimizerStateDict;
    };
    const buffers = Array.from(saved.state.values(), (own) => own.momentum_buffer as Tensor);
    expect(buffers).toHaveLength(5);
    const params = buffers.map((buffer) => torch.zeros(buffer.shape, { requires_grad: true }));
    const optimizer = new SGD(params, { lr: 1 });
    optimizer.load_state_dict(saved);
    expect(optimizer.lr).toBe(0.1);
    expect(optimizer.param_groups[0]?.momentum).toBe(0.9);
    const taken = Array.from(optimizer.state.values(), (own) => valuesOf(own.momentum_buffer));
    expect(taken).toEqual(buffers.map(valuesOf));
    optimizer.dispose();
  });
});

test.each<[string, Make]>([
  ['SGD', (params) => new SGD(params, { lr: 0.1, momentum: 0.9 })],
  ['Adam', (params) => new Adam(params, { lr: 0.1 })],
])('%s goes on from a file as if nothing had been', (name, make) => {
  const path = join(folder, `${name}.pt`);
  const [straight, resumed] = [parameters(), parameters()];
  const [one, before] = [make(straight), make(resumed)];
  train(straight, one);
  train(resumed, before, 0, 2);
  torch.save(before.state_dict(), path);
  before.dispose();
  const after = make(resumed);
  torch.tidy(() => after.load_state_dict(torch.load(path) as unknown as OptimizerStateDict));
  train(resumed, after, 2, 4);
  expect(resumed.map(valuesOf)).toEqual(straight.map(valuesOf));
  discard(straight, one);
  discard(resumed, after);
});
