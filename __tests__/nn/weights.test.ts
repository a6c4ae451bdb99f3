// Weights in files, into a network: from Python, from us, and what does not fit.
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { Linear, loadWeights, saveWeights } from '../../src/nn/index.js';
import { held } from '../support/memory.js';
import { owned } from '../support/owned.js';
import { PROJECT_ROOT } from '../support/paths.js';
import { temporaryFolder } from '../support/temporary.js';
import { Net } from './net.js';

const FIXTURES = `${PROJECT_ROOT}__tests__/binding/serialize/fixtures/`;
const folder = temporaryFolder();

function values(module: { state_dict(): Map<string, Tensor> }): Map<string, unknown> {
  return new Map(Array.from(module.state_dict(), ([name, tensor]) => [name, tensor.tolist()]));
}

/** Writes a file and returns its path. */
function saved(value: unknown): string {
  const path = join(folder, 'value.pt');
  torch.save(value, path);
  return path;
}

// What binding/tools/serialize_fixtures.py puts into its network.
const PYTHONS = new Map<string, unknown>([
  [
    'conv.weight',
    [
      [[[0]], [[1]], [[2]]],
      [[[3]], [[4]], [[5]]],
    ],
  ],
  ['bn.weight', [1, 2]],
  ['bn.bias', [2, 3]],
  ['bn.running_mean', [3, 4]],
  ['bn.running_var', [4, 5]],
  ['bn.num_batches_tracked', 5n],
  [
    'fc.weight',
    [
      [6, 7],
      [8, 9],
    ],
  ],
  ['fc.bias', [7, 8]],
]);

test.each(['checkpoint.pt', 'checkpoint_legacy.pt'])(
  "%s of Python, the original's form, out of DataParallel",
  (name) => {
    const net = owned(new Net());
    const before = held();
    expect(loadWeights(net, FIXTURES + name)).toEqual({ missing_keys: [], unexpected_keys: [] });
    expect(held()).toEqual(before);
    expect(values(net)).toEqual(PYTHONS);
    expect(net.conv.weight.requires_grad).toBe(true);
  },
);

test.each(['weights.pt', 'weights.safetensors'])('ours: %s', (name) => {
  const [net, other] = [owned(new Net()), owned(new Net())];
  const before = held();
  saveWeights(net, join(folder, name));
  loadWeights(other, join(folder, name));
  expect(held()).toEqual(before);
  expect(values(other)).toEqual(values(net));
  expect(values(other).get('fc.weight')).not.toEqual(values(owned(new Net())).get('fc.weight'));
});

test('what is saved has no gradients, as a state dict of Python has none', () => {
  const path = join(folder, 'plain.pt');
  saveWeights(owned(new Net()), path);
  torch.tidy(() => {
    const state = torch.load(path) as Map<string, Tensor>;
    expect([...state.values()].some((tensor) => tensor.requires_grad)).toBe(false);
  });
});

test('another dtype is converted', () => {
  const layer = owned(new Linear(1, 1, { bias: false }));
  torch.tidy(() =>
    loadWeights(layer, saved({ weight: torch.tensor([[0.1]], { dtype: 'float64' }) })),
  );
  expect(layer.weight.tolist()).toEqual([[Math.fround(0.1)]]);
});

test('a file of before num_batches_tracked leaves the count as it is', () => {
  const [net, other] = [owned(new Net()), owned(new Net())];
  const state = net.state_dict();
  state.delete('bn.num_batches_tracked');
  torch.tidy(() => loadWeights(other, saved(state)));
  expect(values(other)).toEqual(values(net));
});

test('what does not fit: every fault at once, with the file, and nothing changed', () => {
  const layer = owned(new Linear(2, 1));
  const before = values(layer);
  const path = torch.tidy(() => saved({ state_dict: { weight: torch.ones([1, 3]), extra: 1 } }));
  const run = () => loadWeights(layer, path);
  expect(run).toThrow(expect.objectContaining({ code: 'ERR_STATE_DICT' }));
  expect(run).toThrow(
    `${path}: Error(s) in loading state_dict for Linear:\n\tMissing key(s) in state_dict: "bias". \n\tUnexpected key(s) in state_dict: "extra". \n\tsize mismatch for weight: copying a param with shape torch.Size([1, 3]) from checkpoint, the shape in current model is torch.Size([1, 2]).`,
  );
  expect(values(layer)).toEqual(before);
});

test('without strict, what fits is loaded', () => {
  const layer = owned(new Linear(1, 1));
  const path = torch.tidy(() => saved({ weight: torch.tensor([[3]]), extra: torch.ones([1]) }));
  expect(loadWeights(layer, path, { strict: false })).toEqual({
    missing_keys: ['bias'],
    unexpected_keys: ['extra'],
  });
  expect(layer.weight.tolist()).toEqual([[3]]);
});

test.each([
  ['a list', [1], /neither a state dict nor a dict with one/],
  ['a number', 3, /neither a state dict/],
  ['names that are numbers', new Map([[0, 1]]), /not all texts/],
  ['a text for a tensor', { weight: 'x', bias: null }, /expected torch\.Tensor .* received string/],
])('%s is no state dict', (_, value, message) => {
  const layer = owned(new Linear(1, 1));
  expect(() => loadWeights(layer, saved(value))).toThrow(message);
});
