// What the build leaves beside the addon, and that a second set-up compiles nothing.
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { PROJECT_ROOT } from '../support/paths.js';

const release = join(PROJECT_ROOT, 'binding', 'build', 'Release');

test('the record beside the addon names the LibTorch that it was built against', () => {
  const { version, directory } = JSON.parse(readFileSync(join(release, 'libtorch.json'), 'utf8'));
  const header = readFileSync(join(directory, 'include/torch/headeronly/version.h'), 'utf8');
  const [major, minor] = version.split('.');
  expect(header).toMatch(`#define TORCH_VERSION_MAJOR ${major}`);
  expect(header).toMatch(`#define TORCH_VERSION_MINOR ${minor}`);
  expect(existsSync(join(directory, 'lib'))).toBe(true);
});

test('a second set-up finds LibTorch and the addon as they are', () => {
  const addon = join(release, 'torch_js.node');
  const before = statSync(addon).mtimeMs;
  const main = join(PROJECT_ROOT, 'binding', 'setup', 'main.mjs');
  const output = execFileSync(process.execPath, [main], { encoding: 'utf8' });
  expect(output).toMatch(/^✔ LibTorch \S+ \((cache|LIBTORCH|Python): /m);
  expect(output).toMatch(/^✔ Addon up to date/m);
  expect(statSync(addon).mtimeMs).toBe(before);
});
