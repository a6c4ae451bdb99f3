// Every trajectory of the original out of the real engine, in reference mode.
import { expect, test } from '@jest/globals';
import { FIGURES } from '../support/paths.js';
import { temporaryFolder } from '../support/temporary.js';
import { searchRun, trainRun } from './engine_runs.js';
import { readFigures } from './figures.js';
import { exceeds } from './measures.js';

const folder = temporaryFolder();
const names = readFigures(FIGURES).map(({ name }) => name);

test.each(names.filter((name) => name.startsWith('search_trajectory_')))('%s', async (name) => {
  expect((await searchRun(name, `${folder}/${name}`)).filter(exceeds)).toEqual([]);
});

test.each(
  names
    .filter((name) => name.startsWith('train_trajectory_'))
    .flatMap((name) => [[name, 'float32'] as const, [name, 'float64'] as const]),
)('%s in %s', async (name, dtype) => {
  expect((await trainRun(name, dtype, `${folder}/${name}-${dtype}`)).filter(exceeds)).toEqual([]);
});
