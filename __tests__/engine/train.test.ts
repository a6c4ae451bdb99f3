// A whole training at toy size: the best epoch is chosen on held-out images and tested once.
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { train } from '../../src/engine/train.js';
import { BNASv2_CLR_v1 } from '../../src/models/genotypes.js';
import { collectGarbage, held } from '../support/memory.js';
import { temporaryFolder } from '../support/temporary.js';
import { records, toyConfig, toyContext } from './toy.js';

const folder = temporaryFolder();
const read = (run: string, file: string) => readFileSync(`${folder}/${run}/${file}`, 'utf8');

test('records every epoch, tests once, and the seed decides all of it', async () => {
  await collectGarbage();
  const before = held();
  const result = await train(toyConfig(), BNASv2_CLR_v1, toyContext(`${folder}/first`));
  expect(held()).toEqual(before);

  const kept = records(`${folder}/first`, 'metrics.jsonl');
  expect(kept.map(({ kind, epoch }) => [kind, epoch])).toEqual([
    ['step', 0],
    ['step', 0],
    ['epoch', 0],
    ['step', 1],
    ['step', 1],
    ['epoch', 1],
    ['test', undefined],
  ]);
  const epochs = kept.filter(({ kind }) => kind === 'epoch');
  expect(epochs.map(({ lr }) => lr)).toEqual([0.025, expect.closeTo(0.0125, 12)]);
  expect(epochs.map(({ drop_path_prob }) => drop_path_prob)).toEqual([0, 0.15]);

  expect(kept.at(-1)).toEqual({ kind: 'test', best_epoch: result.best_epoch, ...result.test });
  expect(records(`${folder}/first`, 'timing.jsonl').map(({ pass }) => pass)).toEqual([
    'train',
    'valid',
    'train',
    'valid',
    'test',
  ]);

  await train(toyConfig(), BNASv2_CLR_v1, toyContext(`${folder}/again`));
  expect(read('again', 'metrics.jsonl')).toBe(read('first', 'metrics.jsonl'));
  await train(toyConfig('seed=3'), BNASv2_CLR_v1, toyContext(`${folder}/other`));
  expect(read('other', 'metrics.jsonl')).not.toBe(read('first', 'metrics.jsonl'));
});

test('the epoch that does best on the held-out images is the one that is tested', async () => {
  const epochsOf = (run: string) =>
    records(`${folder}/${run}`, 'metrics.jsonl').filter(({ kind }) => kind === 'epoch');
  const run = (name: string, ...overrides: string[]) =>
    train(toyConfig(...overrides), BNASv2_CLR_v1, toyContext(`${folder}/${name}`));

  // Two of four right after the first epoch, none after the second.
  const early = await run('early', 'seed=7');
  expect(epochsOf('early').map(({ valid }) => valid.top1)).toEqual([50, 0]);
  expect(early.best_epoch).toBe(0);
  // The first epoch is the same however many follow.
  const one = await run('one', 'seed=7', 'training.epochs=1');
  expect(early.test).toEqual(one.test);

  const late = await run('late', 'seed=3', 'data.train_samples=64', 'training.learning_rate=0.1');
  const [first, second] = epochsOf('late').map(({ valid }) => valid);
  expect(second.top1).toBeGreaterThanOrEqual(first.top1);
  expect(second.top5).toBeGreaterThan(first.top5);
  expect(late.best_epoch).toBe(1);
});

test('the learning rate of an epoch is the one that is recorded', async () => {
  const steps = (run: string) =>
    records(`${folder}/${run}`, 'metrics.jsonl').filter(({ kind }) => kind === 'step');
  const constant = toyConfig('training.learning_rate_min=0.025');
  await train(constant, BNASv2_CLR_v1, toyContext(`${folder}/constant`));
  // Falling or not, epoch 0 runs at the full rate. Step 0 of epoch 1 still sees its weights.
  expect(steps('constant').slice(0, 3)).toEqual(steps('first').slice(0, 3));
  expect(steps('constant').at(-1)).not.toEqual(steps('first').at(-1));
});
