// The examples that train a network of cells, at the size and to the target that they say.
import { expect, test } from '@jest/globals';
import { temporaryFolder } from '../support/temporary.js';
import { runScript } from './script.js';

const cwd = temporaryFolder();

test.each(['custom_architecture', 'custom_operation'])('%s reaches its target', (name) => {
  expect(runScript(name, [], cwd)).toMatchObject({ status: 0, stderr: '' });
});

test.each(['custom_architecture', 'custom_operation'])(
  '%s exits with 1 where it does not',
  (name) => {
    const few = ['--train=128', '--epochs=1', '--target=1'];
    expect(runScript(name, few, cwd)).toMatchObject({ status: 1, stderr: '' });
  },
);
