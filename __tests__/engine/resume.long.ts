// Every kind of run, stopped wherever it can be: what it decides is what it decides in one go.
import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import { readCheckpoint, writeCheckpoint } from '../../src/engine/checkpoint.js';
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

test('a checkpoint in which a bit is another one is refused, or says the same', async () => {
  const path = `${folder}/flipped`;
  await run(configOf('training'), 'training', toyContext(path));
  const file = `${path}/checkpoints/epoch-0002.pt`;
  const whole = readFileSync(file);
  // What was read, as a file again.
  const reread = (bytes: Uint8Array): Buffer => {
    writeFileSync(`${path}/flipped.pt`, bytes);
    torch.tidy(() => {
      writeCheckpoint(`${path}/reread.pt`, readCheckpoint(`${path}/flipped.pt`));
    });
    return readFileSync(`${path}/reread.pt`);
  };
  const same = reread(whole);
  let refused = 0;
  for (let i = 0; i < 2000; i++) {
    const bytes = Buffer.from(whole);
    const at = Math.floor(Math.random() * bytes.length);
    bytes[at] = (bytes[at] as number) ^ (1 << (i % 8));
    try {
      expect(reread(bytes).equals(same)).toBe(true);
    } catch (error) {
      expect(error).toMatchObject({ code: 'ERR_CHECKPOINT' });
      refused += 1;
    }
  }
  // The others lie in what fills the gaps between its parts.
  expect(refused).toBeGreaterThan(500);
});
