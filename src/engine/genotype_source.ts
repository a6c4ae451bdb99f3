// A genotype however a person may name it.

import { existsSync, readFileSync, statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { ConfigError, type NamedConfig } from '../config/load.js';
import {
  type Genotype,
  genotypeOfFile,
  namedGenotype,
  parseGenotype,
} from '../models/genotypes.js';

/** What was given as a genotype is none. */
export class GenotypeError extends Error {
  override readonly name = 'GenotypeError';
  readonly code = 'ERR_GENOTYPE';
}

/**
 * @param source The text of a genotype, as Python prints it or as JSON; a file that holds one; FILE:NAME for
 *   one of a file of several, such as the original's `genotypes.py`; the folder of a search; or the name of a
 *   released genotype. Tried in this order.
 * @throws GenotypeError that says what is wrong with it.
 */
export function readGenotype(source: string): Genotype {
  if (/[({]/.test(source)) return said(() => parseGenotype(source), 'the genotype given');
  const [, path, name] = /^(.*?)(?::([A-Za-z_]\w*))?$/s.exec(source) as RegExpExecArray;
  const [file, chosen] = existsSync(source) ? [source] : [path as string, name];
  const kind = statSync(file, { throwIfNoEntry: false });
  if (kind === undefined) {
    return said(() => namedGenotype(source), `${source} is neither a file nor a folder`);
  }
  const held = kind.isDirectory() ? inFolder(file) : file;
  return said(() => genotypeOfFile(readFileSync(held, 'utf8'), chosen), held);
}

/** The file of a run folder that holds what it found, or trains. */
function inFolder(folder: string): string {
  const file = join(folder, 'genotype.json');
  if (existsSync(file)) return file;
  throw new GenotypeError(
    existsSync(join(folder, 'manifest.json'))
      ? `${folder}: the search has found no genotype yet: bnas search --resume ${folder} goes on with it`
      : `${folder}: this is no folder of a run, and has no genotype.json`,
  );
}

/**
 * The genotype that is to be trained: the one `given`, or else that of the config; either as readGenotype
 * takes it.
 *
 * @throws ConfigError when there is neither; GenotypeError as readGenotype
 */
export function chosenGenotype(
  { training }: Pick<NamedConfig, 'training'>,
  given?: string,
): Genotype {
  const source = given ?? training.genotype;
  if (source === undefined) {
    throw new ConfigError(['no genotype: give --genotype, or training.genotype in the config']);
  }
  return readGenotype(source);
}

/** What a drawing of it may be called: its name, or that of its file or folder. */
export function genotypeName(source: string): string {
  if (/[({]/.test(source)) return 'genotype';
  return basename(existsSync(source) ? resolve(source) : source.replace(/^.*:/s, '')).replace(
    /\.(json|txt|py)$/,
    '',
  );
}

function said(read: () => Genotype, subject: string): Genotype {
  try {
    return read();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'there is no such file' : message;
    throw new GenotypeError(`${subject}: ${reason}`, { cause: error });
  }
}
