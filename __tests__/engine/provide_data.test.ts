// What is missing of a data set is fetched once, by one of several processes, and what to do where it can't be.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { DATASETS, PUBLISHED, type PublishedFile } from '../../src/data/constants.js';
import { silent } from '../../src/engine/progress.js';
import { provideData } from '../../src/engine/provide_data.js';
import { Loopback, serving } from '../data/loopback.js';
import { PROJECT_ROOT } from '../support/paths.js';
import { temporaryFolder } from '../support/temporary.js';

const CONTENT = Buffer.from('what is published');
const published = (path: string): PublishedFile => ({
  path,
  url: `http://127.0.0.1:9/${path}`,
  bytes: CONTENT.length,
  sha256: createHash('sha256').update(CONTENT).digest('hex'),
});
const OFFICIAL = { ...PUBLISHED };
// The real ones are some hundred megabytes.
PUBLISHED.svhn = [published('train_32x32.mat'), published('test_32x32.mat')];
PUBLISHED.norb = [published('smallnorb/a.mat.gz')];

const base = temporaryFolder();
const server = new Loopback();
let mirror = '';
let folder = '';
beforeAll(async () => {
  mirror = await server.listen();
});
afterAll(() => server.close());
beforeEach(() => {
  server.forget();
  server.behaviour = serving(CONTENT);
  delete process.env.BNAS_DATA_MIRROR;
  folder = join(mkdtempSync(join(base, 'root-')), 'data');
});

type Data = Parameters<typeof provideData>[0];
const provided = (options: Partial<Data> = {}, signal = new AbortController().signal) =>
  provideData(
    { dataset: 'svhn', folder, download: true, mirror: 'official', ...options },
    { progress: silent, signal },
    { attempts: 1, pause: 1 },
  );

describe('what is missing', () => {
  test("is fetched from the config's mirror, or that of the machine", async () => {
    await provided({ mirror: `${mirror}/sets/` });
    expect(server.paths).toEqual(['/sets/train_32x32.mat', '/sets/test_32x32.mat']);
    expect(readdirSync(folder).sort()).toEqual(['test_32x32.mat', 'train_32x32.mat']);
    process.env.BNAS_DATA_MIRROR = mirror;
    await provided({ dataset: 'norb' });
    expect(server.paths.at(-1)).toBe('/smallnorb/a.mat.gz');
    expect(readFileSync(join(folder, 'smallnorb/a.mat.gz')).equals(CONTENT)).toBe(true);
  });

  test('is that alone', async () => {
    mkdirSync(folder);
    writeFileSync(join(folder, 'train_32x32.mat'), '');
    await provided({ mirror });
    expect(server.paths).toEqual(['/test_32x32.mat']);
    await provided({ mirror });
    expect(server.paths).toHaveLength(1);
  });

  test('is nothing of sets that are there in another form, or are not published', async () => {
    mkdirSync(join(folder, 'cifar-10-batches-bin'), { recursive: true });
    mkdirSync(join(folder, 'smallnorb'));
    writeFileSync(join(folder, 'smallnorb/a.mat'), '');
    for (const dataset of ['cifar10', 'norb', 'mnist', 'folder', 'imagenet'] as const) {
      await provided({ dataset, mirror });
    }
    expect(server.paths).toEqual([]);
  });
});

test('without a network it is said which file is to be put where', async () => {
  const { url, sha256 } = published('train_32x32.mat');
  await expect(provided()).rejects.toMatchObject({
    code: 'ERR_DOWNLOAD',
    message: expect.stringMatching(/^cannot fetch train_32x32\.mat: http:.*fetch failed/),
  });
  await expect(provided()).rejects.toThrow(
    `bring these files from elsewhere:\n  ${url} (17 bytes, sha256 ${sha256})\n    to ${join(folder, 'train_32x32.mat')}`,
  );
  await expect(provided({ download: false })).rejects.toMatchObject({
    code: 'ERR_DATA',
    message: expect.stringContaining('svhn is not there, and data.download is false'),
  });
  await expect(provided({ download: false })).rejects.toThrow(join(folder, 'test_32x32.mat'));
});

test('a run that is told to stop stops', async () => {
  const stop = new AbortController();
  server.behaviour = () => stop.abort();
  await expect(provided({ mirror }, stop.signal)).rejects.toMatchObject({
    code: 'ERR_INTERRUPTED',
  });
  expect(readdirSync(folder).filter((name) => name.startsWith('.lock'))).toEqual([]);
});

test('of three processes one fetches, the others wait for it', async () => {
  mkdirSync(folder);
  const program = `
    import { PUBLISHED } from '${PROJECT_ROOT}dist/src/data/constants.js';
    import { provideData } from '${PROJECT_ROOT}dist/src/engine/provide_data.js';
    import { silent } from '${PROJECT_ROOT}dist/src/engine/progress.js';
    PUBLISHED.svhn = ${JSON.stringify(PUBLISHED.svhn)};
    const data = { dataset: 'svhn', folder: ${JSON.stringify(folder)}, download: true, mirror: '${mirror}' };
    await provideData(data, { progress: silent, signal: new AbortController().signal });`;
  // Slow enough for all of them to want it.
  server.behaviour = (request, response) => {
    setTimeout(() => serving(CONTENT)(request, response), 500);
  };
  const ends = [1, 2, 3].map(
    () =>
      new Promise((resolve) => {
        spawn(process.execPath, ['--input-type=module', '--eval', program], {
          stdio: ['ignore', 'ignore', 'inherit'],
        }).on('close', resolve);
      }),
  );
  expect(await Promise.all(ends)).toEqual([0, 0, 0]);
  expect(server.paths).toEqual(['/train_32x32.mat', '/test_32x32.mat']);
  expect(readFileSync(join(folder, 'test_32x32.mat')).equals(CONTENT)).toBe(true);
  expect(existsSync(join(folder, 'test_32x32.mat.partial'))).toBe(false);
});

test('the published files are named once, with their sizes and hashes', () => {
  const files = Object.values(OFFICIAL).flat();
  expect(new Set(files.map(({ path }) => path)).size).toBe(files.length);
  for (const { url, bytes, sha256 } of files) {
    expect(url).toMatch(/^https?:\/\/[\w.-]+\/\S+$/);
    expect(bytes).toBeGreaterThan(0);
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  }
  expect(Object.keys(DATASETS)).toEqual(expect.arrayContaining(Object.keys(OFFICIAL)));
});
