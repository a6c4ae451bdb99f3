// What a program is told whose addon cannot be loaded: what was tried, and what to do. Without an addon: package.test.ts.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { PROJECT_ROOT } from '../support/paths.js';

let root: string;
let release: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'torch-js-loading-'));
  release = join(root, 'build', 'Release');
  mkdirSync(release, { recursive: true });
  for (const part of ['dist', 'package.json', 'setup']) {
    cpSync(`${PROJECT_ROOT}binding/${part}`, join(root, part), { recursive: true });
  }
});
afterEach(() => rmSync(root, { recursive: true }));

function words(): string {
  const env = { ...process.env, TORCH_JS_SANITIZE: '' };
  const args = [
    '--input-type=module',
    '-e',
    `import ${JSON.stringify(join(root, 'dist/index.js'))}`,
  ];
  const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', env });
  expect(status).toBe(1);
  return stderr;
}

function breakAddon(directory: string | null): void {
  writeFileSync(join(release, 'torch_js.node'), 'no library');
  if (directory === null) return;
  writeFileSync(join(release, 'libtorch.json'), JSON.stringify({ version: '2.15.0', directory }));
}

const SETUP = 'Run `npx torch-js setup`';

test('an addon that the system refuses, LibTorch gone: both, and where it was', () => {
  breakAddon('/nowhere/torch');
  const text = words();
  expect(text).toContain(`${join(release, 'torch_js.node')}: `);
  expect(text).toContain(
    'LibTorch 2.15.0, which it was built against, is no longer in /nowhere/torch',
  );
  expect(text).toContain(SETUP);
});

test('the same, LibTorch in its place', () => {
  mkdirSync(join(root, 'torch', 'lib'), { recursive: true });
  breakAddon(join(root, 'torch'));
  expect(words()).toContain(`is in ${join(root, 'torch')}, perhaps replaced`);
});

test('the same, without a record', () => {
  breakAddon(null);
  const text = words();
  expect(text).toContain('There is no record beside it');
  expect(text).toContain(SETUP);
});
