// Checks a folder of golden files, case by case.
import { type Case, isCovered, measure, type NotCovered } from './checker.js';
import { CHECKERS } from './checkers/index.js';
import { type FigureFile, readFigures } from './figures.js';
import { exceeds, type Measure, severity } from './measures.js';

export type Outcome =
  | { status: 'passed' | 'failed'; name: string; measures: Measure[] }
  | { status: 'failed'; name: string; error: Error }
  | { status: 'not covered'; name: string; reason: string };

export interface Planned {
  file: FigureFile;
  entries: (Case | NotCovered)[];
}

/** The cases of a file; the file itself as not covered when no checker knows it. */
export function plan(file: FigureFile, folder: readonly FigureFile[] = [file]): Planned {
  const checker = CHECKERS.find(({ files }) => files.test(file.name));
  const entries = checker?.cases(file, folder) ?? [{ name: 'all of it', reason: 'no checker yet' }];
  return { file, entries };
}

/**
 * Every file of the folder with its cases.
 *
 * @throws FiguresError when the folder or one of its files cannot be used
 */
export function planFolder(folder: string): Planned[] {
  const files = readFigures(folder);
  return files.map((file) => plan(file, files));
}

export function runEntry(file: FigureFile, entry: Case | NotCovered): Outcome {
  const name = `${file.name}: ${entry.name}`;
  if (!isCovered(entry)) return { status: 'not covered', name, reason: entry.reason };
  try {
    const measures = measure(entry);
    return { status: measures.some(exceeds) ? 'failed' : 'passed', name, measures };
  } catch (error) {
    return { status: 'failed', name, error: error as Error };
  }
}

const shown = ({ what, error, tolerance }: Measure) =>
  `${what}: error ${error.toPrecision(3)}, tolerance ${tolerance.toPrecision(3)}`;

/** What a case came to, in a line; where it failed, what is out of tolerance below it. */
export function describeOutcome(outcome: Outcome): string {
  const head = `${outcome.status.padEnd(11)} ${outcome.name}`;
  if ('reason' in outcome) return `${head} (${outcome.reason})`;
  if ('error' in outcome) return `${head}\n            ${outcome.error.message}`;
  const judged = outcome.measures.filter(({ reportOnly }) => !reportOnly);
  const reported = outcome.measures.filter(({ reportOnly }) => reportOnly);
  const largest = (measures: Measure[]) =>
    measures.reduce((worst, other) => (severity(other) > severity(worst) ? other : worst));
  const lines = [`${head}: ${judged.length} figures, largest ${shown(largest(judged))}`];
  if (reported.length > 0) {
    lines.push(`            not judged: ${reported.length}, largest ${shown(largest(reported))}`);
  }
  const failures = judged.filter(exceeds);
  lines.push(...failures.slice(0, 10).map((failure) => `            ${shown(failure)}`));
  if (failures.length > 10) lines.push(`            and ${failures.length - 10} more`);
  return lines.join('\n');
}
