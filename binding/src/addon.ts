// Loads the native addon and says what it offers. Everything else in this package goes through here.
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** One value of a schema: an argument's or a result's type. */
export interface TypeDescription {
  /** The schema's name for it: 'Tensor', 'Scalar', 'int', … */
  kind: string;
  /** The addon's code for `kind`. */
  code: number;
  optional: boolean;
  list: boolean;
  optionalElement: boolean;
}

export interface ArgumentDescription extends TypeDescription {
  name: string;
  keywordOnly: boolean;
  hasDefault: boolean;
  /** N of `int[N]`, where a single number stands for N equal ones; 0 otherwise. */
  size: number;
}

export interface ReturnDescription extends TypeDescription {
  /** Index of the argument that is returned (in-place and out variants), or -1. */
  sameAs: number;
}

export interface OperatorDescription {
  id: number;
  schema: string;
  /** Whether PyTorch generated it for its compiler, and not for people. */
  generated: boolean;
  arguments: ArgumentDescription[];
  returns: ReturnDescription[];
}

/** What the addon exports; native/*.h say what each takes and leaves in the mailbox. */
export interface Addon {
  version: string;
  resolve(name: string, overload: string): OperatorDescription | null;
  operatorNames(): string[];
  overloads(name: string): string[];
  /** True where the mailbox grew, here and below. */
  call(): true | undefined;

  describe(handle: number): boolean;
  gradNode(handle: number): string | null;
  duplicate(handle: number): number;
  dispose(handle: number): void;
  disposeMany(): void;
  memory(): { tensors: number; bytes: number };
  storageOf(handle: number): { id: number; bytes: number; offset: number };
  allocated(): { bytes: number; peak: number };
  resetPeak(): void;
  intern(text: string): number;
  text(id: number): string;
  mailbox(capacity: number): ArrayBuffer;

  fromBuffer(view: ArrayBufferView, dtype: number, shape: readonly number[]): number;
  fromShared(view: ArrayBufferView, dtype: number, shape: readonly number[]): number;
  copyTo(handle: number, view: ArrayBufferView): void;
  share(handle: number): ArrayBuffer;

  backward(): void;
  grad(): true | undefined;
  gradOf(handle: number): number;
  setGrad(handle: number, grad: number): void;
  setGradEnabled(enabled: boolean): boolean;
  isGradEnabled(): boolean;
  inferenceMode<T>(fn: () => T): T;
  setAnomalyDetection(enabled: boolean, checkNan: boolean): void;
  anomalyDetection(): { enabled: boolean; checkNan: boolean };
  applyFunction(forward: (grown: boolean) => void, backward: (grown: boolean) => void): boolean;

  manualSeed(seed: bigint): void;
  generator(deviceType: number, index: number, fresh: boolean): number;
  disposeGenerator(generator: number): void;
  seedGenerator(generator: number, seed: bigint): void;
  initialSeed(generator: number): bigint;
  generatorState(generator: number): number;
  setGeneratorState(generator: number, state: number): void;

  loadLibrary(path: string): string | null;
  accelerator(): { device: string; count: number } | null;
  synchronize(index: number): void;
  setThreads(count: number): void;
  threads(): number;
}

const root = dirname(dirname(fileURLToPath(import.meta.url)));
// TORCH_JS_SANITIZE names a build that looks for faults, as it did for set-up (setup/native.mjs).
const release = join(root, 'build', process.env.TORCH_JS_SANITIZE ?? '', 'Release');

const REMEDY = 'Run `npx torch-js setup`, which finds or fetches LibTorch and compiles the addon.';

function load(): Addon {
  const path = join(release, 'torch_js.node');
  if (!existsSync(path)) {
    throw new Error(`torch-js is not built: ${path} does not exist.\n${REMEDY}`);
  }
  try {
    return createRequire(import.meta.url)(path) as Addon;
  } catch (error) {
    const cause = error as Error;
    const lines = [`torch-js could not be loaded.`, `${path}: ${cause.message}`, libtorchState()];
    throw new Error(lines.join('\n'), { cause });
  }
}

/** Which LibTorch the addon was built against, from the record that the build leaves beside it. */
export function buildRecord(): { version: string; directory: string } | null {
  const path = join(release, 'libtorch.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : null;
}

/** What became of the LibTorch that the addon was built against, and what to do. */
function libtorchState(): string {
  const record = buildRecord();
  if (!record)
    return `There is no record beside it of the LibTorch it was built against.\n${REMEDY}`;
  const { version, directory } = record;
  if (existsSync(join(directory, 'lib'))) {
    return `LibTorch ${version}, which it was built against, is in ${directory}, perhaps replaced by another version since, or the addon was built for another machine.\n${REMEDY}`;
  }
  return `LibTorch ${version}, which it was built against, is no longer in ${directory}: put it back there, or build with another.\n${REMEDY}`;
}

export const addon = load();
