// What a run was made with: enough to know whether two runs can be compared, and to make one again.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import * as torch from 'torch-js';
import { formatConfig } from '../config/format.js';
import type { NamedConfig } from '../config/load.js';
import type { RunContext } from './pass.js';

const PROJECT = fileURLToPath(new URL('../../..', import.meta.url));

/** Makes the folder of a run, with its config and its manifest; threads are those set by now. */
export function beginRun(config: NamedConfig, device: string, context: RunContext): void {
  context.run.create({
    'config.yaml': formatConfig(config),
    'manifest.json': manifest(config, device, context.command),
  });
}

function manifest(config: NamedConfig, device: string, command: readonly string[]): string {
  const { name, seed, mode, quirks } = config;
  return `${JSON.stringify(
    {
      name,
      command,
      created: new Date().toISOString(),
      seed,
      mode,
      quirks,
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

export function packageVersion(path: string): string {
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
