// The folder of one run. It is made new, or gone on with; nothing else that was there is ever touched.

import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import * as torch from 'torch-js';
import { formatGenotype, type Genotype, genotypeToJson } from '../models/genotypes.js';
import { drawGenotype } from '../report/genotype_drawing.js';
import { RecordLog } from './metrics.js';
import { claim, isClaim, LockedError } from './run_lock.js';
import { entriesOf, storing } from './storage.js';

/** The folder for a run cannot be had. */
export class RunDirectoryError extends Error {
  override readonly name = 'RunDirectoryError';
  readonly code = 'ERR_RUN_DIRECTORY';
}

export interface RunPlace {
  /** The folder itself; it must be missing or empty, unless the run is resumed. */
  path?: string;
  /** Else: the next free number after this name … */
  name: string;
  /** … in this folder. */
  save: string;
  /** Whether the run at `path` is gone on with. Default: a new one is made. */
  resume?: boolean;
}

/** Holds config.yaml, manifest.json, metrics.jsonl, timing.jsonl, checkpoints, and what the run finds. */
export class RunDirectory {
  readonly #place: RunPlace;
  #path: string | undefined;
  #release: (() => void) | undefined;

  /** Makes nothing yet: a run that cannot begin leaves nothing behind. */
  constructor(place: RunPlace) {
    this.#place = place;
  }

  /** Undefined until the folder is there. */
  get path(): string | undefined {
    return this.#path;
  }

  /** Whether a run that is there already is gone on with. */
  get resumes(): boolean {
    return this.#place.resume ?? false;
  }

  /** Figures, as far as the seed decides them: two runs of one config write the same. */
  get metrics(): RecordLog {
    return new RecordLog(this.file('metrics.jsonl'));
  }

  /** What took how long. */
  get timing(): RecordLog {
    return new RecordLog(this.file('timing.jsonl'));
  }

  /**
   * Makes the folder, with these files, and keeps other writers out of it until it is closed.
   *
   * @throws RunDirectoryError when the given folder holds something, or a folder cannot be made.
   */
  create(files: Readonly<Record<string, string>>): void {
    const { path, name, save } = this.#place;
    this.#enter(() => {
      if (path === undefined) return makeNumbered(save, name);
      mkdirSync(path, { recursive: true });
      return path;
    });
    try {
      if (this.#entries().some((entry) => !isClaim(entry))) {
        throw new RunDirectoryError(
          `${path} is not empty: a run never writes over another (--resume goes on with one)`,
        );
      }
      for (const [file, text] of Object.entries(files)) this.write(file, text);
    } catch (error) {
      this.close();
      throw error;
    }
  }

  /**
   * Opens the folder of a run that is to be gone on with, and keeps other writers out as `create` does.
   *
   * @throws RunDirectoryError when there is no such folder, or another process writes into it.
   */
  open(): void {
    this.#enter(() => this.#place.path as string);
    // What a process that was killed had not finished.
    for (const folder of ['', 'checkpoints']) {
      for (const entry of entriesOf(this.file(folder))) {
        if (entry.startsWith('.') && entry.endsWith('.partial')) rmSync(this.file(folder, entry));
      }
    }
  }

  /** Lets other writers in. */
  close(): void {
    this.#release?.();
    this.#release = undefined;
  }

  /**
   * Writes a whole file.
   *
   * @throws StorageError when that fails; then what was there before is as it was.
   */
  write(file: string, text: string, options?: torch.WriteOptions): void {
    const path = this.file(file);
    const bytes = Buffer.from(text);
    storing(path, () => torch.writeAtomically(path, (write) => write(bytes, 0), options));
  }

  /** The text of a file of the run. */
  read(file: string): string {
    return readFileSync(this.file(file), 'utf8');
  }

  /** Writes genotype.json, genotype.txt (as Python prints it) and genotype.svg (drawn). */
  async saveGenotype(genotype: Genotype): Promise<void> {
    const drawing = await drawGenotype(genotype, this.#place.name);
    this.write('genotype.json', genotypeToJson(genotype));
    // The first brings these back.
    const options = { sync: false };
    this.write('genotype.txt', `${formatGenotype(genotype)}\n`, options);
    this.write('genotype.svg', drawing, options);
  }

  /** Names of the files that are there, but for those of its own bookkeeping. */
  files(): string[] {
    if (this.#path === undefined) return [];
    return this.#entries()
      .filter((entry) => !entry.startsWith('.'))
      .sort();
  }

  /** The path of a file in the folder. */
  file(...names: string[]): string {
    if (this.#path === undefined) throw new RunDirectoryError('the run has no folder yet');
    return join(this.#path, ...names);
  }

  #entries(): string[] {
    return readdirSync(this.#path as string);
  }

  #enter(find: () => string): void {
    const purpose = this.resumes ? 'the run cannot be resumed' : 'no run folder can be made';
    try {
      const path = find();
      this.#release = claim(path);
      this.#path = path;
    } catch (error) {
      const { code, message } = error as NodeJS.ErrnoException;
      const reason =
        code === 'ENOENT' && this.resumes ? `${this.#place.path} is not there` : message;
      const text = error instanceof LockedError ? message : `${purpose}: ${reason}`;
      throw new RunDirectoryError(text, { cause: error });
    }
  }
}

function makeNumbered(save: string, name: string): string {
  mkdirSync(save, { recursive: true });
  const used = readdirSync(save)
    .filter((entry) => entry.startsWith(`${name}-`))
    .map((entry) => Number(entry.slice(name.length + 1)))
    .filter(Number.isInteger);
  for (let number = Math.max(0, ...used) + 1; ; number++) {
    const path = join(save, `${name}-${number}`);
    try {
      mkdirSync(path);
      return path;
    } catch (error) {
      // Another run took this number in the meantime.
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
