// The package from `npm pack` to a training step, in an empty project elsewhere. Compiles the addon, against the LibTorch
// that this project was set up with.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from '@jest/globals';
import { PROJECT_ROOT } from '../support/paths.js';
import { temporaryFolder } from '../support/temporary.js';
import { npm, readJson, runProgram, STEP_RESULT, typeErrors, writePrograms } from './consumer.js';

const BINDING = join(PROJECT_ROOT, 'binding');
const folder = temporaryFolder();
const project = join(folder, 'project');

beforeAll(() => {
  const [pack] = JSON.parse(npm(['pack', '--json', '--pack-destination', folder], BINDING));
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "name": "elsewhere", "private": true }');
  npm(['install', '--prefer-offline', join('..', pack.filename)], project);
  const { directory } = readJson(join(BINDING, 'build', 'Release', 'libtorch.json'));
  npm(['exec', '--offline', '--', 'torch-js', 'setup'], project, { LIBTORCH: directory });
  writePrograms(project);
});

test('it depends on what compiles the addon alone', () => {
  const { dependencies } = readJson(join(project, 'node_modules', 'torch-js', 'package.json'));
  expect(Object.keys(dependencies)).toEqual(['cmake-js', 'node-addon-api', 'node-api-headers']);
});

test.each(['step.mjs', 'step.cjs'] as const)('%s runs, without a warning', (name) => {
  expect(runProgram(project, name)).toEqual({ status: 0, stdout: STEP_RESULT, stderr: '' });
});

test('its types are found', () => {
  expect(typeErrors(project)).toEqual([]);
});

test('a second set-up finds everything done', () => {
  const { directory } = readJson(join(BINDING, 'build', 'Release', 'libtorch.json'));
  const output = npm(['exec', '--offline', '--', 'torch-js', 'setup'], project, {
    LIBTORCH: directory,
  });
  expect(output).toContain('Addon up to date');
});
