// Checks what compiling needs before anything is downloaded: a C++20 compiler, make or ninja, and CMake.
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheRoot, makeEntry, readEntry } from './cache.mjs';
import { findPython, pipInstall } from './pip.mjs';
import { compareVersions } from './platform.mjs';
import { announce, SetupError } from './report.mjs';
import { run } from './run.mjs';

/** First versions that compile LibTorch's headers as C++20. */
const OLDEST = { 'g++': '11', 'clang++': '14', 'Apple clang++': '14' };
const OLDEST_CMAKE = '3.18';

const CMAKE_REQUIREMENTS = fileURLToPath(new URL('requirements/cmake.txt', import.meta.url));
const CMAKE_BYTES = 200e6;

const INSTALL_COMPILER =
  process.platform === 'darwin'
    ? 'xcode-select --install'
    : 'Debian, Ubuntu: apt install build-essential · Fedora: dnf install gcc-c++ make';
const INSTALL_CMAKE =
  'Debian, Ubuntu: apt install cmake · Fedora: dnf install cmake · macOS: brew install cmake · anywhere: pip install cmake';

/**
 * @typedef {object} Toolchain
 * @property {{ command: string, name: string, version: string }} compiler
 * @property {{ command: string, version: string }} cmake
 */

/** @returns {Promise<Toolchain>} */
export async function findToolchain(platform, env = process.env) {
  const compiler = await findCompiler(env);
  await checkMake(env);
  return { compiler, cmake: await findCmake(platform, env) };
}

/** `CXX`, or else the first of c++, g++, clang++ that is new enough. */
export async function findCompiler(env = process.env) {
  const tried = env.CXX ? [env.CXX] : ['c++', 'g++', 'clang++'];
  let tooOld;
  for (const command of tried) {
    const { code, stdout } = await run(command, ['-dM', '-E', '-x', 'c++', '/dev/null'], { env });
    if (code !== 0) continue;
    const found = { command, ...identify(stdout) };
    if (compareVersions(found.version, OLDEST[found.name]) >= 0) return found;
    tooOld ??= found;
  }
  if (!tooOld) {
    throw new SetupError(
      'NO_COMPILER',
      `No C++ compiler found (tried ${tried.join(', ')}).`,
      INSTALL_COMPILER,
    );
  }
  throw new SetupError(
    'OLD_COMPILER',
    `${tooOld.command} is ${tooOld.name} ${tooOld.version}, too old for C++20: ` +
      `${OLDEST[tooOld.name]} or newer is needed.`,
    'Install a newer one and name it, for example: CXX=g++-12 npm start',
  );
}

/** Reads the compiler's own macros: clang also claims to be an old GCC, so it is asked first. */
function identify(macros) {
  const value = (name) => new RegExp(`#define ${name} (\\d+)`).exec(macros)?.[1];
  const version = (...names) => names.map((name) => value(name) ?? '0').join('.');
  if (value('__clang_major__')) {
    const name = value('__apple_build_version__') ? 'Apple clang++' : 'clang++';
    return { name, version: version('__clang_major__', '__clang_minor__') };
  }
  return { name: 'g++', version: version('__GNUC__', '__GNUC_MINOR__') };
}

async function checkMake(env) {
  for (const command of ['ninja', 'make']) {
    if (!(await run(command, ['--version'], { env })).missing) return;
  }
  throw new SetupError(
    'NO_MAKE',
    'Neither make nor ninja found, which CMake runs.',
    INSTALL_COMPILER,
  );
}

/** CMake on PATH, or one fetched earlier, or (when a person agrees, or TORCH_JS_FETCH_CMAKE=1) fetched now by pip. */
async function findCmake(platform, env) {
  const onPath = await cmakeVersion('cmake', env);
  if (onPath && compareVersions(onPath, OLDEST_CMAKE) >= 0)
    return { command: 'cmake', version: onPath };
  const entry = path.join(cacheRoot(env), `cmake-${platform.name}`);
  const command = path.join(entry, 'cmake', 'data', 'bin', 'cmake');
  if (!readEntry(entry)) {
    const lack = onPath
      ? `CMake ${onPath} is too old: ${OLDEST_CMAKE} or newer is needed.`
      : 'No CMake found, which builds the addon.';
    await agreeToFetch(lack, env);
    await makeEntry(entry, { bytes: CMAKE_BYTES, what: 'CMake' }, async (staging) => {
      const python = await findPython(env);
      announce(`Downloading CMake: 30 MB, once, to ${entry}`);
      const requirements = ['--require-hashes', '-r', CMAKE_REQUIREMENTS];
      await pipInstall(python, requirements, { tags: platform.tags, target: staging, env });
      return [path.relative(entry, command)];
    });
  }
  return { command, version: await cmakeVersion(command, env) };
}

async function cmakeVersion(command, env) {
  const { stdout } = await run(command, ['--version'], { env });
  return /cmake version (\d+\.\d+\.\d+)/.exec(stdout)?.[1];
}

async function agreeToFetch(lack, env) {
  if (env.TORCH_JS_FETCH_CMAKE === '1') return;
  if (process.stdin.isTTY && process.stdout.isTTY) {
    // Imported here: a Node without it must get as far as being told that it is too old.
    const readline = await import('node:readline/promises');
    const terminal = readline.createInterface({ input: process.stdin, output: process.stdout });
    const answer = await terminal.question(
      `${lack} Fetch it by pip (30 MB, into ${cacheRoot(env)})? [Y/n] `,
    );
    terminal.close();
    if (/^(y|yes|)$/i.test(answer.trim())) return;
  }
  throw new SetupError(
    'NO_CMAKE',
    lack,
    INSTALL_CMAKE,
    `Or set TORCH_JS_FETCH_CMAKE=1 to have it fetched by pip into ${cacheRoot(env)}.`,
  );
}
