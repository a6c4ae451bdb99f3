// `npm test [-- JEST ARGUMENTS]`: set-up, then the tests of what it built.
import { runMain } from '../binding/setup/report.mjs';
import { runNode } from './run_node.mjs';
import { setUp } from './setup.mjs';

export async function test(args) {
  await setUp();
  return runNode([
    '--experimental-vm-modules',
    '--no-warnings=ExperimentalWarning',
    'node_modules/jest/bin/jest.js',
    ...args,
  ]);
}

await runMain(import.meta.url, () => test(process.argv.slice(2)));
