// What a run is made with: the versions of all parts, the machine, and what of it can compute.

import { cpus, totalmem } from 'node:os';
import * as torch from 'torch-js';
import { commit, packageVersion } from './manifest.js';

export interface Installation {
  versions: { bnas: string; torch_js: string; libtorch: string; node: string };
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
    versions: {
      bnas: packageVersion('package.json'),
      torch_js: packageVersion('binding/package.json'),
      libtorch: torch.version(),
      node: process.versions.node,
    },
    commit: commit(),
    platform: `${process.platform}-${process.arch}`,
    cpu: {
      model: cpus()[0]?.model ?? null,
      cores: cpus().length,
      memory_gib: Math.round((10 * totalmem()) / 2 ** 30) / 10,
    },
    threads: torch.get_num_threads(),
    devices: [...gpus, 'cpu'],
    gpu_problem: torch.cuda.problem(),
  };
}
