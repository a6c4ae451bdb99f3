// Loaders with workers: the same batches whatever their number, early ends, files that can't be read, resuming.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import * as torch from 'torch-js';
import type { Dataset } from '../../src/data/dataset.js';
import { type Batch, Loader, type LoaderOptions } from '../../src/data/loader.js';
import { MemorySet } from '../../src/data/memory_set.js';
import { SequentialSampler, SubsetRandomSampler } from '../../src/data/sampler.js';
import type { TransformSpec } from '../../src/data/transforms.js';
import { PROJECT_ROOT } from '../support/paths.js';
import { valuesOf } from '../support/tensors.js';

const built = (file: string) => new URL(`../../src/data/${file}`, import.meta.url).href;

const COUNT = 23;
const pixels = Uint8Array.from({ length: COUNT * 3 * 8 * 8 }, (_, i) => (i * 37) % 251);
const labels = Uint8Array.from({ length: COUNT }, (_, i) => i);
const set = new MemorySet([3, 8, 8], pixels, labels, COUNT, 'test');
const everything = Array.from({ length: COUNT }, (_, i) => i);

function made(options: Partial<LoaderOptions> = {}): Loader {
  return new Loader({
    dataset: set,
    sampler: new SubsetRandomSampler(everything),
    transforms: [
      { name: 'RandomCrop', size: 8, padding: 2 },
      { name: 'RandomHorizontalFlip', p: 0.5 },
      { name: 'ColorJitter', brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.2 },
      { name: 'Cutout', length: 4 },
    ],
    batch_size: 4,
    ...options,
  });
}

const content = ({ images, labels }: Batch) => [valuesOf(images), valuesOf(labels)];

function twoPasses(options: Partial<LoaderOptions>) {
  const loader = made(options);
  torch.manual_seed(5);
  const passes = [1, 2].map(() => Array.from(loader, content));
  loader.close();
  return passes;
}

test('two passes are the same with 0, 1, 2 and 5 workers', () => {
  const expected = twoPasses({});
  expect(expected[0]).not.toEqual(expected[1]);
  for (const num_workers of [1, 2, 5]) expect(twoPasses({ num_workers })).toEqual(expected);
});

test('shared_stream makes the images depend on the number of workers', () => {
  const [one, two] = [1, 2].map((num_workers) => twoPasses({ num_workers, shared_stream: true }));
  expect(one).not.toEqual(two);
});

test('a pass that is left early does not disturb the next', () => {
  const loader = made({ num_workers: 2 });
  torch.manual_seed(5);
  for (const batch of loader) {
    if (batch.size > 0) break;
  }
  const next = Array.from(loader, content);
  loader.close();
  expect(next).toEqual(twoPasses({})[1]);
});

describe('images in files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bnas-workers-'));
  const good = join(folder, 'good.png');
  const bad = join(folder, 'bad.jpg');
  writeFileSync(bad, '');
  const files: Dataset = {
    length: 3,
    classes: 3,
    image_shape: [3, 2, 2],
    labels: [0, 1, 2],
    source: { kind: 'files', paths: [good, bad, good] },
  };
  const options: LoaderOptions = {
    dataset: files,
    sampler: new SequentialSampler([0, 1, 2]),
    transforms: [],
    batch_size: 3,
  };
  const colour = { r: 51, g: 102, b: 255 };
  const image = sharp({ create: { width: 2, height: 2, channels: 3, background: colour } });

  test('are the same with 0 and 5 workers where they are decoded fast', () => {
    const images = `${PROJECT_ROOT}__tests__/data/fixtures/images/`;
    const names = ['rgb.jpg', 'subsampled.jpg', 'progressive.jpg', 'cmyk.jpg', 'palette.png'];
    const paths = everything.map((i) => images + names[i % names.length]);
    const dataset: Dataset = {
      ...set,
      length: COUNT,
      image_shape: [3, 0, 0],
      source: { kind: 'files', paths },
    };
    const transforms: TransformSpec[] = [
      { name: 'RandomResizedCrop', size: 6 },
      { name: 'ColorJitter', brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.2 },
    ];
    const read = (num_workers: number) => {
      torch.manual_seed(5);
      return Array.from(made({ dataset, transforms, decoding: 'fast', num_workers }), content);
    };
    expect(read(5)).toEqual(read(0));
  });

  test('one that is no image stops the pass, and is named', async () => {
    await image.png().toFile(good);
    const loader = new Loader(options);
    expect(() => [...loader]).toThrow(`image 1: ${bad}: `);
    loader.close();
  });

  test('with skip it is left out and counted; the others are right', async () => {
    await image.png().toFile(good);
    const loader = new Loader({ ...options, corrupt_images: 'skip' });
    const [batch] = [...loader];
    loader.close();
    expect(loader.skipped).toBe(1);
    expect(valuesOf(batch?.labels as torch.Tensor)).toEqual([0, 2]);
    const once = [0.2, 0.2, 0.2, 0.2, 0.4, 0.4, 0.4, 0.4, 1, 1, 1, 1].map(Math.fround);
    expect(valuesOf(batch?.images as torch.Tensor)).toEqual([...once, ...once]);
  });
});

describe('threads', () => {
  /** Threads that a program started for each use, and those that run once no more than `expected` do. */
  function threadsAfter(uses: readonly string[], expected: number): string {
    const settled = `
      do await new Promise((resume) => setTimeout(resume, 10));
      while (running.size > ${expected});
      console.log(started, running.size);
      started = 0;`;
    const script = `
      const { Loader } = await import(${JSON.stringify(built('loader.js'))});
      const { MemorySet } = await import(${JSON.stringify(built('memory_set.js'))});
      const { SequentialSampler } = await import(${JSON.stringify(built('sampler.js'))});
      let started = 0;
      const running = new Set();
      process.on('worker', (worker) => {
        started += 1;
        running.add(worker);
        worker.once('exit', () => running.delete(worker));
      });
      const dataset = new MemorySet([1, 2, 2], new Uint8Array(400), new Uint8Array(100), 1, 'test');
      const sampler = new SequentialSampler(Array.from({ length: 100 }, (_, i) => i));
      const loader = new Loader({ dataset, sampler, transforms: [], batch_size: 2, num_workers: 2 });
      ${uses.map((use) => use + settled).join('')}`;
    const ended = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
      encoding: 'utf8',
      timeout: 60_000,
    });
    expect(ended).toMatchObject({ status: 0, signal: null, stderr: '' });
    return ended.stdout.trim();
  }

  test('none is left when a pass is read to its end, broken off, or left by an exception', () => {
    const uses = [
      'for (const _ of loader);',
      'for (const _ of loader) break;',
      'try { for (const _ of loader) throw new Error(); } catch {}',
    ];
    expect(threadsAfter(uses, 0).split('\n')).toEqual(['3 0', '3 0', '3 0']);
  });

  test('first() keeps them from step to step; they do not hold the program', () => {
    const step = 'loader.first();';
    expect(threadsAfter([step.repeat(5)], 3)).toBe('3 3');
  });

  test('one that is ended by force is an error at once, and no second one later', () => {
    const use = `
      const pass = loader[Symbol.iterator]();
      pass.next();
      await new Promise(setImmediate); // the program hears of its threads in the next turn
      for (const thread of [...running].slice(0, 2)) void thread.terminate();
      try { for (let i = 0; i < 50; i++) pass.next(); } catch (error) { console.log(error.message); }`;
    expect(threadsAfter([use], 0)).toBe(
      'a loading thread ended before its work: out of memory, or stopped\n3 0',
    );
  });

  test('a pass that a newer one replaced says so', () => {
    const loader = made({ num_workers: 2 });
    const [older, newer] = [loader[Symbol.iterator](), loader[Symbol.iterator]()];
    older.next();
    newer.next();
    expect(() => older.next()).toThrow('this pass is over');
    expect(newer.next().done).toBe(false);
    loader.close();
    expect(() => newer.next()).toThrow('this pass is over');
  });
});
