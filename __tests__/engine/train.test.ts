// A whole training at toy size: the best epoch is chosen on held-out images and tested once.
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { train } from '../../src/engine/train.js';
import { BNASv2_CLR_v1 } from '../../src/models/genotypes.js';
import { held } from '../support/memory.js';
import { temporaryFolder } from '../support/temporary.js';
import { records, toyConfig, toyContext } from './toy.js';

const folder = temporaryFolder();
const read = (run: string, file: string) => readFileSync(`${folder}/${run}/${file}`, 'utf8');

test('records every epoch, tests once, and the seed decides all of it', async () => {
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

  const better = epochs[1].valid.top1 > epochs[0].valid.top1;
  const tied = epochs[1].valid.top1 === epochs[0].valid.top1;
  const best = better || (tied && epochs[1].valid.top5 > epochs[0].valid.top5) ? 1 : 0;
  expect(result.best_epoch).toBe(best);
  expect(kept.at(-1)).toEqual({ kind: 'test', best_epoch: best, ...result.test });
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
