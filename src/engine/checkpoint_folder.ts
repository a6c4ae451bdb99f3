// The checkpoints of a run: their names, which of them are kept, and which one to go on from.

import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Loaded } from 'torch-js';
import type { Config } from '../config/schema.js';
import {
  type Checkpoint,
  CheckpointError,
  type Position,
  readCheckpoint,
  writeCheckpoint,
} from './checkpoint.js';
import { entriesOf, storing } from './storage.js';

/** A checkpoint by its name. */
export interface Named {
  readonly name: string;
  readonly epoch: number;
  /** 0: at the end of an epoch. */
  readonly step: number;
}

export type Retention = Pick<Config['checkpoint'], 'keep_last' | 'keep_every' | 'keep_best'>;

/** `epoch-0003.pt` after three epochs, `epoch-0003-step-00050.pt` 50 steps later. */
export function nameOf({ epoch, step }: Pick<Position, 'epoch' | 'step'>): string {
  const digits = (value: number, count: number) => String(value).padStart(count, '0');
  const within = step === 0 ? '' : `-step-${digits(step, 5)}`;
  return `epoch-${digits(epoch, 4)}${within}.pt`;
}

/**
 * Which checkpoints have served their time.
 *
 * @param all From the newest to the oldest.
 * @param best Epochs that were over when the best one was, if any.
 */
export function expired(
  all: readonly Named[],
  { keep_last, keep_every, keep_best }: Retention,
  best: number | undefined,
): Named[] {
  return all.filter(({ epoch, step }, place) => {
    if (place < keep_last) return false;
    if (step > 0) return true;
    const everySo = keep_every !== 'off' && epoch > 0 && epoch % keep_every === 0;
    return !everySo && !(keep_best && epoch === best);
  });
}

/** The checkpoint to go on from. */
export interface Found {
  checkpoint: Checkpoint<Record<string, Loaded>>;
  path: string;
  /** What is wrong with newer ones. */
  faults: string[];
}

export class CheckpointFolder {
  readonly #path: string;

  /** @param path Need not be there. */
  constructor(path: string) {
    this.#path = path;
  }

  /** From the newest to the oldest. */
  list(): Named[] {
    return entriesOf(this.#path)
      .flatMap((name): Named[] => {
        const [, epoch, step = '0'] = /^epoch-(\d+)(?:-step-(\d+))?\.pt$/.exec(name) ?? [];
        return epoch === undefined ? [] : [{ name, epoch: Number(epoch), step: Number(step) }];
      })
      .sort((a, b) => b.epoch - a.epoch || b.step - a.step);
  }

  /** The path of the newest one; undefined when there is none. */
  newest(): string | undefined {
    const [newest] = this.list();
    return newest && join(this.#path, newest.name);
  }

  /**
   * Writes a checkpoint, and then removes those that have served their time.
   *
   * @throws StorageError when it could not be written; then nothing is removed.
   */
  save(checkpoint: Checkpoint, retention: Retention): void {
    const { point } = checkpoint;
    storing(this.#path, () => mkdirSync(this.#path, { recursive: true }));
    writeCheckpoint(join(this.#path, nameOf(point)), checkpoint);
    const best = point.best === null ? undefined : point.best.epoch + 1;
    for (const { name } of expired(this.list(), retention, best)) {
      rmSync(join(this.#path, name), { force: true });
    }
  }

  /**
   * Reads the newest checkpoint that is whole; its tensors belong to the open scope. Newer ones get names that
   * end in `.damaged`, or they would count as the newest ones for good.
   *
   * @returns undefined when the folder has none at all.
   * @throws CheckpointError when all are damaged; then all keep their names.
   */
  load(): Found | undefined {
    const damaged: { path: string; fault: string }[] = [];
    const all = this.list();
    if (all.length === 0) return undefined;
    for (const { name } of all) {
      const path = join(this.#path, name);
      try {
        const checkpoint = readCheckpoint(path);
        for (const { path } of damaged) renameSync(path, `${path}.damaged`);
        return { checkpoint, path, faults: damaged.map(({ fault }) => fault) };
      } catch (error) {
        if (!(error instanceof CheckpointError)) throw error;
        damaged.push({ path, fault: error.message });
      }
    }
    const faults = damaged.map(({ fault }) => fault);
    throw new CheckpointError(['no checkpoint can be used', ...faults].join('\n'));
  }
}
