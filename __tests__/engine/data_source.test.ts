// Which images a config picks: sizes, disjoint parts, the seed's say, and what it refuses.
import { cpSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import { SequentialSampler } from '../../src/data/sampler.js';
import { DataSource } from '../../src/engine/data_source.js';
import { PROJECT_ROOT } from '../support/paths.js';
import { temporaryFolder } from '../support/temporary.js';
import { valuesOf } from '../support/tensors.js';
import { toyConfig, writeToyCifar } from './toy.js';

const pictures = temporaryFolder();
const source = (...overrides: string[]) => new DataSource(toyConfig(...overrides));

test('all training images are split in two disjoint parts', () => {
  const [first, second] = source('data.train_samples=all').train(0.9);
  expect([first.indices.length, second.indices.length]).toEqual([54_000, 6_000]);
  expect(new Set([...first.indices, ...second.indices]).size).toBe(60_000);
});

test('a sample, and a share of it, is chosen from the whole set before it is split', () => {
  const [first, second] = source('data.train_samples=1000').train(0.5, 0.25);
  expect([first.indices.length, second.indices.length]).toEqual([125, 125]);
  expect(new Set([...first.indices, ...second.indices]).size).toBe(250);
  expect(Math.max(...first.indices)).toBeGreaterThan(50_000);
});

test('a stratified sample has as many of each digit as its share of the set', () => {
  const { dataset, indices } = source('data.test_samples=1000', 'data.split=stratified').test();
  const counts = new Array(10).fill(0);
  for (const index of indices) counts[dataset.labels[index] as number] += 1;
  // The test set has 980, 1135, 1032, … of them; 1000 are a tenth.
  expect(counts).toEqual([98, 114, 103, 101, 98, 89, 96, 103, 97, 101]);
});

test('file order takes the first images', () => {
  const [first, second] = source('data.split=file_order').train(0.5);
  expect([...first.indices, ...second.indices]).toEqual([...Array(16).keys()]);
});

test('with quirk split_in_file_order parts are the first and the others, whatever data.split says', () => {
  const quirk = ['quirks.split_in_file_order=true', 'data.split=stratified'];
  const [first, second] = source(...quirk, 'data.train_samples=all').train(0.5);
  expect([...first.indices.subarray(-2), ...second.indices.subarray(0, 2)]).toEqual([
    29_998, 29_999, 30_000, 30_001,
  ]);
});

describe('the choice', () => {
  const chosen = (...overrides: string[]) => [...source(...overrides).train(0.5)[0].indices];

  test('is the same for the same seed, another for another', () => {
    expect(chosen('seed=1')).toEqual(chosen('seed=1'));
    expect(chosen('seed=1')).not.toEqual(chosen('seed=2'));
  });
});

test.each([
  [['data.train_samples=2'], 0.4, '2 training images are too few to split in two'],
  [
    ['data.train_samples=60001'],
    0.5,
    'data.train_samples: expected at most 60000, which is all of mnist, got 60001',
  ],
] as [string[], number, string][])('%j is refused', (overrides, portion, message) => {
  expect(() => source(...overrides).train(portion)).toThrow(
    expect.objectContaining({ code: 'ERR_CONFIG', message }),
  );
});

describe('batches', () => {
  const folder = temporaryFolder();
  writeToyCifar(folder);

  /** The values of two passes, each image's in file order. */
  function read(augment: { cutout: 'off' | number } | undefined, ...overrides: string[]) {
    const config = toyConfig(
      'data.dataset=cifar10',
      `data.folder=${folder}`,
      'data.train_samples=all',
      ...overrides,
    );
    const opened = new DataSource(config);
    const { dataset, indices } = opened.all();
    const sampler = new SequentialSampler(indices);
    const loader = opened.loader({ dataset, sampler, batch_size: 2, augment });
    torch.manual_seed(1);
    return [1, 2].map(() => Array.from(loader, ({ images }) => valuesOf(images)).flat());
  }

  test('are left as they are unless they are learned from', () => {
    const [first, second] = read(undefined);
    expect(second).toEqual(first);
    // Red, upper left, of the first image: 1 + (7 + 1) % 200 = 9.
    expect(first?.[0]).toBeCloseTo((9 / 255 - 0.49139968) / 0.24703233, 6);
    expect(read({ cutout: 'off' }, 'data.augment=false')).toEqual([first, second]);
  });

  test('to learn from are shifted and mirrored, differently in each pass', () => {
    const [plain] = read(undefined);
    const [first, second] = read({ cutout: 'off' });
    expect(first).not.toEqual(plain);
    expect(second).not.toEqual(first);
  });

  test('have a square of zeros with cutout', () => {
    const [values] = read({ cutout: 8 }, 'data.augment=false') as [number[], number[]];
    const zeros = values.filter((value) => value === 0).length / (3 * 10);
    // No pixel is zero by itself; a square reaches beyond the border by half its side at most.
    expect(zeros).toBeGreaterThanOrEqual(16);
    expect(zeros).toBeLessThanOrEqual(64);
  });

  test('do not depend on the number of workers, but by quirk augmentation_stream', () => {
    const cutout = { cutout: 8 };
    const fixed = read(cutout);
    for (const n of [1, 2, 5]) expect(read(cutout, `data.num_workers=${n}`)).toEqual(fixed);
    const quirk = 'quirks.augmentation_stream=true';
    const [none, one, two] = [0, 1, 2].map((n) => read(cutout, quirk, `data.num_workers=${n}`));
    expect(one).not.toEqual(none);
    expect(two).not.toEqual(one);
  });
});

test('JPEG files are read to exact values in mode reference, or when asked to', () => {
  const root = `${pictures}/one`;
  const fixture = `${PROJECT_ROOT}__tests__/data/fixtures/images/subsampled.jpg`;
  cpSync(fixture, `${root}/train/dog/1.jpg`, { recursive: true });
  const values = (...overrides: string[]) => {
    const folder = ['data.dataset=folder', `data.folder=${root}`, 'data.image_size=8'];
    const opened = source(...folder, 'data.train_samples=all', ...overrides);
    const { dataset, indices } = opened.all();
    const sampler = new SequentialSampler(indices);
    using loader = opened.loader({ dataset, sampler, batch_size: 1 });
    using batch = loader.first();
    return valuesOf(batch.images);
  };
  const exact = values('data.decoding=exact');
  expect(values('mode=reference')).toEqual(exact);
  expect(values('mode=reference', 'data.decoding=fast')).not.toEqual(exact);
  expect(values()).toEqual(values('data.decoding=fast'));
});
