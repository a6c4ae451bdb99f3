// What a run was made with: enough to know whether two runs can be compared, and to make one again.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import * as torch from 'torch-js';
import type { NamedConfig } from '../config/load.js';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));

/** The text of manifest.json. Threads are read now, so set them before. */
export function manifest(
  config: NamedConfig,
  { device, command }: { device: string; command: readonly string[] },
): string {
  const { name, seed, mode } = config;
  return `${JSON.stringify(
    {
      name,
      command,
      created: new Date().toISOString(),
      seed,
      mode,
      device,
      threads: torch.get_num_threads(),
      versions: {
        bnas: packageVersion('package.json'),
        torch_js: packageVersion('binding/package.json'),
        libtorch: torch.version(),
        node: process.versions.node,
      },
      commit: commit(),
      platform: `${process.platform}-${process.arch}`,
      cpu: cpus()[0]?.model ?? null,
    },
    null,
    2,
  )}\n`;
}

function packageVersion(path: string): string {
  return JSON.parse(readFileSync(`${PROJECT}/${path}`, 'utf8')).version;
}

/** The commit of the project, with a + when files differ from it; null outside a git clone. */
function commit(): string | null {
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
