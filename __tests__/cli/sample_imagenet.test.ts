// `bnas sample-imagenet` from outside.
import { mkdirSync, readdirSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { temporaryFolder, writeFile } from '../support/temporary.js';
import { bnas } from './command.js';

const cwd = temporaryFolder();
for (const name of ['n1', 'n2']) {
  mkdirSync(`${cwd}/imagenet/train/${name}`, { recursive: true });
  for (let i = 0; i < 40; i++) writeFile(`${cwd}/imagenet/train/${name}`, `${i}.JPEG`, '');
}

test('makes a sample, says what it is, and is content when it is there already', async () => {
  for (let i = 0; i < 2; i++) {
    const { code, stdout } = await bnas(['sample-imagenet', 'imagenet', 'sample'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toBe('sample has 8 images to learn from and 2 to validate\n');
  }
  expect(readdirSync(`${cwd}/sample/train/n1`)).toHaveLength(4);
});

test.each([
  [['imagenet', 'sample', '--seed', '1'], 1, 'bnas: sample/manifest.json is of another sample'],
  [['imagenet', 'other', '--share', '0'], 2, 'It must be a number above 0, at most 1.'],
  [['nothing', 'other'], 1, 'nothing/train: there is no such folder'],
])('%j fails', async (args, exit, message) => {
  const { code, stderr } = await bnas(['sample-imagenet', ...args], { cwd });
  expect(code).toBe(exit);
  expect(stderr).toContain(message);
});
