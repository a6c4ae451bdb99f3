#!/usr/bin/env node
// The command of the installed package: `npx torch-js setup`.
import { buildTorch, checkTools } from './main.mjs';
import { runMain } from './report.mjs';

const USAGE = `Usage: torch-js setup

Finds LibTorch, or fetches it, and compiles the addon of torch-js in ${new URL('../', import.meta.url).pathname}.
Repeats nothing that is done. setup/README.md beside it says where LibTorch is looked for.`;

await runMain(import.meta.url, async () => {
  const [command, ...rest] = process.argv.slice(2);
  if (command === 'setup' && rest.length === 0) return buildTorch(await checkTools());
  const asked = command === '--help' || command === '-h';
  console[asked ? 'log' : 'error'](USAGE);
  return asked ? 0 : 1;
});
