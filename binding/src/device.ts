// Devices by PyTorch's names ('cpu', 'cuda:1'), and the accelerator, where there is one.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { hasNvidiaDriver } from '../setup/nvidia.mjs';
import { addon, buildRecord } from './addon.js';
import { rangeError, typeError } from './errors.js';

/** A device: 'cpu', or an accelerator's name with or without an index ('cuda', 'cuda:1', 'mps'). */
export type Device = string;

/** c10::DeviceType's codes; native/codes.cc asserts at compile time that they still hold. */
const TYPES: Record<string, number> = { cpu: 0, cuda: 1, xpu: 12, mps: 13, meta: 14 };
const TYPE_NAMES = new Map(Object.entries(TYPES).map(([name, code]) => [code, name]));

interface DeviceCode {
  type: number;
  /** -1 means the current device of that type. */
  index: number;
}

const parsed = new Map<string, DeviceCode>();

/** The codes of a device string, or undefined where it names none. */
export function parseDevice(device: string): DeviceCode | undefined {
  const known = parsed.get(device);
  if (known) return known;
  const match = /^([a-z]+)(?::(\d{1,3}))?$/.exec(device);
  const type = match?.[1] === undefined ? undefined : TYPES[match[1]];
  if (!match || type === undefined) return undefined;
  const code = { type, index: match[2] === undefined ? -1 : Number(match[2]) };
  parsed.set(device, code);
  return code;
}

/** The device's codes, or an error that names it and what is available. */
export function requireDevice(device: string): DeviceCode {
  const code = parseDevice(device);
  if (!code) {
    throw typeError(`device must be like 'cpu' or 'cuda:0', but got ${JSON.stringify(device)}`);
  }
  return code;
}

export function deviceName(type: number, index: number): Device {
  const name = TYPE_NAMES.get(type) ?? `device${type}`;
  return index < 0 || name === 'cpu' ? name : `${name}:${index}`;
}

/** Why CUDA is not usable although an NVIDIA GPU is there; null where all is well or there is none. */
let cudaProblem: string | null = null;

function loadCuda(): void {
  if (!hasNvidiaDriver()) return;
  const record = buildRecord();
  if (!record) return;
  const library = join(record.directory, 'lib', 'libtorch_cuda.so');
  if (!existsSync(library)) {
    cudaProblem = `${library} does not exist: this LibTorch was fetched for the CPU alone. Run \`npx torch-js setup\` again.`;
    return;
  }
  const failure = addon.loadLibrary(library);
  if (failure !== null) {
    cudaProblem = `${library} could not be loaded: ${failure}. Update the NVIDIA driver, or run \`npx torch-js setup\` again.`;
  }
}

loadCuda();

export const cuda = {
  /** Whether tensors can live on an NVIDIA GPU here (torch.cuda.is_available). */
  is_available(): boolean {
    return cuda.device_count() > 0;
  },
  /** How many NVIDIA GPUs can be used (torch.cuda.device_count). */
  device_count(): number {
    const accelerator = addon.accelerator();
    return accelerator?.device === 'cuda' ? accelerator.count : 0;
  },
  /** Why an NVIDIA GPU that is there cannot be used, or null. */
  problem(): string | null {
    return cudaProblem;
  },
};

/** Waits for all work queued on an accelerator; returns at once on the CPU (torch.accelerator.synchronize). */
export function synchronize(index = 0): void {
  addon.synchronize(index);
}

/** Sets how many threads work on one operator (torch.set_num_threads); a whole number from 1. */
export function set_num_threads(count: number): void {
  if (!Number.isInteger(count) || count < 1 || count > 1024) {
    throw rangeError(
      `set_num_threads: count must be a whole number from 1 to 1024, but got ${count}`,
    );
  }
  addon.setThreads(count);
}

/** How many threads work on one operator (torch.get_num_threads). */
export function get_num_threads(): number {
  return addon.threads();
}

/** LibTorch's version, as it was when the addon was built: '2.15.0'. */
export function version(): string {
  return addon.version;
}
