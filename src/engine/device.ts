// Where a run computes, and with how many threads.

import * as torch from 'torch-js';
import type { Config } from '../config/schema.js';

/** A device was asked for that this machine does not offer. */
export class DeviceError extends Error {
  override readonly name = 'DeviceError';
  readonly code = 'ERR_DEVICE';
}

/**
 * Sets threads and seed of this process and says which device to use.
 *
 * @returns 'cpu' or 'cuda:N'; for `device: auto` the first GPU if there is one.
 * @throws DeviceError when the config names a GPU that cannot be used.
 */
export function prepare(config: Pick<Config, 'device' | 'threads' | 'seed'>): string {
  const device = resolveDevice(config.device);
  if (config.threads !== 'auto') torch.set_num_threads(config.threads);
  torch.manual_seed(config.seed);
  return device;
}

function resolveDevice(device: string): string {
  if (device === 'auto') return torch.cuda.is_available() ? 'cuda:0' : 'cpu';
  if (device === 'cpu') return device;
  const count = torch.cuda.device_count();
  if (count === 0) {
    const reason = torch.cuda.problem() ?? 'there is no GPU that LibTorch can use';
    throw new DeviceError(`device ${device}: ${reason}; device: cpu always works`);
  }
  if (Number(device.slice('cuda:'.length)) >= count) {
    const known = Array.from({ length: count }, (_, index) => `cuda:${index}`).join(', ');
    throw new DeviceError(`device ${device}: this machine has ${known}`);
  }
  return device;
}
