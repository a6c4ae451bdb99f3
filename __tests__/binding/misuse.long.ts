// Random misuse in great number, from another seed each time; a failure names the line, and the command that repeats it.
import { expect, test } from '@jest/globals';
import { misuse } from './misuse/watch.js';

const CASES = 50_000;

test.each(['surface', 'door'])('%s', async (suite) => {
  const seed = Math.trunc(Math.random() * 2 ** 31);
  expect(await misuse({ suite, seed, cases: CASES, failures: 20 })).toEqual([]);
});
