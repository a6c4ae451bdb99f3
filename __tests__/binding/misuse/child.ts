// Runs lines of misuse in a process that may die of it. Arguments: which lines, the seed, the number of the first
// line, how many, and a file in which each line is written before it is run, with its number.
import { ftruncateSync, openSync, writeSync } from 'node:fs';
import fc from 'fast-check';
import { compile } from './line.js';
import type { Text } from './values.js';
import { vocabulary } from './vocabulary.js';

interface Suite {
  lines: Text;
  /** Throws where something is not as it must be. */
  run(line: string): void;
}

/** A suite of one line that ends badly, which the watch must see. */
const bad = (line: string) => async (): Promise<Suite> => ({
  lines: fc.constant(line),
  run: (text) => compile(text, vocabulary)(),
});

const suites: Record<string, () => Promise<Suite>> = {
  surface: async () => ({
    ...(await import('./surface.js')),
    ...(await import('./surface_run.js')),
  }),
  door: async () => ({ ...(await import('./door.js')), ...(await import('./door_run.js')) }),
  crash: bad('process.abort()'),
  hang: bad('for (;;);'),
  error: bad("throw new Error('on purpose')"),
};

const [name, seed, first, count, diary] = process.argv.slice(2) as [
  string,
  string,
  string,
  string,
  string,
];
const suite = await suites[name]?.();
if (!suite) throw new Error(`there is no suite '${name}'`);
const file = openSync(diary, 'w');
let number = Number(first);

fc.assert(
  fc.property(suite.lines, (line) => {
    ftruncateSync(file);
    writeSync(file, `${number++} ${line}`, 0);
    suite.run(line);
  }),
  { seed: Number(seed), path: first, numRuns: Number(count), endOnFailure: true },
);
