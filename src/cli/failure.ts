// What a failed command says, and how it exits.

import { CommanderError } from 'commander';

const WRONG_INPUT: ReadonlySet<unknown> = new Set([
  'ERR_CHECKPOINT',
  'ERR_CONFIG',
  'ERR_DEVICE',
  'ERR_FILE_FORMAT',
  'ERR_GENOTYPE',
  'ERR_OUTPUT',
  'ERR_RUN_DIRECTORY',
  'ERR_WEIGHTS',
]);

/** 0 help was asked for, 1 failed, 2 wrong command line or config, 130 interrupted, 143 terminated. */
export function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  const code = codeOf(error);
  if (code === 'ERR_INTERRUPTED') {
    const { signal } = error as { signal?: unknown };
    return signal === 'SIGTERM' ? 143 : 130;
  }
  return WRONG_INPUT.has(code) ? 2 : 1;
}

/** The message alone; with the stack when `verbose`, and a hint to ask for it when it may help. */
export function explain(error: unknown, verbose: boolean): string {
  if (!isError(error)) return `bnas: ${error}`;
  if (verbose) return `bnas: ${error.stack}`;
  const expected = codeOf(error) !== undefined;
  return `bnas: ${error.message}${expected ? '' : '\n(--verbose shows where this happened)'}`;
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown } | undefined)?.code;
}

/** Node's own errors are of another realm under Jest. */
function isError(error: unknown): error is Error {
  return error instanceof Error || codeOf(error) !== undefined;
}
