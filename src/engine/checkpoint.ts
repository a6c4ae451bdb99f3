// One checkpoint: everything that a run needs to go on as if it had never stopped. A file of torch.save, whose
// entries carry checksums; Python's torch.load opens it with weights_only=True.

import type { Loaded } from 'torch-js';
import * as torch from 'torch-js';
import type { LoaderState, PassState } from '../data/loader_state.js';
import type { Figures, MeterState } from './accuracy.js';
import type { GeneratorStates } from './generators.js';
import { storing } from './storage.js';

/** Raised whenever an older version of this program could not go on from a newer file. */
const VERSION = 1;

/** A checkpoint cannot be used: it is damaged, or of another run. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
  readonly code = 'ERR_CHECKPOINT';
}

/** Where a run stands. */
export interface Position {
  /** Epochs that are over. */
  readonly epoch: number;
  /** Steps of the next one that are over. */
  readonly step: number;
  /** Whether these were all of its steps, and only what follows them is left. */
  readonly passed: boolean;
}

/** The best epoch so far, by its figures on images that are not learned from. */
export interface Best {
  readonly epoch: number;
  readonly figures: Figures;
}

/** What moves from one step to the next beside what is learned. */
export interface Point extends Position {
  /** States of the random generators, by device. */
  readonly generators: GeneratorStates;
  /** Where the loaders stand, by what they are for. */
  readonly loaders: Readonly<Record<string, LoaderState>>;
  /** Sums over the epoch's steps so far. */
  readonly meter: MeterState;
  /** Steps that were left out so far, as their loss was no number. */
  readonly skipped: number;
  /** How long metrics.jsonl is. */
  readonly metrics_bytes: number;
  readonly best: Best | null;
}

/** What a checkpoint can be told from others by. */
export interface Identity {
  readonly kind: 'search' | 'training';
  /** A whole config. */
  readonly config: Readonly<Record<string, unknown>>;
  /** Of what decides the numbers. */
  readonly versions: Readonly<Record<string, string>>;
  readonly device: string;
  readonly threads: number;
}

/** What is learned, and whatever else is of searches or of trainings alone: tensors and plain values. */
export type State = Readonly<Record<string, unknown>>;

export interface Checkpoint<S = State> {
  readonly identity: Identity;
  readonly point: Point;
  readonly state: S;
}

/**
 * Writes a checkpoint; the file is there whole or not at all.
 *
 * @throws StorageError when that fails; then what was there before is as it was.
 */
export function writeCheckpoint(path: string, { identity, point, state }: Checkpoint): void {
  torch.tidy(() => {
    const value = plain({ format: 'bnas', version: VERSION, identity, point, ...state });
    storing(path, () => torch.save(value, path));
  });
}

/**
 * Reads a checkpoint; its tensors are on the CPU and belong to the open scope.
 *
 * @throws CheckpointError when it is damaged, or no checkpoint of this version.
 */
export function readCheckpoint(path: string): Checkpoint<Record<string, Loaded>> {
  let loaded: Loaded;
  try {
    loaded = torch.load(path, { map_location: 'cpu' });
  } catch (error) {
    throw new CheckpointError((error as Error).message, { cause: error });
  }
  const { format, version, identity, point, ...state } = loaded as Record<string, Loaded>;
  if (format !== 'bnas' || version !== VERSION) {
    const what = format === 'bnas' ? `a checkpoint of version ${version}` : 'no checkpoint of bnas';
    throw new CheckpointError(`${path}: it is ${what}, where version ${VERSION} is read`);
  }
  return {
    identity: identity as unknown as Identity,
    point: readPoint(point as unknown as SavedPoint),
    state,
  };
}

type SavedPass = Omit<PassState, 'order' | 'base_seed' | 'generators'> & {
  order: torch.Tensor;
  base_seed: number | bigint;
  generators: (torch.Tensor | null)[];
};
type SavedLoader = Omit<LoaderState, 'numpy' | 'pass'> & {
  numpy: torch.Tensor | null;
  pass: SavedPass | null;
};
type SavedPoint = Omit<Point, 'loaders'> & { loaders: Record<string, SavedLoader> };

function readPoint({ loaders, ...point }: SavedPoint): Point {
  const words = (tensor: torch.Tensor | null) => tensor && (tensor.toTypedArray() as Int32Array);
  const read = ({ pass, numpy, ...loader }: SavedLoader): LoaderState => ({
    ...loader,
    numpy: words(numpy),
    pass: pass && {
      ...pass,
      base_seed: BigInt(pass.base_seed),
      order: words(pass.order) as Int32Array,
      generators: pass.generators.map(words),
    },
  });
  return {
    ...point,
    loaders: Object.fromEntries(Object.entries(loaders).map(([name, one]) => [name, read(one)])),
  };
}

/** As torch.save takes it: arrays of words as tensors, and no tensor that asks for a gradient. */
function plain(value: unknown): unknown {
  if (value instanceof torch.Tensor) return value.detach();
  if (ArrayBuffer.isView(value)) return torch.tensor(value as Int32Array);
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return new Map(Array.from(value, ([key, item]) => [key, plain(item)]));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, plain(item)]));
}
