// The WebAssembly that is committed is what its source compiles to.
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { PROJECT_ROOT } from '../support/paths.js';

test('src/data/generated/kernels.ts is up to date: npm run generate:kernels', async () => {
  const { compiled } = await import(`${PROJECT_ROOT}kernels/compile.mjs`);
  const committed = readFileSync(`${PROJECT_ROOT}src/data/generated/kernels.ts`, 'utf8');
  expect(await compiled()).toBe(committed);
});
