// A genotype however a person may name it.

import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Genotype, namedGenotype, parseGenotype } from '../models/genotypes.js';

/** What was given as a genotype is none. */
export class GenotypeError extends Error {
  override readonly name = 'GenotypeError';
  readonly code = 'ERR_GENOTYPE';
}

/**
 * @param source The text of a genotype, as Python prints it or as JSON; a file that holds one; the
 *   folder of a search; or the name of a released genotype. Tried in this order.
 * @throws GenotypeError that says what is wrong with it.
 */
export function readGenotype(source: string): Genotype {
  if (/[({]/.test(source)) return said(() => parseGenotype(source), 'the genotype given');
  const kind = statSync(source, { throwIfNoEntry: false });
  if (kind === undefined) {
    return said(() => namedGenotype(source), `${source} is neither a file nor a folder`);
  }
  const file = kind.isDirectory() ? join(source, 'genotype.json') : source;
  return said(() => parseGenotype(readFileSync(file, 'utf8')), file);
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
