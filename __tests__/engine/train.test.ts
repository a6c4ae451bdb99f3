// A whole training at toy size: the best epoch is chosen on held-out images and tested once.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { silent } from '../../src/engine/progress.js';
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

const epochsOf = (run: string) =>
  records(`${folder}/${run}`, 'metrics.jsonl').filter(({ kind }) => kind === 'epoch');
const trained = (run: string, ...overrides: string[]) =>
  train(toyConfig(...overrides), BNASv2_CLR_v1, toyContext(`${folder}/${run}`));

describe('an auxiliary head', () => {
  test.each([
    ['broad', []],
    ['darts', ['training.network=darts', 'training.layers=3']],
  ])('of %s is trained by its share of the loss', async (network, keys) => {
    const losses = async (name: string, ...own: string[]) => {
      const run = `${network}-${name}`;
      await trained(run, 'training.epochs=1', ...keys, ...own);
      return epochsOf(run).map(({ train }) => train.loss as number);
    };
    const auxiliary = 'training.auxiliary=true';
    const [none] = await losses('none', auxiliary, 'training.auxiliary_weight=0');
    const [some] = await losses('some', auxiliary);
    const [more] = await losses('more', auxiliary, 'training.auxiliary_weight=0.8');
    // A new classifier of ten classes has a loss of about log(10); steps were few.
    for (const [loss, weight] of [
      [some, 0.4],
      [more, 0.8],
    ] as const) {
      const share = ((loss as number) - (none as number)) / weight;
      expect(share).toBeGreaterThan(0.6 * Math.log(10));
      expect(share).toBeLessThan(2 * Math.log(10));
    }
  });
});

test('label smoothing is part of the loss in training alone', async () => {
  await trained('smooth', 'training.label_smoothing=0.5', 'training.learning_rate=1e-9');
  await trained('sharp', 'training.learning_rate=1e-9');
  const [smooth, sharp] = [epochsOf('smooth')[0], epochsOf('sharp')[0]];
  expect(smooth.valid).toEqual(sharp.valid);
  expect(smooth.train.loss).not.toBe(sharp.train.loss);
});

test('learning rates rise first and fall along a line when told to', async () => {
  const schedule = ['lr_scheduler=linear', 'warm_up_epochs=2', 'epochs=7', 'learning_rate=0.1'];
  const own = [...schedule, 'batch_size=16'].map((key) => `training.${key}`);
  await trained('line', 'data.train_samples=4', ...own);
  const expected = [0.05, 0.1, 0, 0.04, 0.03, 0.02, 0.01];
  // lr0 (E - 5 - e) / (E - 5) while more than five epochs are left: here two of them.
  expected[2] = 0.05;
  expect(epochsOf('line').map(({ lr }) => lr)).toEqual(
    expected.map((lr) => expect.closeTo(lr, 12)),
  );
});

test('quirk imagenet_double_step: the cosine goes down and up again, whatever is asked for', async () => {
  const own = ['epochs=6', 'learning_rate=0.1', 'warm_up_epochs=2', 'batch_size=16'];
  const keys = [...own, 'stem=imagenet'].map((key) => `training.${key}`);
  const quirk = 'quirks.imagenet_double_step=true';
  const rates = async (scheduler: string) => {
    const asked = `training.lr_scheduler=${scheduler}`;
    await trained(scheduler, quirk, asked, 'data.train_samples=4', ...keys);
    return epochsOf(scheduler).map(({ lr }) => lr);
  };
  const cosines = (steps: number[]) =>
    steps.map((n) => expect.closeTo(0.05 * (1 + Math.cos((Math.PI * n) / 6)), 12));
  expect(await rates('cosine')).toEqual(cosines([1, 3, 5, 7, 9, 11]));
  expect(await rates('linear')).toEqual(cosines([0, 1, 2, 3, 4, 5]));
  await trained('cifar', quirk, 'training.epochs=2');
  expect(epochsOf('cifar').map(({ lr }) => lr)).toEqual([0.025, expect.closeTo(0.0125, 12)]);
});

test('quirk best_on_test: all is learned from, and the test images choose the epoch', async () => {
  const lines: string[] = [];
  const progress = { ...silent, line: (text: string) => void lines.push(text) };
  const config = toyConfig('quirks.best_on_test=true', 'training.epochs=3');
  const result = await train(config, BNASv2_CLR_v1, toyContext(`${folder}/on-test`, { progress }));
  expect(lines[0]).toContain('16 images, 12 held out, 12 for the test');
  const valid = epochsOf('on-test').map((epoch) => epoch.valid);
  expect(result.test).toEqual(valid[result.best_epoch]);
  expect(result.test.top1).toBe(Math.max(...valid.map(({ top1 }) => top1)));
});
