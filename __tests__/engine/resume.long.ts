// Every kind of run, stopped wherever it can be: what it decides is what it decides in one go.
import { expect, test } from '@jest/globals';
import { temporaryFolder } from '../support/temporary.js';
import { configOf, METHODS, type MethodName, run } from './methods.js';
import { decided, inPieces } from './pieces.js';
import { toyContext } from './toy.js';

const folder = temporaryFolder();

test.each(Object.keys(METHODS) as MethodName[])('%s', async (name) => {
  const config = configOf(name);
  await run(config, name, toyContext(`${folder}/${name}`));
  const whole = decided(`${folder}/${name}`);
  // A validation is two or three steps, and done again from its beginning: fewer steps would never pass it.
  for (const steps of [3, 4, 5]) {
    const path = `${folder}/${name} by ${steps}`;
    expect(await inPieces(path, steps, (context) => run(config, name, context))).toBeGreaterThan(0);
    expect(decided(path)).toEqual(whole);
  }
});
