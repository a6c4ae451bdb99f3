// loader_order: the order in which loaders read, and what they draw from the default generator.
import * as torch from 'torch-js';
import { z } from 'zod';
import type { Dataset } from '../../../src/data/dataset.js';
import { type Draws, seedWords, workerDraws } from '../../../src/data/draws.js';
import { type Batch, Loader } from '../../../src/data/loader.js';
import {
  drawSeed,
  RandomSampler,
  type Sampler,
  SubsetRandomSampler,
} from '../../../src/data/sampler.js';
import { type Case, checker, rand3 } from '../checker.js';
import { header } from '../figures.js';
import { exactly, type Measure, same, valuesOf } from '../measures.js';

const batch = z.array(z.number());
const rand3_after = z.array(z.number());
const epochs = z.object({ epochs: z.array(z.object({ batches: z.array(batch) })), rand3_after });
const steps = z.object({
  steps: z.array(z.object({ train: batch, valid: batch })),
  rand3_after,
});
const schema = z.object({
  header,
  primitives: z.object({
    int32_random_: z.array(z.number()),
    int64_random_: z.string(),
    randperm10: z.array(z.number()),
  }),
  subset_workers0: epochs,
  shuffle_workers0: epochs,
  subset_workers2: epochs,
  shuffle_workers2: epochs,
  search_loop_workers0: steps,
  search_loop_workers2: steps,
  worker_generators: z.object({
    base_seed: z.string(),
    numpy_seed_words: z.array(batch),
    batches: z.array(z.array(batch)),
  }),
  next_iter_valid_alone: z.object({ batches: z.array(batch), rand3_after }),
});
type LoaderFigures = z.infer<typeof schema>;

/** Images of one pixel, labelled with their own index: what a loader read is told by its labels. */
function indexSet(length: number): Dataset {
  return {
    length,
    classes: length,
    image_shape: [1, 1, 1],
    labels: Array.from({ length }, (_, index) => index),
    source: { kind: 'memory', pixels: new Uint8Array(length), shape: [1, 1, 1] },
  };
}

function loader(length: number, batch_size: number, sampler: Sampler, num_workers = 0): Loader {
  const dataset = indexSet(length);
  return new Loader({ dataset, batch_size, sampler, transforms: [], num_workers });
}

const closing = (...loaders: Loader[]) => ({
  [Symbol.dispose]: () => {
    for (const one of loaders) one.close();
  },
});
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
const read = (loaded: Iterable<Batch>) => Array.from(loaded, ({ labels }) => valuesOf(labels));

function primitives({ header: { seed }, primitives: figures }: LoaderFigures): Measure[] {
  torch.manual_seed(seed);
  const int32 = torch.empty([figures.int32_random_.length], { dtype: 'int32' }).random_();
  torch.manual_seed(seed);
  const int64 = drawSeed();
  torch.manual_seed(seed);
  const permutation = torch.randperm(figures.randperm10.length);
  return [
    exactly('int32 random_', valuesOf(int32), figures.int32_random_),
    same('int64 random_', String(int64), figures.int64_random_),
    exactly('randperm', valuesOf(permutation), figures.randperm10),
  ];
}

function passes(
  seed: number,
  figures: z.infer<typeof epochs>,
  makeSampler: (indices: number[]) => Sampler,
  workers: number,
): Measure[] {
  const batches = figures.epochs[0]?.batches ?? [];
  const length = batches.flat().length;
  torch.manual_seed(seed);
  const order = loader(length, batches[0]?.length ?? 1, makeSampler(range(0, length)), workers);
  using _ = closing(order);
  return [
    ...figures.epochs.map((epoch, i) => same(`batches of epoch ${i}`, read(order), epoch.batches)),
    exactly('rand3 after', valuesOf(rand3()), figures.rand3_after),
  ];
}

function firstBatch(valid: Loader): number[] {
  for (const { labels } of valid) return valuesOf(labels);
  return [];
}

/** Both halves of a set in file order, the second read as the search scripts do: one batch of a new pass a step. */
function searchLoop(seed: number, figures: z.infer<typeof steps>, workers: number): Measure[] {
  const half = figures.steps.flatMap(({ train }) => train).length;
  const batchSize = figures.steps[0]?.train.length ?? 1;
  torch.manual_seed(seed);
  const train = loader(half, batchSize, new SubsetRandomSampler(range(0, half)), workers);
  const valid = loader(
    2 * half,
    batchSize,
    new SubsetRandomSampler(range(half, 2 * half)),
    workers,
  );
  using _ = closing(train, valid);
  const read = Array.from(train, ({ labels }) => ({
    train: valuesOf(labels),
    valid: firstBatch(valid),
  }));
  return [
    same(
      'steps',
      read,
      figures.steps.map((step) => ({ train: step.train, valid: step.valid })),
    ),
    exactly('rand3 after', valuesOf(rand3()), figures.rand3_after),
  ];
}

function validAlone({ header: { seed }, ...figures }: LoaderFigures): Measure[] {
  const { batches, rand3_after: after } = figures.next_iter_valid_alone;
  const half = figures.search_loop_workers0.steps.flatMap(({ train }) => train).length;
  torch.manual_seed(seed);
  const sampler = new SubsetRandomSampler(range(half, 2 * half));
  const valid = loader(2 * half, batches[0]?.length ?? 1, sampler);
  return [
    same(
      'batches',
      batches.map(() => firstBatch(valid)),
      batches,
    ),
    exactly('rand3 after', valuesOf(rand3()), after),
  ];
}

/** What each worker draws for each of its images: one of torch's numbers, one of numpy's. */
function workerGenerators({ worker_generators: figures }: LoaderFigures): Measure[] {
  const base_seed = BigInt(figures.base_seed);
  const draws = figures.numpy_seed_words.map((_, worker) => workerDraws(base_seed, worker));
  const words = [Number(base_seed & 0xffffffffn), Number(base_seed >> 32n)];
  return [
    ...figures.numpy_seed_words.map((expected, worker) =>
      exactly(`numpy's seed of worker ${worker}`, seedWords([worker, ...words]), expected),
    ),
    ...figures.batches.flat().flatMap(([index, worker, torchNumber = -1, numpyNumber = -1]) => {
      const own = draws[worker as number] as Draws;
      return [
        exactly(`image ${index} torch`, own.torch.rand(), torchNumber),
        exactly(`image ${index} numpy`, own.numpy.numpyRandint(32), numpyNumber),
      ];
    }),
  ];
}

export const loaderOrder = checker(/^loader_order$/, schema, (figures) => {
  const { seed } = figures.header;
  const subset = (indices: number[]) => new SubsetRandomSampler(indices);
  const shuffle = (indices: number[]) => new RandomSampler(indices);
  const cases: Record<string, Case['run']> = {
    primitives: () => primitives(figures),
    subset: () => passes(seed, figures.subset_workers0, subset, 0),
    'subset, 2 workers': () => passes(seed, figures.subset_workers2, subset, 2),
    shuffle: () => passes(seed, figures.shuffle_workers0, shuffle, 0),
    'shuffle, 2 workers': () => passes(seed, figures.shuffle_workers2, shuffle, 2),
    'search loop': () => searchLoop(seed, figures.search_loop_workers0, 0),
    'search loop, 2 workers': () => searchLoop(seed, figures.search_loop_workers2, 2),
    'next(iter(valid))': () => validAlone(figures),
    'generators of workers': () => workerGenerators(figures),
  };
  return Object.entries(cases).map(([name, run]) => ({ name, run }));
});
