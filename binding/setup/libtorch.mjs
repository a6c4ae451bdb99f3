// Finds LibTorch, or fetches it: LIBTORCH, then the cache, then an installed Python torch (if asked), then pip.
import fs from 'node:fs';
import path from 'node:path';
import { readEntry } from './cache.mjs';
import { hasNvidiaDriver } from './nvidia.mjs';
import { compareVersions, platformOfLibrary } from './platform.mjs';
import { SetupError } from './report.mjs';
import { run } from './run.mjs';
import { fetchWheel, PINNED, wheelFolder } from './wheel.mjs';

const OLDEST = '2.11';

/** Where LibTorch says its version: the first since 2.10 or so, the second before. */
const VERSION_HEADERS = [
  'include/torch/headeronly/version.h',
  'include/torch/csrc/api/include/torch/version.h',
];

/** What to do about a LibTorch that will not do, by the way it was found. */
const REMEDIES = {
  LIBTORCH:
    'Set LIBTORCH to a folder with include/ and lib/ of a LibTorch that fits, or unset it to have one fetched.',
  cache: 'Delete that folder and run set-up again.',
  pip: 'Delete that folder and run set-up again.',
  Python:
    'Set PYTHON to a Python whose torch fits, or unset TORCH_JS_USE_PYTHON_TORCH to have LibTorch fetched.',
};

/**
 * @typedef {object} Libtorch
 * @property {string} folder the one with include/ and lib/
 * @property {string} version `2.15.0`
 * @property {keyof typeof REMEDIES} source how it was found
 */

/**
 * The LibTorch to build against, fetched if there is none.
 * @param {ReturnType<typeof import('./platform.mjs').checkMachine>} platform
 * @returns {Promise<Libtorch>}
 */
export async function findLibtorch(platform, env = process.env) {
  if (env.LIBTORCH) return inspect(env.LIBTORCH, platform, 'LIBTORCH');
  const variant = chooseVariant(platform, env);
  const folder = wheelFolder(platform, variant, PINNED, env);
  if (readEntry(folder)) return inspect(folder, platform, 'cache');
  const askPython = env.TORCH_JS_USE_PYTHON_TORCH === '1';
  if (askPython) return inspect(await pythonTorch(env), platform, 'Python');
  return inspect(await fetch(platform, variant, folder, env), platform, 'pip');
}

/** The last attempt: where it fails, all are listed. */
async function fetch(platform, variant, folder, env) {
  try {
    return await fetchWheel(platform, variant, { env });
  } catch (error) {
    if (!(error instanceof SetupError)) throw error;
    const before = `Before that: LIBTORCH is not set, ${folder} has none, and TORCH_JS_USE_PYTHON_TORCH=1 does not ask for Python's.`;
    throw new SetupError(error.code, error.message, before);
  }
}

/** `cuda` where an NVIDIA driver answers; TORCH_JS_VARIANT overrides what is seen. */
function chooseVariant(platform, env) {
  const variants = ['cpu', 'cuda'].filter((variant) => platform[variant]);
  const asked = env.TORCH_JS_VARIANT;
  if (asked) {
    if (variants.includes(asked)) return asked;
    const expected = `${variants.join(' or ')} on ${platform.name}`;
    throw new SetupError('WRONG_VARIANT', `TORCH_JS_VARIANT is '${asked}': expected ${expected}.`);
  }
  return platform.cuda && hasNvidiaDriver(env) ? 'cuda' : 'cpu';
}

/** Where the installed Python keeps torch, found without importing it. */
async function pythonTorch(env) {
  const python = env.PYTHON ?? 'python3';
  const script =
    "import importlib.util as u; print(u.find_spec('torch').submodule_search_locations[0])";
  const { code, stdout } = await run(python, ['-c', script], { env });
  if (code === 0) return stdout.trim();
  const found = `TORCH_JS_USE_PYTHON_TORCH is set, but ${python} has no torch.`;
  throw new SetupError('NO_PYTHON_TORCH', found, REMEDIES.Python);
}

/**
 * Checks layout, platform and version of a LibTorch.
 * @returns {Libtorch}
 */
function inspect(given, platform, source) {
  const folder = [given, path.join(given, 'torch'), path.join(given, 'libtorch')]
    .map((candidate) => path.resolve(candidate))
    .find((candidate) =>
      ['include', 'lib'].every((part) => fs.existsSync(path.join(candidate, part))),
    );
  const header =
    folder && VERSION_HEADERS.map((name) => path.join(folder, name)).find(fs.existsSync);
  const library =
    folder &&
    fs.readdirSync(path.join(folder, 'lib')).find((name) => /^(lib)?torch_cpu\./.test(name));
  if (!header || !library) {
    throw new SetupError(
      'NO_LIBTORCH',
      `There is no LibTorch in ${given} (${source}).`,
      REMEDIES[source],
    );
  }
  const builtFor = platformOfLibrary(path.join(folder, 'lib', library));
  if (builtFor !== platform.name) {
    const found = `The LibTorch in ${folder} (${source}) is for ${builtFor}; this Node needs ${platform.name}.`;
    throw new SetupError('OTHER_PLATFORM', found, REMEDIES[source]);
  }
  const version = readVersion(header);
  if (compareVersions(version, OLDEST) < 0) {
    const found = `The LibTorch in ${folder} (${source}) is ${version}; ${OLDEST} or newer is needed.`;
    throw new SetupError('OLD_LIBTORCH', found, REMEDIES[source]);
  }
  return { folder, version, source };
}

function readVersion(header) {
  const text = fs.readFileSync(header, 'utf8');
  return ['MAJOR', 'MINOR', 'PATCH']
    .map((part) => new RegExp(`#define TORCH_VERSION_${part} (\\d+)`).exec(text)?.[1] ?? '0')
    .join('.');
}
