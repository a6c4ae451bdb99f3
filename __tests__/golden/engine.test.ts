// The original's trajectories out of the real engine, in reference mode; all of them: engine.long.ts.
import { expect, test } from '@jest/globals';
import { temporaryFolder } from '../support/temporary.js';
import { searchRun, trainRun } from './engine_runs.js';
import { exceeds } from './measures.js';

const folder = temporaryFolder();

test.each(['clr_second_float64', 'pc_first', 'pc_imagenet_first_float64'])(
  'search %s',
  async (name) => {
    const measures = await searchRun(`search_trajectory_${name}`, `${folder}/${name}`);
    expect(measures.filter(({ reportOnly }) => !reportOnly).length).toBeGreaterThan(40);
    expect(measures.filter(exceeds)).toEqual([]);
  },
);

test('training with drop path', async () => {
  const measures = await trainRun('train_trajectory_clr_eval', 'float64', `${folder}/train`);
  expect(measures.filter(exceeds)).toEqual([]);
});
