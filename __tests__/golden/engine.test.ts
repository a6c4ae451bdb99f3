// The original's trajectories out of the real engine, in reference mode; all of them: engine.long.ts.
import { expect, test } from '@jest/globals';
import { temporaryFolder } from '../support/temporary.js';
import { searchRun, trainRun } from './engine_runs.js';
import { exceeds } from './measures.js';

const folder = temporaryFolder();

test('a search, as B-PC-DARTS', async () => {
  const measures = await searchRun('search_trajectory_pc_first', `${folder}/search`);
  expect(measures.filter(({ reportOnly }) => !reportOnly).length).toBeGreaterThan(40);
  expect(measures.filter(exceeds)).toEqual([]);
});

test('training with drop path', async () => {
  const measures = await trainRun('train_trajectory_clr_eval', 'float64', `${folder}/train`);
  expect(measures.filter(exceeds)).toEqual([]);
});
