// One writer a folder: living ones are respected, dead ones are not, however they died.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readdirSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { claim } from '../../src/engine/run_lock.js';
import { PROJECT_ROOT } from '../support/paths.js';
import { temporaryFolder, writeFile } from '../support/temporary.js';

const folder = temporaryFolder();

function made(name: string): string {
  mkdirSync(`${folder}/${name}`);
  return `${folder}/${name}`;
}

/** A process that claims a folder, and says whether it may. */
function claimant(path: string, then: string) {
  const lock = JSON.stringify(`${PROJECT_ROOT}dist/src/engine/run_lock.js`);
  const program = `
    import { claim } from ${lock};
    try { claim(${JSON.stringify(path)}); console.log('claimed'); ${then} }
    catch (error) { console.log(error.message); }`;
  return ['--input-type=module', '-e', program];
}

test('a claim keeps others out until it is released', () => {
  const path = made('own');
  const release = claim(path);
  expect(() => claim(path)).toThrow(
    expect.objectContaining({
      code: 'ERR_LOCKED',
      message: `${path} is written to by this process already`,
    }),
  );
  const { stdout } = spawnSync(process.execPath, claimant(path, ''), { encoding: 'utf8' });
  expect(stdout).toContain(`${path} is written to by process ${process.pid} on `);
  expect(readdirSync(path)).toHaveLength(1);
  release();
  expect(readdirSync(path)).toEqual([]);
  claim(path)();
});

test.each([
  ['kill -9', 'setInterval(() => {}, 1000);', 'SIGKILL'],
  ['the end of its program', '', null],
  ['process.exit', 'process.exit(3);', null],
] as const)('%s ends a claim', async (_how, then, signal) => {
  const path = made(`dead-${signal}-${then.length}`);
  const child = spawn(process.execPath, claimant(path, then));
  const gone = once(child, 'exit');
  const [said] = await once(child.stdout, 'data');
  expect(String(said)).toBe('claimed\n');
  if (signal) {
    expect(() => claim(path)).toThrow(`${path} is written to by process ${child.pid} on `);
    child.kill(signal);
  }
  await gone;
  const release = claim(path);
  // That of the dead process is gone.
  expect(readdirSync(path)).toHaveLength(1);
  release();
});

test('a process with the number of a dead one is another', () => {
  const path = made('reused');
  const release = claim(path);
  const [own] = readdirSync(path) as [string];
  release();
  // As if a process that began at another time had had our number.
  writeFile(path, own.replace(/^(\.lock-\d+-[0-9a-f]*)\.(\d+)/, '$1.1'), '');
  claim(path)();
  expect(readdirSync(path)).toEqual([]);
});

test('a claim from another machine is respected', () => {
  const path = made('elsewhere');
  writeFile(path, '.lock-1-5f.7-elsewhere.1', '');
  expect(() => claim(path)).toThrow(
    `${path} is written to by process 1 on elsewhere.1; if that has ended, remove ${path}/.lock-1-5f.7-elsewhere.1`,
  );
  expect(readdirSync(path)).toHaveLength(1);
});
