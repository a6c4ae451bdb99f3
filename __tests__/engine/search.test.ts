// A whole search at toy size: its records, its genotype, and that the seed decides them.
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import { loadConfig } from '../../src/config/load.js';
import { silent } from '../../src/engine/progress.js';
import { search } from '../../src/engine/search.js';
import { formatGenotype, type Genotype, parseGenotype } from '../../src/models/genotypes.js';
import { collectGarbage, held } from '../support/memory.js';
import { temporaryFolder } from '../support/temporary.js';
import { moves, type NetworkName, type Order } from './method_moves.js';
import { records, toyConfig, toyContext, writeToyCifar } from './toy.js';

const folder = temporaryFolder();
const read = (run: string, file: string) => readFileSync(`${folder}/${run}/${file}`, 'utf8');

describe('a search', () => {
  let genotype: Genotype;
  let before: ReturnType<typeof held>;
  beforeAll(async () => {
    await collectGarbage();
    before = held();
    genotype = await search(toyConfig(), toyContext(`${folder}/first`));
  });

  test('leaves no tensor behind', () => {
    expect(held()).toEqual(before);
  });

  test('returns the genotype that it keeps', () => {
    expect(parseGenotype(read('first', 'genotype.json'))).toEqual(genotype);
    expect(read('first', 'genotype.txt')).toBe(`${formatGenotype(genotype)}\n`);
    expect(records(`${folder}/first`, 'metrics.jsonl').at(-1).genotype).toBe(
      formatGenotype(genotype),
    );
  });

  test('keeps a record of every reported step and of every epoch', () => {
    const kept = records(`${folder}/first`, 'metrics.jsonl');
    expect(kept.map(({ kind, epoch, step }) => [kind, epoch, step])).toEqual([
      ['step', 0, 1],
      ['step', 0, 2],
      ['epoch', 0, undefined],
      ['step', 1, 1],
      ['step', 1, 2],
      ['epoch', 1, undefined],
    ]);
    const epochs = kept.filter(({ kind }) => kind === 'epoch');
    // Cosine from .1 over two epochs; confidence ((epoch + 1) / 2)^2.
    expect(epochs.map(({ lr }) => lr)).toEqual([0.1, expect.closeTo(0.05, 12)]);
    expect(epochs.map(({ confidence }) => confidence)).toEqual([0.25, 1]);
    expect(epochs.map(({ arch_lr }) => arch_lr)).toEqual([expect.closeTo(0.025, 12), 0.1]);
    // Three operations, nearly undecided at first.
    expect(epochs[0].entropy.normal).toBeLessThanOrEqual(Math.log(3));
    expect(epochs[1].entropy.normal).toBeLessThan(epochs[0].entropy.normal);
    // A cell of four nodes has fourteen edges.
    const { entropy, edge_entropy } = epochs[1];
    const sum = edge_entropy.reduce.reduce((total: number, edge: number) => total + edge, 0);
    expect(edge_entropy.reduce).toHaveLength(14);
    expect(entropy.reduce).toBeCloseTo(sum / 14, 6);
  });

  test('keeps times apart, for every pass', () => {
    const times = records(`${folder}/first`, 'timing.jsonl');
    expect(times.map(({ pass, epoch }) => [pass, epoch])).toEqual([
      ['search', 0],
      ['valid', 0],
      ['search', 1],
      ['valid', 1],
    ]);
    expect(read('first', 'metrics.jsonl')).not.toContain('seconds');
  });

  test('keeps its config complete', () => {
    expect(loadConfig(`${folder}/first/config.yaml`)).toEqual(toyConfig());
  });

  test('says what it was made with', () => {
    expect(JSON.parse(read('first', 'manifest.json'))).toMatchObject({
      name: 'toy',
      command: ['test'],
      seed: 2,
      mode: 'fixed',
      device: 'cpu',
      threads: 1,
      versions: { libtorch: torch.version(), node: process.versions.node },
    });
  });

  test('of the same seed writes the same figures, of another seed others', async () => {
    await search(toyConfig(), toyContext(`${folder}/again`));
    await search(toyConfig('seed=3'), toyContext(`${folder}/other`));
    expect(read('again', 'metrics.jsonl')).toBe(read('first', 'metrics.jsonl'));
    expect(read('other', 'metrics.jsonl')).not.toBe(read('first', 'metrics.jsonl'));
  });
});

test('before it begins the architecture stays and nothing is validated', async () => {
  await search(toyConfig('search.begin=1'), toyContext(`${folder}/late`));
  const [first, second] = records(`${folder}/late`, 'metrics.jsonl').filter(
    ({ kind }) => kind === 'epoch',
  );
  expect(first.valid).toBeNull();
  // 1e-3 randn alphas: their entropy differs from log(3) by the order of 1e-7.
  expect(first.entropy.normal).toBeCloseTo(Math.log(3), 5);
  expect(second.valid).not.toBeNull();
  expect(second.entropy.normal).toBeLessThan(first.entropy.normal - 1e-4);
});

test('the learning rate of the weights is the one that is recorded', async () => {
  await search(toyConfig('search.learning_rate_min=0.1'), toyContext(`${folder}/constant`));
  const [falling, constant] = ['first', 'constant'].map((run) =>
    records(`${folder}/${run}`, 'metrics.jsonl').filter(({ kind }) => kind === 'step'),
  ) as [unknown[], unknown[]];
  // Falling or not, epoch 0 runs at the full rate. Step 0 of epoch 1 still sees its weights.
  expect(constant.slice(0, 3)).toEqual(falling.slice(0, 3));
  expect(constant.at(-1)).not.toEqual(falling.at(-1));
});

test('confidence off leaves the learning rate of the architecture as it is', async () => {
  await search(toyConfig('search.confidence_power=off'), toyContext(`${folder}/off`));
  const rates = records(`${folder}/off`, 'metrics.jsonl').filter(({ kind }) => kind === 'epoch');
  expect(rates.map(({ arch_lr }) => arch_lr)).toEqual([0.1, 0.1]);
});

test('validates from the epoch that it is told to', async () => {
  await search(toyConfig('search.validate_from=1'), toyContext(`${folder}/valid-last`));
  const epochs = records(`${folder}/valid-last`, 'metrics.jsonl').filter(
    ({ kind }) => kind === 'epoch',
  );
  expect(epochs.map(({ valid }) => valid === null)).toEqual([true, false]);
  expect(epochs[0].entropy.normal).toBeLessThan(Math.log(3) - 1e-4);
});

test('validates on images as they are, with quirk search_validation_augmented on changed ones', async () => {
  writeToyCifar(folder);
  const cifar = ['data.dataset=cifar10', `data.folder=${folder}`, 'data.train_samples=10'];
  const epoch = async (name: string, ...more: string[]) => {
    await search(toyConfig(...cifar, 'search.epochs=1', ...more), toyContext(`${folder}/${name}`));
    return records(`${folder}/${name}`, 'metrics.jsonl').at(-1);
  };
  const quirk = 'quirks.search_validation_augmented=true';
  const [plain, changed] = [await epoch('plain'), await epoch('changed', quirk)];
  expect(changed.train).toEqual(plain.train);
  expect(changed.valid.loss).not.toBeCloseTo(plain.valid.loss, 5);
  // Where nothing is changed at random, both see the same images, in another order.
  const off = 'data.augment=false';
  const [without, withQuirk] = [
    await epoch('unchanged', off),
    await epoch('unchanged-quirk', off, quirk),
  ];
  expect(withQuirk.valid.top1).toBe(without.valid.top1);
  expect(withQuirk.valid.loss).toBeCloseTo(without.valid.loss, 5);
});

test('its learning rate can rise first', async () => {
  await search(toyConfig('search.warm_up_epochs=2'), toyContext(`${folder}/warm`));
  const rates = records(`${folder}/warm`, 'metrics.jsonl').filter(({ kind }) => kind === 'epoch');
  expect(rates.map(({ lr }) => lr)).toEqual([0.05, 0.1]);
});

type Architecture = Record<string, number[][]>;

/** The architecture parameters after each epoch, row by row. */
const architectures = (run: string): Architecture[] =>
  records(`${folder}/${run}`, 'metrics.jsonl')
    .filter(({ kind }) => kind === 'epoch')
    .map(({ architecture }) => architecture);

test('keeps the architecture parameters of every epoch, and holds those of held operations', async () => {
  await search(toyConfig('search.held=[max_pool_3x3]'), toyContext(`${folder}/held`));
  const [first, second] = architectures('held') as [Architecture, Architecture];
  expect(Object.keys(first)).toEqual(['alphas_normal', 'alphas_reduce']);
  for (const [name, rows] of Object.entries(first)) {
    expect(rows).toHaveLength(14);
    rows.forEach((row, edge) => {
      const later = second[name]?.[edge] as number[];
      expect(later.map((alpha, i) => alpha === row[i])).toEqual([false, false, true]);
      // As drawn: a thousandth of a normal deviate.
      expect(Math.abs(row[2] as number)).toBeLessThan(5e-3);
    });
  }
});

test('in a space without none finds operations of that space alone', async () => {
  const genotype = await search(
    toyConfig('search.primitives=[avg_pool_3x3, max_pool_3x3]'),
    toyContext(`${folder}/without-none`),
  );
  const names = [...genotype.normal, ...genotype.reduce].map(([operation]) => operation);
  expect(new Set(names).size).toBeGreaterThan(1);
  expect(names.every((name) => name.endsWith('pool_3x3'))).toBe(true);
  const alphas = architectures('without-none')[0]?.alphas_normal as number[][];
  expect(alphas.map(({ length }) => length)).toEqual(Array(14).fill(2));
});

test.each<[NetworkName, Order]>([
  ['broad', 'exact'],
  ['broad, partial', 'finite_difference'],
  ['darts', 'off'],
  ['darts, partial', 'exact'],
])('%s, second order %s', (name, order) => moves(`${folder}/${name} ${order}`, name, order));

test('quirk genotype_before_epoch puts down what the epoch began with', async () => {
  const genotypes = (run: string) =>
    records(`${folder}/${run}`, 'metrics.jsonl')
      .filter(({ kind }) => kind === 'epoch')
      .map(({ genotype }) => genotype);
  const config = toyConfig('quirks.genotype_before_epoch=true');
  const last = await search(config, toyContext(`${folder}/before`));
  // The first run of this file is the same search.
  const [after] = genotypes('first');
  const [drawn, first] = genotypes('before');
  expect(first).toBe(after);
  expect(drawn).not.toBe(after);
  expect(formatGenotype(last)).toBe(first);
  expect(formatGenotype(last)).not.toBe(genotypes('first')[1]);
  expect(read('before', 'genotype.txt')).toBe(`${first}\n`);
});

describe('ends early', () => {
  const run = async (name: string, ...overrides: string[]) => {
    await search(toyConfig(...overrides), toyContext(`${folder}/${name}`));
    return records(`${folder}/${name}`, 'metrics.jsonl').filter(({ kind }) => kind === 'epoch');
  };

  // With these two, none never counts: every kept edge is a skip, eight of them.
  const only = 'search.primitives=[none, skip_connect]';

  test('once a convolution cell has so many skip connections', async () => {
    expect((await run('eight', only, 'search.stop_at_skips=8')).map(({ epoch }) => epoch)).toEqual([
      0,
    ]);
    expect(await run('nine', only, 'search.stop_at_skips=9')).toHaveLength(2);
  });

  test('but not before the architecture moves', async () => {
    const late = await run('late-skips', only, 'search.stop_at_skips=8', 'search.begin=1');
    expect(late).toHaveLength(2);
  });
});

test('stops after the step in which it is told to, and leaves no tensor behind', async () => {
  await collectGarbage();
  const before = held();
  const stop = new AbortController();
  let steps = 0;
  const progress = {
    ...silent,
    advance() {
      steps += 1;
      // Steps: two of search, two of validation, then the second epoch.
      if (steps === 5) stop.abort();
    },
  };
  const context = toyContext(`${folder}/stopped`, { progress, stop });
  await expect(search(toyConfig(), context)).rejects.toMatchObject({
    code: 'ERR_INTERRUPTED',
    message: 'stopped: Search 2/2, after step 1 of 2',
  });
  expect(steps).toBe(5);
  expect(context.run.files()).toContain('genotype.json');
  expect(read('stopped', 'metrics.jsonl')).toBe(
    read('first', 'metrics.jsonl').split('\n').slice(0, 4).join('\n').concat('\n'),
  );
  expect(held()).toEqual(before);
});

describe('a search that cannot begin leaves nothing behind', () => {
  test.each([
    [
      'data.train_samples=60001',
      'ERR_CONFIG',
      'data.train_samples: expected at most 60000, which is all of mnist, got 60001',
    ],
    ['device=cuda:99', 'ERR_DEVICE', /^device cuda:99: /],
  ])('%s', async (override, code, message) => {
    const context = toyContext(`${folder}/none`);
    await expect(search(toyConfig(override), context)).rejects.toMatchObject({
      code,
      message: typeof message === 'string' ? message : expect.stringMatching(message),
    });
    expect(context.run.path).toBeUndefined();
  });
});
