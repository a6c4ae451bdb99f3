// The examples that train a network of cells, at small size.
import { describe, expect, test } from '@jest/globals';
import { temporaryFolder } from '../support/temporary.js';
import { runScript } from './script.js';

const cwd = temporaryFolder();

describe.each([
  ['custom_architecture', ['--train=3000', '--epochs=1', '--target=0.5']],
  ['custom_operation', ['--train=2000', '--epochs=1', '--target=0.3']],
])('%s', (name, args) => {
  test('reaches its target', () => {
    expect(runScript(name, args, cwd)).toMatchObject({ status: 0, stderr: '' });
  });

  test('exits with 1 where it does not', () => {
    const few = ['--train=128', '--epochs=1', '--target=1'];
    expect(runScript(name, few, cwd)).toMatchObject({ status: 1, stderr: '' });
  });
});
