// kill -9 at random moments, and while checkpoints are written, again and again; then everything is as if it had not
// been.
import { afterAll, expect, test } from '@jest/globals';
import { formatConfig } from '../../src/config/format.js';
import { temporaryFolder, writeFile } from '../support/temporary.js';
import { attempt, leftHalf, type Moment } from './killed.js';
import { configOf, METHODS, type MethodName, run as runMethod } from './methods.js';
import { decided } from './pieces.js';
import { toyContext } from './toy.js';

const folder = temporaryFolder();
const names = Object.keys(METHODS) as MethodName[];
const ROUNDS = 3;
const KILLS = 20;
const tally = { killed: 0, half: 0 };

test.each(names)('%s', async (name) => {
  const longer = ['search.epochs=4', 'training.epochs=4'];
  const settings = configOf(name, 'checkpoint.every_steps=1', ...longer);
  const started = performance.now();
  await runMethod(settings, name, toyContext(`${folder}/whole-${name}`));
  const whole = decided(`${folder}/whole-${name}`);
  // From before LibTorch is loaded to some way into the run.
  const longest = (performance.now() - started) / 2 + 700;
  const config = writeFile(folder, `${name}.yaml`, formatConfig(settings));
  for (let round = 0; round < ROUNDS; round++) {
    const run = `${folder}/${name}-${round}`;
    const killing = { command: METHODS[name].command, config, run };
    let ended = false;
    for (let i = 0; i < KILLS && !ended; i++) {
      const moment: Moment =
        i % 2 === 0 ? { after: longest * Math.random() } : { writing: 1 + (i % 3) };
      ended = !(await attempt(killing, moment)).killed;
      if (!ended) tally.killed += 1;
      if (leftHalf(run)) tally.half += 1;
    }
    if (!ended) await attempt(killing, null);
    expect(decided(run)).toEqual(whole);
  }
});

afterAll(() => {
  console.log(`${tally.killed} times killed, ${tally.half} of them while a checkpoint was written`);
});
