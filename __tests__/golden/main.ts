// `npm run golden -- FOLDER`: checks golden files; exit 1 on a mismatch, 2 when the folder or a file cannot be used.
import { parseArgs } from 'node:util';
import { FIGURES } from '../support/paths.js';
import { FiguresError } from './figures.js';
import { describeOutcome, planFolder, runEntry } from './runner.js';

const USAGE = `npm run golden -- [FOLDER]
Compares the port with figures made by the original. FOLDER defaults to ${FIGURES}.`;

function main(): number {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { help: { type: 'boolean', short: 'h' } },
  });
  if (values.help) {
    console.log(USAGE);
    return 0;
  }
  if (positionals.length > 1) throw new FiguresError(`one folder at a time\n${USAGE}`);
  const counts = { passed: 0, failed: 0, 'not covered': 0 };
  for (const { file, entries } of planFolder(positionals[0] ?? FIGURES)) {
    for (const entry of entries) {
      const outcome = runEntry(file, entry);
      counts[outcome.status]++;
      console.log(describeOutcome(outcome));
    }
  }
  console.log(
    `${counts.passed} passed, ${counts.failed} failed, ${counts['not covered']} not covered`,
  );
  return counts.failed > 0 ? 1 : 0;
}

try {
  process.exitCode = main();
} catch (error) {
  const { code, message, stack } = error as NodeJS.ErrnoException;
  const expected = error instanceof FiguresError || code?.startsWith('ERR_PARSE_ARGS');
  console.error(`golden: ${expected ? message : stack}`);
  process.exitCode = 2;
}
