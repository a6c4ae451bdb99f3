// The order in which LibTorch is looked up, and what is refused with which words. No network: pip is a fake.
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { FakeMachine, makeLibtorch, PLATFORM, setupModule } from './fakes.js';

const { findLibtorch } = await setupModule('libtorch.mjs');
const { checkMachine } = await setupModule('platform.mjs');

const OTHER_PLATFORM = PLATFORM === 'linux-arm64' ? 'linux-x64' : 'linux-arm64';

let machine: FakeMachine;
beforeEach(() => {
  machine = new FakeMachine();
  jest.spyOn(console, 'log').mockImplementation(() => {});
});
afterEach(() => machine.remove());

const find = () => findLibtorch(checkMachine(), machine.env);
const entries = () => readdirSync(machine.cache);
const pipCalls = () =>
  existsSync(machine.log) ? readFileSync(machine.log, 'utf8').trim().split('\n').length : 0;

test('LIBTORCH comes before the cache, the cache before Python, Python before pip', async () => {
  machine.pip(`
    if (args[0] === '-c') console.log(${JSON.stringify(join(machine.root, 'site', 'torch'))});
    else fs.cpSync(wheel, target, { recursive: true });`);
  makeLibtorch(join(machine.root, 'site', 'torch'), { version: '2.12.1' });
  makeLibtorch(join(machine.root, 'mine'), { version: '2.11.0' });
  const cached = join(machine.cache, `libtorch-2.15.0-cpu-${PLATFORM}`, 'torch');

  machine.env.TORCH_JS_USE_PYTHON_TORCH = '1';
  expect(await find()).toEqual({
    folder: join(machine.root, 'site', 'torch'),
    version: '2.12.1',
    source: 'Python',
  });
  delete machine.env.TORCH_JS_USE_PYTHON_TORCH;
  expect(await find()).toEqual({ folder: cached, version: '2.15.0', source: 'pip' });
  machine.env.TORCH_JS_USE_PYTHON_TORCH = '1';
  expect(await find()).toEqual({ folder: cached, version: '2.15.0', source: 'cache' });
  machine.env.LIBTORCH = join(machine.root, 'mine');
  expect(await find()).toEqual({
    folder: join(machine.root, 'mine'),
    version: '2.11.0',
    source: 'LIBTORCH',
  });
});

test.each(['torch', 'libtorch'])('LIBTORCH may be the folder that holds %s/', async (name) => {
  const folder = makeLibtorch(join(machine.root, name));
  machine.env.LIBTORCH = machine.root;
  expect((await find()).folder).toBe(folder);
});

describe('refuses', () => {
  async function expectRefusal(code: string, ...words: string[]) {
    const error = await find().catch((error: unknown) => error);
    expect(error).toMatchObject({ name: 'SetupError', code });
    for (const word of words) expect((error as Error).message).toContain(word);
  }

  test('a folder without LibTorch', async () => {
    machine.env.LIBTORCH = machine.root;
    await expectRefusal('NO_LIBTORCH', machine.root, 'include/ and lib/');
  });

  test('a version too old: found, expected, how to override', async () => {
    machine.env.LIBTORCH = makeLibtorch(join(machine.root, 'old'), { version: '2.9.1' });
    await expectRefusal('OLD_LIBTORCH', 'is 2.9.1', '2.11 or newer', 'unset it');
  });

  test('one of another platform: found, expected, how to override', async () => {
    machine.env.LIBTORCH = makeLibtorch(join(machine.root, 'other'), { platform: OTHER_PLATFORM });
    await expectRefusal(
      'OTHER_PLATFORM',
      `is for ${OTHER_PLATFORM}`,
      `needs ${PLATFORM}`,
      'unset it',
    );
  });

  test('an old torch of Python: names the way back', async () => {
    makeLibtorch(join(machine.root, 'torch'), { version: '2.5.0' });
    machine.prints('python3', join(machine.root, 'torch'));
    machine.env.TORCH_JS_USE_PYTHON_TORCH = '1';
    await expectRefusal('OLD_LIBTORCH', 'is 2.5.0', 'unset TORCH_JS_USE_PYTHON_TORCH');
  });

  test('Python torch where there is none', async () => {
    machine.program('python3', 'process.exit(1);');
    machine.env.TORCH_JS_USE_PYTHON_TORCH = '1';
    await expectRefusal('NO_PYTHON_TORCH', 'python3 has no torch');
  });

  test('an unknown TORCH_JS_VARIANT', async () => {
    machine.env.TORCH_JS_VARIANT = 'gpu';
    await expectRefusal('WRONG_VARIANT', "is 'gpu'", 'expected cpu');
  });
});

describe('fetching', () => {
  test('asks pip for pinned files by hash and keeps only what C++ needs', async () => {
    machine.pip();
    const { folder } = await find();
    expect(readFileSync(machine.log, 'utf8')).toMatch(/--require-hashes -r .*libtorch\.txt/);
    expect(existsSync(join(folder, 'include', 'ATen', 'ATen.h'))).toBe(true);
    expect(existsSync(join(folder, '__init__.py'))).toBe(false);
  });

  test('with a GPU the CUDA libraries come along', async () => {
    if (PLATFORM.startsWith('darwin')) return;
    machine.pip();
    delete machine.env.TORCH_JS_VARIANT;
    machine.prints('nvidia-smi', 'GPU 0: NVIDIA H100 (UUID: GPU-0)');
    expect((await find()).folder).toContain(`libtorch-2.15.0-cuda-${PLATFORM}`);
    expect(readFileSync(machine.log, 'utf8')).toMatch(/libtorch_cuda\.txt/);
  });

  test.each([
    ['WRONG_HASH', 'ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.'],
    ['NO_NETWORK', 'NewConnectionError: Temporary failure in name resolution'],
    [
      'NO_SPACE',
      'ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device',
    ],
    ['PIP_FAILED', 'ERROR: something else'],
  ])('a failing pip gives %s and leaves nothing behind', async (code, stderr) => {
    machine.pip(`fs.mkdirSync(target + '/torch/lib', { recursive: true });
      console.error(${JSON.stringify(stderr)}); process.exit(1);`);
    const failure = find();
    await expect(failure).rejects.toMatchObject({ name: 'SetupError', code });
    await expect(failure).rejects.toThrow(
      /LIBTORCH is not set, .*-cpu-.* has none, and TORCH_JS_USE/,
    );
    expect(existsSync(join(machine.cache, `libtorch-2.15.0-cpu-${PLATFORM}`))).toBe(false);
    machine.pip();
    expect((await find()).source).toBe('pip');
  });

  test('a download killed halfway is not taken for complete, and its rest is removed', async () => {
    const halfway = join(machine.root, 'halfway');
    machine.pip(`fs.cpSync(wheel, target, { recursive: true });
      fs.writeFileSync(${JSON.stringify(halfway)}, '');
      setTimeout(() => process.exit(1), 5000);`);
    const { child, done } = machine.startFinding();
    while (!existsSync(halfway)) await new Promise((resolve) => setTimeout(resolve, 20));
    child.kill('SIGKILL');
    await done;
    machine.pip();
    expect((await find()).source).toBe('pip');
    expect(entries()).toEqual([`libtorch-2.15.0-cpu-${PLATFORM}`]);
  });

  test('a library cut short in the cache is fetched again', async () => {
    machine.pip();
    const { folder } = await find();
    const library = PLATFORM.startsWith('darwin') ? 'libtorch_cpu.dylib' : 'libtorch_cpu.so';
    writeFileSync(join(folder, 'lib', library), '');
    expect((await find()).source).toBe('pip');
    expect(pipCalls()).toBe(2);
  });

  test('a folder without its record is not taken for complete', async () => {
    machine.pip();
    const entry = join(machine.cache, `libtorch-2.15.0-cpu-${PLATFORM}`);
    mkdirSync(entry, { recursive: true });
    cpSync(join(machine.root, 'wheel'), entry, { recursive: true });
    expect((await find()).source).toBe('pip');
  });

  test('two set-ups at once fetch once', async () => {
    machine.pip('fs.cpSync(wheel, target, { recursive: true }); setTimeout(() => {}, 600);');
    const results = await Promise.all([machine.startFinding().done, machine.startFinding().done]);
    const folder = join(machine.cache, `libtorch-2.15.0-cpu-${PLATFORM}`, 'torch');
    for (const { code, output } of results) {
      expect(code).toBe(0);
      expect(output.trim().split('\n').at(-1)).toBe(folder);
    }
    expect(pipCalls()).toBe(1);
    expect(entries()).toEqual([`libtorch-2.15.0-cpu-${PLATFORM}`]);
  });
});
