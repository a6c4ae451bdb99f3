// The tables that binding/tools/numerics/generate.py wrote.
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import * as torch from 'torch-js';
import { PROJECT_ROOT } from '../../support/paths.js';
import type { Input } from './inputs.js';

const FOLDER = `${PROJECT_ROOT}__tests__/binding/numerics`;

/** A call: tensors as Inputs, numbers and BigInts that JSON has no form for as { number } and { bigint }. */
export interface Call {
  op: string;
  args: unknown[];
  keywords?: Record<string, unknown>;
}

/** What PyTorch answered. */
export interface Case extends Call {
  /** A tensor, a plain value, lists of them, or null where nothing is returned. */
  result: unknown;
  /** What the tensors given hold afterwards, in order; null where they are as before or the result. */
  changed?: (Input | null)[];
  /** Of sum(result * weights) for each tensor that requires grad; null where it has no part in it. */
  gradients?: (Input | null)[];
  /** Why the gradient is, on purpose, not what finite differences give. */
  differencesApart?: string;
}

export interface WrongCall extends Call {
  /** The class of error that PyTorch raises. */
  python: string;
  /** The first line of its message, where LibTorch wrote it. */
  message?: string;
  /** The kind of error here, where it is another on purpose, and the reason. */
  ours?: string;
  why?: string;
}

export interface Table<C> {
  /** Version of PyTorch, and the processor, that the values are from. */
  torch: string;
  cpu: string;
  cases: C[];
}

export const families = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.json') && name !== 'errors.json')
  .map((name) => name.replace('.json', ''));

export function readTable<C = Case>(family: string): Table<C> {
  return JSON.parse(readFileSync(`${FOLDER}/${family}.json`, 'utf8'));
}

/**
 * Whether the kernels here are those that the values are from, so that every bit must be equal. Kernels are
 * chosen by the processor's features, or by LibTorch's own environment variable.
 */
export function sameKernels(table: Table<unknown>): boolean {
  return (
    torch.version() === table.torch &&
    cpu() === table.cpu &&
    process.env.ATEN_CPU_CAPABILITY === undefined
  );
}

// As generate.py names it.
function cpu(): string | undefined {
  if (!existsSync('/proc/cpuinfo')) return undefined;
  const text = readFileSync('/proc/cpuinfo', 'utf8');
  const [model, flags] = ['model name', 'flags'].map(
    (key) => new RegExp(`^${key}\\s*: (.*)$`, 'm').exec(text)?.[1] ?? '',
  );
  const digest = createHash('sha256')
    .update(flags ?? '')
    .digest('hex')
    .slice(0, 12);
  return `${model} ${digest}`;
}
