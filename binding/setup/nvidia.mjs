// Whether an NVIDIA GPU's driver is there: asked by set-up, which fetches the LibTorch for it, and by the loader.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';

/** @param {NodeJS.ProcessEnv} [env] whose PATH is searched */
export function hasNvidiaDriver(env = process.env) {
  if (process.platform !== 'linux') return false;
  if (existsSync('/proc/driver/nvidia/version')) return true;
  // Under WSL 2 the driver is Windows', and only nvidia-smi tells of it.
  const { status, stdout } = spawnSync('nvidia-smi', ['-L'], { env, encoding: 'utf8' });
  return status === 0 && stdout.includes('GPU');
}
