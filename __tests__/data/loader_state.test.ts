// A loader that goes on from a state gives the batches, bit for bit, that the first one would have given.
import { describe, expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import { Loader, type LoaderOptions, type LoaderState } from '../../src/data/loader.js';
import { MemorySet } from '../../src/data/memory_set.js';
import { SubsetRandomSampler } from '../../src/data/sampler.js';
import { valuesOf } from '../support/tensors.js';

const COUNT = 23;
const set = new MemorySet(
  [3, 8, 8],
  Uint8Array.from({ length: COUNT * 3 * 8 * 8 }, (_, i) => (i * 37) % 251),
  Uint8Array.from({ length: COUNT }, (_, i) => i),
  COUNT,
  'test',
);

function made(options: Partial<LoaderOptions> = {}): Loader {
  return new Loader({
    dataset: set,
    sampler: new SubsetRandomSampler(Array.from({ length: COUNT }, (_, i) => i)),
    transforms: [
      { name: 'RandomCrop', size: 8, padding: 2 },
      { name: 'RandomHorizontalFlip', p: 0.5 },
      { name: 'Cutout', length: 4 },
    ],
    batch_size: 3,
    numpy_seed: 11,
    ...options,
  });
}

/** What a process keeps of its loader and of torch's default generator. */
interface Kept {
  loader: LoaderState;
  generator: torch.Tensor;
}

const keep = (loader: Loader): Kept => ({
  // As another process would get it.
  loader: structuredClone(loader.state()),
  generator: torch.default_generator.get_state(),
});

/** Two passes; and what stood when `batches` of them had been taken. */
function run(loader: Loader, batches: number) {
  const taken: number[][] = [];
  let kept: Kept | undefined;
  for (let pass = 0; pass < 2; pass++) {
    for (using batch of loader) {
      taken.push([...valuesOf(batch.labels), ...valuesOf(batch.images)]);
      if (taken.length === batches) kept = keep(loader);
    }
  }
  return { taken, kept: kept as Kept };
}

describe.each([
  ['no workers', {}, {}],
  ['1 worker', { num_workers: 1 }, { num_workers: 1 }],
  ['2 workers, then 3', { num_workers: 2 }, { num_workers: 3 }],
  ['no workers, shared stream', { shared_stream: true }, { shared_stream: true }],
  [
    '3 workers, shared streams',
    { shared_stream: true, num_workers: 3 },
    { shared_stream: true, num_workers: 3 },
  ],
] as [string, Partial<LoaderOptions>, Partial<LoaderOptions>][])('%s', (_name, before, after) => {
  // 8 batches a pass: within the first, at its end, within the second.
  test.each([2, 8, 12])('from batch %i', (batches) => {
    torch.manual_seed(5);
    using first = made(before);
    const { taken, kept } = run(first, batches);
    torch.manual_seed(99);
    using second = made(after);
    second.load_state(kept.loader);
    torch.default_generator.set_state(kept.generator);
    const rest: number[][] = [];
    for (let pass = batches > 8 ? 1 : 0; pass < 2; pass++) {
      for (using batch of second) {
        rest.push([...valuesOf(batch.labels), ...valuesOf(batch.images)]);
      }
    }
    expect(rest).toEqual(taken.slice(batches));
  });
});

test('tells how many batches were taken, and of no pass between two', () => {
  using loader = made();
  expect(loader.state().pass).toBeNull();
  const positions = Array.from(loader, () => loader.state().pass?.position);
  expect(positions).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
  expect(loader.state().pass).toBeNull();
  for (const _ of loader) break;
  expect(loader.state().pass).toBeNull();
});

test('first() begins no pass that a state would go on with, and leaves one that was loaded alone', () => {
  using loader = made();
  torch.manual_seed(5);
  const pass = loader[Symbol.iterator]();
  pass.next();
  const within = loader.state();
  loader.first();
  expect(loader.state().pass).toBeNull();
  using other = made();
  other.load_state(within);
  other.first();
  expect(other.state()).toEqual(within);
  expect([...other]).toHaveLength(7);
});

describe('a state of another loader is refused', () => {
  function stateOf(options: Partial<LoaderOptions>): LoaderState {
    using loader = made(options);
    for (const _ of loader) return loader.state();
    throw new Error('no batch');
  }

  test.each([
    [{ sampler: new SubsetRandomSampler([0, 1]) }, 'its passes have 2 images, not 23'],
    [{ shared_stream: true, num_workers: 2 }, '2 workers draw from streams of their own, not 0'],
  ])('%#', (options, message) => {
    using loader = made();
    expect(() => loader.load_state(stateOf(options))).toThrow(message);
  });

  test('one that reads images there are not, or stands beyond the end', () => {
    using loader = made();
    const state = stateOf({});
    const pass = state.pass as NonNullable<LoaderState['pass']>;
    const order = pass.order.map((index) => index + 1);
    expect(() => loader.load_state({ ...state, pass: { ...pass, order } })).toThrow(
      'it reads image 23 of 23',
    );
    expect(() => loader.load_state({ ...state, pass: { ...pass, position: 9 } })).toThrow(
      'it stands at batch 9 of 8',
    );
  });
});
