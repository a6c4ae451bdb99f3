// What a run is made with: the versions of all parts, the machine, and what of it can compute.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { fileURLToPath } from 'node:url';
import * as torch from 'torch-js';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));

export interface Installation {
  versions: Record<'bnas' | 'libtorch' | 'torch_js' | 'node', string>;
  /** Of the project, with a + when files differ from it; null outside a git clone. */
  commit: string | null;
  platform: string;
  cpu: { model: string | null; cores: number; memory_gib: number };
  /** How many threads LibTorch computes with when a config does not say. */
  threads: number;
  /** What `device` may be in a config, the one that `auto` means first. */
  devices: string[];
  /** Why a GPU that is there cannot be used; null where all is well or there is none. */
  gpu_problem: string | null;
}

export function installation(): Installation {
  const gpus = Array.from({ length: torch.cuda.device_count() }, (_, index) => `cuda:${index}`);
  return {
    versions: installedVersions(),
    commit: commit(),
    platform: platform(),
    cpu: {
      model: cpuModel(),
      cores: cpus().length,
      memory_gib: Math.round((10 * totalmem()) / 2 ** 30) / 10,
    },
    threads: torch.get_num_threads(),
    devices: [...gpus, 'cpu'],
    gpu_problem: torch.cuda.problem(),
  };
}

/** What decides a run's numbers, and is no part of its config. */
export function versions(): Record<'bnas' | 'libtorch', string> {
  return { bnas: packageVersion('package.json'), libtorch: torch.version() };
}

/** Those, and the versions of what should decide none. */
export function installedVersions(): Installation['versions'] {
  return {
    ...versions(),
    torch_js: packageVersion('binding/package.json'),
    node: process.versions.node,
  };
}

/** Such as linux-x64. */
export const platform = () => `${process.platform}-${process.arch}`;

/** As its maker calls it; null where the system does not say. */
export const cpuModel = () => cpus()[0]?.model ?? null;

function packageVersion(path: string): string {
  return JSON.parse(readFileSync(`${PROJECT}/${path}`, 'utf8')).version;
}

/** The commit of the project, with a + when files differ from it; null outside a git clone. */
export function commit(): string | null {
  const git = (...args: string[]) =>
    execFileSync('git', args, {
      cwd: PROJECT,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
  try {
    const head = git('rev-parse', 'HEAD').trim();
    return git('status', '--porcelain', '--untracked-files=no') === '' ? head : `${head}+`;
  } catch {
    return null;
  }
}
