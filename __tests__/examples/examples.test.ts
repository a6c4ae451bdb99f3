// The examples at toy size: they reach what is asked of them, and say so when they do not.
import { spawnSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';
import { PROJECT_ROOT } from '../support/paths.js';

function run(name: string, args: string[]) {
  const script = `${PROJECT_ROOT}dist/examples/${name}.js`;
  return spawnSync(process.execPath, [script, ...args], { encoding: 'utf8' });
}

describe.each([
  ['mnist', ['--train=6000', '--target=0.9'], ['--train=100', '--target=0.9']],
  // Half of the random first signs are right by chance.
  ['custom_gradient', ['--target=1'], ['--steps=0', '--target=0.6']],
  // Without a training step the answer is about 0, and the error the mean of the squared sum: 7/6.
  ['gru', ['--steps=300', '--target=0.02'], ['--steps=0', '--target=0.5']],
])('%s', (name, enough, tooLittle) => {
  test('reaches its target', () => {
    expect(run(name, enough)).toMatchObject({ status: 0, stderr: '' });
  });

  test('exits with 1 where it does not', () => {
    expect(run(name, tooLittle)).toMatchObject({ status: 1, stderr: '' });
  });
});
