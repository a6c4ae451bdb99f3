// LibTorch out of PyTorch's wheels, kept in the cache. The wheel holds the headers and libraries of the C++
// distribution; on Linux it is the one that package registries carry.
import fs from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheRoot, makeEntry } from './cache.mjs';
import { findPython, pipInstall } from './pip.mjs';
import { announce, formatBytes } from './report.mjs';

export const PINNED = '2.15.0';

const REQUIREMENTS = fileURLToPath(new URL('requirements/', import.meta.url));

/** What pip is asked for: every file of the pinned version by its hash. */
const PINNED_REQUIREMENTS = {
  cpu: ['--require-hashes', '-r', path.join(REQUIREMENTS, 'libtorch.txt')],
  cuda: ['--require-hashes', '-r', path.join(REQUIREMENTS, 'libtorch_cuda.txt')],
};

/** The cache folder of one version, variant (`cpu` or `cuda`) and platform. */
export function wheelFolder(platform, variant, version = PINNED, env = process.env) {
  return path.join(cacheRoot(env), `libtorch-${version}-${variant}-${platform.name}`);
}

/** Fills wheelFolder. Another version than the pinned one comes with requirements of its own, for tests. */
export async function fetchWheel(
  platform,
  variant,
  { version = PINNED, requirements = PINNED_REQUIREMENTS[variant], env = process.env } = {},
) {
  const folder = wheelFolder(platform, variant, version, env);
  const [download, disk] = platform[variant];
  await makeEntry(folder, { bytes: disk, what: `LibTorch ${version}` }, async (staging) => {
    const python = await findPython(env);
    announce(
      `Downloading LibTorch ${version} (${variant}): about ${formatBytes(download)}, once, to ${folder}`,
    );
    await pipInstall(python, requirements, { tags: platform.tags, target: staging, env });
    return keepLibraries(staging, variant);
  });
  return folder;
}

/**
 * Drops what only Python uses, and without a GPU the CUDA kernels too, half of the wheel: 0.6 of 1.2 GB stay.
 * @returns {string[]} the files that prove the entry whole
 */
function keepLibraries(staging, variant) {
  const torch = path.join(staging, 'torch');
  const keep = (folder, wanted) => {
    for (const name of fs.readdirSync(folder)) {
      if (!wanted(name)) fs.rmSync(path.join(folder, name), { recursive: true });
    }
  };
  const unused = variant === 'cuda' ? /torch_python/ : /torch_python|cuda|nvrtc|nvshmem/;
  keep(staging, (name) => ['torch', 'nvidia'].includes(name) || name.endsWith('.dist-info'));
  keep(torch, (name) => ['include', 'lib', 'share', 'version.py'].includes(name));
  keep(path.join(torch, 'lib'), (name) => !unused.test(name));
  const libraries = fs
    .readdirSync(path.join(torch, 'lib'))
    .filter((name) => /^lib(torch|c10)/.test(name));
  return [...libraries.map((name) => `torch/lib/${name}`), 'torch/include/ATen/ATen.h'];
}
