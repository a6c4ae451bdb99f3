// The folder of one run. It is made new, and nothing that was there before is ever touched.

import { mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { formatGenotype, type Genotype, genotypeToJson } from '../models/genotypes.js';
import { drawGenotype } from '../report/genotype_drawing.js';
import { RecordLog } from './metrics.js';

/** The folder for a run cannot be had. */
export class RunDirectoryError extends Error {
  override readonly name = 'RunDirectoryError';
  readonly code = 'ERR_RUN_DIRECTORY';
}

export interface RunPlace {
  /** The folder itself; it must be missing or empty. */
  path?: string;
  /** Else: the next free number after this name … */
  name: string;
  /** … in this folder. */
  save: string;
}

/** Holds config.yaml, manifest.json, metrics.jsonl, timing.jsonl, and what the run finds. */
export class RunDirectory {
  readonly #place: RunPlace;
  #path: string | undefined;

  /** Makes nothing yet: a run that cannot begin leaves nothing behind. */
  constructor(place: RunPlace) {
    this.#place = place;
  }

  /** Undefined until the folder is there. */
  get path(): string | undefined {
    return this.#path;
  }

  /** Figures, as far as the seed decides them: two runs of one config write the same. */
  get metrics(): RecordLog {
    return new RecordLog(this.#file('metrics.jsonl'));
  }

  /** What took how long. */
  get timing(): RecordLog {
    return new RecordLog(this.#file('timing.jsonl'));
  }

  /**
   * Makes the folder, with these files.
   *
   * @throws RunDirectoryError when the given folder holds something, or a folder cannot be made.
   */
  create(files: Readonly<Record<string, string>>): void {
    const { path, name, save } = this.#place;
    try {
      this.#path = path === undefined ? makeNumbered(save, name) : makeEmpty(path);
    } catch (error) {
      if (error instanceof RunDirectoryError) throw error;
      const message = `no run folder can be made: ${(error as Error).message}`;
      throw new RunDirectoryError(message, { cause: error });
    }
    for (const [file, text] of Object.entries(files)) this.write(file, text);
  }

  /** Writes a whole file or, when that fails, none. */
  write(file: string, text: string): void {
    const target = this.#file(file);
    const partial = `${target}.partial`;
    writeFileSync(partial, text);
    renameSync(partial, target);
  }

  /** Writes genotype.json, genotype.txt (as Python prints it) and genotype.svg (drawn). */
  async saveGenotype(genotype: Genotype): Promise<void> {
    const drawing = await drawGenotype(genotype, this.#place.name);
    this.write('genotype.json', genotypeToJson(genotype));
    this.write('genotype.txt', `${formatGenotype(genotype)}\n`);
    this.write('genotype.svg', drawing);
  }

  /** Names of the files that are there. */
  files(): string[] {
    return this.#path === undefined ? [] : readdirSync(this.#path).sort();
  }

  #file(name: string): string {
    if (this.#path === undefined) throw new RunDirectoryError('the run has no folder yet');
    return join(this.#path, name);
  }
}

function makeEmpty(path: string): string {
  mkdirSync(path, { recursive: true });
  if (readdirSync(path).length > 0) {
    throw new RunDirectoryError(`${path} is not empty: a run never writes over another`);
  }
  return path;
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
