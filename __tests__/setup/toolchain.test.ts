// What set-up says where a compiler, make, CMake, Python or pip is missing or too old, and which ones it takes.

import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { FakeMachine, MACROS, setupModule } from './fakes.js';

const { findCompiler, findToolchain } = await setupModule('toolchain.mjs');
const { checkMachine } = await setupModule('platform.mjs');

let machine: FakeMachine;
beforeEach(() => {
  machine = new FakeMachine();
  jest.spyOn(console, 'log').mockImplementation(() => {});
});
afterEach(() => machine.remove());

describe('main.mjs says what is missing, what to do, and exits with 1', () => {
  async function expectFailure(...words: (string | RegExp)[]) {
    const { code, output } = await machine.runMain();
    expect(output).toMatch(/^✖ /m);
    for (const word of words) expect(output).toMatch(word);
    expect(output).not.toMatch(/\n\s+at /);
    expect(code).toBe(1);
  }

  test('no compiler', async () => {
    await expectFailure(
      'No C++ compiler found (tried c++, g++, clang++).',
      /apt install|xcode-select/,
    );
  });

  test('CXX names no compiler', async () => {
    machine.goodTools();
    machine.env.CXX = 'g++-99';
    await expectFailure('No C++ compiler found (tried g++-99).');
  });

  test.each([
    ['g++', MACROS.gcc(10), 'c++ is g++ 10.2, too old for C++20: 11 or newer is needed.'],
    ['clang', MACROS.clang(13), 'c++ is clang++ 13.0, too old for C++20: 14 or newer is needed.'],
    ['Apple clang', MACROS.apple(13), 'c++ is Apple clang++ 13.0, too old for C++20: 14 or newer'],
  ])('%s too old', async (_, macros, words) => {
    machine.compiler('c++', macros);
    await expectFailure(words, 'CXX=');
  });

  test('no make', async () => {
    machine.compiler('c++', MACROS.gcc(13));
    await expectFailure('Neither make nor ninja found');
  });

  test('no CMake', async () => {
    machine.goodTools();
    machine.program('cmake', 'process.exit(1);');
    await expectFailure(
      'No CMake found',
      'pip install cmake',
      'TORCH_JS_FETCH_CMAKE=1',
      machine.cache,
    );
  });

  test('CMake too old', async () => {
    machine.goodTools();
    machine.prints('cmake', 'cmake version 3.16.3');
    await expectFailure('CMake 3.16.3 is too old: 3.18 or newer is needed.');
  });

  test('no Python', async () => {
    machine.goodTools();
    await expectFailure(/✖ No Python found \(tried python3, python\)/, 'LIBTORCH');
  });

  test('a Python without pip', async () => {
    machine.goodTools();
    machine.program('python3', 'console.error("No module named pip"); process.exit(1);');
    await expectFailure(/✖ python3 has no pip/, 'python3 -m ensurepip');
  });

  test('pip too old', async () => {
    machine.goodTools();
    machine.pip('', '20.3.4');
    await expectFailure(
      /✖ pip 20.3.4 of python3 is too old: 21 or newer/,
      '-m pip install --upgrade pip',
    );
  });
});

test('takes the first compiler that is new enough', async () => {
  machine.compiler('c++', MACROS.gcc(10));
  machine.compiler('clang++', MACROS.clang(16));
  expect(await findCompiler(machine.env)).toEqual({
    command: 'clang++',
    name: 'clang++',
    version: '16.0',
  });
});

test('CMake is fetched by pip with its hash, once, where TORCH_JS_FETCH_CMAKE=1 asks for it', async () => {
  machine.goodTools();
  machine.program('cmake', 'process.exit(1);');
  machine.pip(`
    const bin = target + '/cmake/data/bin';
    fs.mkdirSync(bin, { recursive: true });
    fs.writeFileSync(bin + '/cmake', '#!${process.execPath}\\nconsole.log("cmake version 4.4.5")', { mode: 0o755 });`);
  machine.env.TORCH_JS_FETCH_CMAKE = '1';
  for (let time = 0; time < 2; time++) {
    const { cmake } = await findToolchain(checkMachine(), machine.env);
    expect(cmake.command.startsWith(machine.cache)).toBe(true);
    expect(cmake.version).toBe('4.4.5');
  }
  const calls = readFileSync(machine.log, 'utf8').trim().split('\n');
  expect(calls).toHaveLength(1);
  expect(calls[0]).toMatch(/--require-hashes -r .*cmake\.txt$/);
});
