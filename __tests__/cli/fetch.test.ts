// `bnas fetch` from outside.
import { mkdirSync, writeFileSync } from 'node:fs';
import { afterAll, expect, test } from '@jest/globals';
import { Loopback } from '../data/loopback.js';
import { temporaryFolder } from '../support/temporary.js';
import { bnas } from './command.js';

const cwd = temporaryFolder();
const server = new Loopback();
const mirror = server.listen();
afterAll(() => server.close());

test('what is there is not fetched again', async () => {
  mkdirSync(`${cwd}/data`);
  writeFileSync(`${cwd}/data/cifar-10-python.tar.gz`, '');
  const { code, stdout } = await bnas(['fetch', 'cifar10', '--mirror', await mirror], { cwd });
  expect([code, stdout]).toEqual([0, 'cifar10 is in data\n']);
  expect(server.paths).toEqual([]);
});

test('what cannot be had is named, with what to do', async () => {
  const env = { BNAS_DATA_MIRROR: await mirror };
  const { code, stderr } = await bnas(['fetch', 'cifar100', '--folder', 'new'], { cwd, env });
  expect(code).toBe(1);
  expect(stderr).toContain(
    `cannot fetch cifar-100-python.tar.gz: ${await mirror}/cifar-100-python.tar.gz: it answers 404`,
  );
  expect(stderr).toContain('    to new/cifar-100-python.tar.gz\n');
  expect(server.paths).toEqual(['/cifar-100-python.tar.gz']);
});

test.each([
  [['fetch'], "missing required argument 'sets'"],
  [['fetch', 'mnist'], 'Allowed choices are fashion, cifar10, cifar100, svhn, norb.'],
])('%j is a wrong command line', async (args, message) => {
  const { code, stderr } = await bnas(args, { cwd });
  expect(code).toBe(2);
  expect(stderr).toContain(message);
});
