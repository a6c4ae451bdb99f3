// The generator of threads without LibTorch against LibTorch's own, draw by draw.
import { describe, expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import { Mt19937 } from '../../src/data/mt19937.js';
import { drawSeed, randomPermutation } from '../../src/data/sampler.js';
import { valuesOf } from '../support/tensors.js';

const SEEDS = [0, 1, 2, 4_294_967_295, 4_294_967_296, 2 ** 52 + 5, ...Array(40).keys()];
const drawn = (make: () => torch.Tensor) => torch.tidy(() => valuesOf(make())[0]);

describe.each<[string, () => unknown, (generator: Mt19937) => unknown]>([
  ['rand', () => drawn(() => torch.rand([1])), (generator) => generator.rand()],
  ...[
    [0.08, 1],
    [0.6, 1.4],
    [-0.2, 0.2],
    [Math.log(3 / 4), Math.log(4 / 3)],
  ].map(([from, to]): [string, () => unknown, (generator: Mt19937) => unknown] => [
    `uniform ${from} to ${to}`,
    () => drawn(() => torch.empty([1]).uniform_(from, to)),
    (generator) => generator.uniform(from as number, to as number),
  ]),
  ...[1, 2, 9, 337, 1_000_003].map((n): [string, () => unknown, (g: Mt19937) => unknown] => [
    `randint below ${n}`,
    () => drawn(() => torch.randint(0, n, [1])),
    (generator) => generator.randint(n),
  ]),
  ['random64', drawSeed, (generator) => generator.random64()],
  ['randperm', () => [...randomPermutation(17)], (generator) => [...generator.randperm(17)]],
])('%s', (_name, torchs, ours) => {
  test.each(SEEDS)('equals torch with seed %d', (seed) => {
    torch.manual_seed(seed);
    const generator = new Mt19937(seed);
    // More than the 624 numbers after which the state is made anew.
    for (let i = 0; i < 700; i++) generator.next32();
    torch.tidy(() => torch.empty([700], { dtype: 'int32' }).random_());
    expect([ours(generator), ours(generator)]).toEqual([torchs(), torchs()]);
  });
});

test.each([0, 1, 623, 624, 625, 2000])('goes on from torch after %d numbers, and back', (count) => {
  torch.manual_seed(9);
  if (count > 0) torch.tidy(() => torch.empty([count], { dtype: 'int32' }).random_());
  const state = torch.tidy(() => torch.default_generator.get_state().toTypedArray() as Uint8Array);
  const generator = Mt19937.fromTorchState(state);
  generator.rand();
  generator.writeTorchState(state);
  torch.tidy(() => torch.default_generator.set_state(torch.tensor(state)));
  expect(drawn(() => torch.rand([1]))).toBe(generator.rand());
  torch.manual_seed(9);
  torch.tidy(() => torch.empty([count + 1], { dtype: 'int32' }).random_());
  torch.tidy(() => torch.rand([1]));
  expect(drawn(() => torch.rand([1]))).toBe(generator.rand());
});

test('a state of another kind is refused', () => {
  expect(() => Mt19937.fromTorchState(new Uint8Array(16))).toThrow('has 5056 bytes, not 16');
});
