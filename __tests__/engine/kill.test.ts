// kill -9 of the command line, and its resumption to the same bits. Every kind of run, many times: kill.long.ts.
import { expect, test } from '@jest/globals';
import { formatConfig } from '../../src/config/format.js';
import { temporaryFolder, writeFile } from '../support/temporary.js';
import { attempt } from './killed.js';
import { configOf, METHODS, type MethodName, run as runMethod } from './methods.js';
import { decided } from './pieces.js';
import { toyContext } from './toy.js';

const folder = temporaryFolder();

test('a training, killed while it writes a checkpoint', async () => {
  const name: MethodName = 'training';
  const settings = configOf(name, 'checkpoint.every_steps=1');
  await runMethod(settings, name, toyContext(`${folder}/whole`));
  const config = writeFile(folder, 'toy.yaml', formatConfig(settings));
  const run = `${folder}/killed`;
  const killing = { command: METHODS[name].command, config, run };
  // The third checkpoint is within the first epoch.
  expect(await attempt(killing, { writing: 3 })).toMatchObject({ killed: true });
  expect(await attempt(killing, null)).toMatchObject({
    killed: false,
    stderr: expect.stringMatching(/^Going on from .*\/epoch-000[01](-step-0000[12])?\.pt, after /m),
  });
  expect(decided(run)).toEqual(decided(`${folder}/whole`));
});
