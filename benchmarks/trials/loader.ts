// One trial of the `loader` benchmark; benchmarks/python/loader.py is its twin.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as torch from 'torch-js';
import type { Dataset } from '../../src/data/dataset.js';
import { Loader } from '../../src/data/loader.js';
import { RandomSampler } from '../../src/data/sampler.js';
import type { LoaderRequest } from '../benchmarks.js';
import { imagesInMemory } from '../images.js';
import { trial } from './trial.js';

trial((request: LoaderRequest) => {
  torch.set_num_threads(1);
  const dataset = request.folder === undefined ? imagesInMemory(request.images) : found(request);
  const { transforms, batch, workers: num_workers, seed } = request;
  const load = (reference: boolean) =>
    new Loader({
      ...{ dataset, transforms, batch_size: batch, num_workers, shared_stream: reference },
      decoding: reference ? 'exact' : 'fast',
      sampler: new RandomSampler(Int32Array.from({ length: dataset.length }, (_, i) => i)),
    });
  torch.manual_seed(seed);
  const before = memoryBytes();
  const proof = firstBatch(load(true));
  const nanoseconds: number[] = [];
  let during = 0;
  using loader = load(false);
  for (let pass = 0; pass < request.passes; pass++) {
    // The first batches wait for the workers to start, which is no matter of speed.
    let images = 0;
    let start = 0;
    let end = 0;
    for (using taken of loader) {
      if (start === 0) start = performance.now();
      else images += taken.size;
      end = performance.now();
      during ||= images > dataset.length / 2 ? memoryBytes() : 0;
    }
    nanoseconds.push((1e6 * (end - start)) / images);
  }
  nanoseconds.sort((a, b) => a - b);
  return {
    proof,
    metrics: {
      image: nanoseconds[Math.floor(nanoseconds.length / 2)] as number,
      memory: during,
      memory_growth: during - before,
    },
  };
});

/** Of equal seeds, equal images: in what is drawn, too. */
function firstBatch(loader: Loader) {
  using batch = loader.first();
  loader.close();
  return torch.tidy(() => ({
    labels: Number(batch.labels.sum().item()),
    magnitude: Number(batch.images.abs().mean().item()),
  }));
}

/** The first images in files below a folder, in the order of their paths. */
function found({ folder = '', images }: LoaderRequest): Dataset {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.jpe?g$/i.test(name))
    .sort()
    .slice(0, images)
    .map((name) => join(folder, name));
  const labels = paths.map((_, i) => i % 10);
  const source = { kind: 'files', paths } as const;
  return { length: paths.length, classes: 10, image_shape: [3, 0, 0], labels, source };
}

/** Memory of this process and its threads, in bytes; shared memory counts once (Linux only). */
function memoryBytes(): number {
  const [, kilobytes] =
    /^Pss:\s+(\d+)/m.exec(readFileSync('/proc/self/smaps_rollup', 'utf8')) ?? [];
  return 1024 * Number(kilobytes);
}
