// The package torch-js as others get it: what is in it, that its manifest leads there, and its types.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { publint } from 'publint';
import { PROJECT_ROOT } from '../support/paths.js';
import { temporaryFolder } from '../support/temporary.js';
import { npm, runProgram, STEP_RESULT, typeErrors, writePrograms } from './consumer.js';

const BINDING = join(PROJECT_ROOT, 'binding');
const folder = temporaryFolder();

/** All files in a folder of the package, as paths in the package. */
function filesIn(folder: string): string[] {
  return readdirSync(join(BINDING, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(BINDING, join(entry.parentPath, entry.name)));
}

test('holds the compiled sources, what compiles the addon, and the set-up; nothing else', () => {
  const compiled = filesIn('src')
    .map((file) => file.replace(/^src(.*)\.ts$/, 'dist$1'))
    .flatMap((file) => [`${file}.js`, `${file}.js.map`, `${file}.d.ts`]);
  const single = ['package.json', 'README.md', 'LICENSE', 'CMakeLists.txt'];
  const expected = [...compiled, ...filesIn('native'), ...filesIn('setup'), ...single];
  const [pack] = JSON.parse(npm(['pack', '--dry-run', '--json', '--ignore-scripts'], BINDING));
  const packed = pack.files.map((file: { path: string }) => file.path);
  expect(packed.sort()).toEqual(expected.sort());
});

test('its manifest is right by publint', async () => {
  const { messages } = await publint({ pkgDir: BINDING, pack: false, strict: true });
  expect(messages).toEqual([]);
});

describe('somebody who uses it', () => {
  beforeAll(() => {
    mkdirSync(join(folder, 'node_modules'));
    symlinkSync(BINDING, join(folder, 'node_modules', 'torch-js'));
    writePrograms(folder);
  });

  test('gets its types, with nothing but the standard library of ES2022', () => {
    expect(typeErrors(folder)).toEqual([]);
  });

  // The link leads out of node_modules, where Node warns that requiring an ES module is new.
  test.each(['step.mjs', 'step.cjs'] as const)('runs %s', (name) => {
    expect(runProgram(folder, name, '--no-warnings')).toEqual({
      status: 0,
      stdout: STEP_RESULT,
      stderr: '',
    });
  });
});

test('without its set-up, an import says how to do it', () => {
  const bare = join(folder, 'bare', 'node_modules', 'torch-js');
  for (const name of ['package.json', 'dist', 'setup']) {
    cpSync(join(BINDING, name), join(bare, name), { recursive: true });
  }
  const { status, stderr } = spawnSync(process.execPath, ['-e', "import('torch-js')"], {
    cwd: bare,
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(stderr).toContain('Run `npx torch-js setup`');
});

describe('the command torch-js', () => {
  const command = (...args: string[]) =>
    spawnSync(process.execPath, [join(BINDING, 'setup', 'cli.mjs'), ...args], { encoding: 'utf8' });

  test('says how it is used when asked', () => {
    expect(command('--help')).toMatchObject({ status: 0, stderr: '' });
    expect(command('--help').stdout).toContain('Usage: torch-js setup');
  });

  test.each([[[]], [['build']], [['setup', 'now']]])('refuses %j', (args) => {
    const { status, stdout, stderr } = command(...args);
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain('Usage: torch-js setup');
  });
});
