// What a checker is: it reads one kind of golden file and turns it into cases.
import * as torch from 'torch-js';
import type { z } from 'zod';
import { type FigureFile, parseFigures } from './figures.js';
import type { Measure } from './measures.js';

/** One thing to compute and compare. `run` is called inside a scope, on one thread. */
export interface Case {
  name: string;
  run(): Measure[];
}

/** A case or whole file that nothing here can compute yet. */
export interface NotCovered {
  name: string;
  reason: string;
}

export interface Checker {
  /** File names, without .json, of this kind. */
  files: RegExp;
  /**
   * @param folder all files that lie beside it, for what it takes from them
   * @throws FiguresError when the file is not of this kind after all
   */
  cases(file: FigureFile, folder: readonly FigureFile[]): (Case | NotCovered)[];
}

export const isCovered = (entry: Case | NotCovered): entry is Case => 'run' in entry;

export function checker<T>(
  files: RegExp,
  schema: z.ZodType<T>,
  cases: (figures: T, folder: readonly FigureFile[]) => (Case | NotCovered)[],
): Checker {
  return { files, cases: (file, folder) => cases(parseFigures(file, schema), folder) };
}

/** What `case` measures; nothing that it makes stays behind. */
export function measure(entry: Case): Measure[] {
  torch.set_num_threads(1);
  return torch.tidy(() => entry.run());
}

/** The next three numbers of the default generator, by which golden files tell how many were drawn before. */
export const rand3 = () => torch.rand([3]);
