// The cache's place, its check of free space, and the lock that lets one set-up work at a time.
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { setupModule } from './fakes.js';

const { cacheRoot, checkSpace } = await setupModule('cache.mjs');
const { withLock } = await setupModule('lock.mjs');

test('TORCH_JS_CACHE decides where the cache is, else the system', () => {
  expect(cacheRoot({ TORCH_JS_CACHE: '/big disk', XDG_CACHE_HOME: '/x' })).toBe('/big disk');
  if (process.platform === 'darwin') {
    expect(cacheRoot({})).toBe(join(homedir(), 'Library', 'Caches', 'torch-js'));
  } else {
    expect(cacheRoot({ XDG_CACHE_HOME: '/x' })).toBe('/x/torch-js');
    expect(cacheRoot({})).toBe(join(homedir(), '.cache', 'torch-js'));
  }
});

test('a download that would not fit is refused beforehand: needed, free, where, what to do', () => {
  const need = { bytes: 1.8e9, what: 'LibTorch 2.15.0' };
  const free = (bytes: number) => () => ({ bavail: bytes / 4096, bsize: 4096 });
  expect(() => checkSpace('/cache', need, free(1.8e9))).not.toThrow();
  const error = expect.objectContaining({
    code: 'NO_SPACE',
    message: expect.stringMatching(
      /LibTorch 2.15.0: 1.8 GB needed, 410 MB free in \/cache.\n.*TORCH_JS_CACHE/,
    ),
  });
  expect(() => checkSpace('/cache', need, free(4096 * 1e5))).toThrow(error);
});

describe('withLock', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    jest.spyOn(console, 'log').mockImplementation(() => {});
    folder = mkdtempSync(join(tmpdir(), 'lock-'));
    file = join(folder, 'deep', 'lock');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test('the second waits for the first, and the file is gone afterwards', async () => {
    const events: string[] = [];
    const work = (name: string) =>
      withLock(file, async () => {
        events.push(`${name} in`);
        await new Promise((resolve) => setTimeout(resolve, 100));
        events.push(`${name} out`);
      });
    await Promise.all([work('a'), work('b')]);
    expect(events).toEqual(['a in', 'a out', 'b in', 'b out']);
    expect(existsSync(file)).toBe(false);
  });

  test('is given back when the work fails', async () => {
    const failing = withLock(file, async () => {
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(existsSync(file)).toBe(false);
  });

  test("a dead process's lock is taken over", async () => {
    await withLock(file, async () => {});
    writeFileSync(file, '2147483646');
    expect(await withLock(file, async () => 'done')).toBe('done');
  });
});
