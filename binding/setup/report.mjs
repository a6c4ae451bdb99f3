// What set-up says and how it fails: one line a step with its time, the same in a terminal and in a log.
import fs from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A failure a person can mend: `message` says what was found, what is expected and what to do. */
export class SetupError extends Error {
  /**
   * @param {string} code such as `NO_COMPILER`; what tests and callers tell failures apart by
   * @param {string[]} lines the message, one sentence or remedy a line
   */
  constructor(code, ...lines) {
    super(lines.join('\n  '));
    this.name = 'SetupError';
    this.code = code;
  }
}

/** Says beforehand what will take long: what is downloaded, how big it is, where it goes. */
export function announce(text) {
  console.log(`… ${text}`);
}

/**
 * Runs one step and prints what came of it.
 * @template T
 * @param {(result: T) => string} describe the line to print, made of the step's result
 * @param {() => T | Promise<T>} work
 * @returns {Promise<T>}
 */
export async function step(describe, work) {
  const start = performance.now();
  const result = await work();
  console.log(`✔ ${describe(result)}  ${((performance.now() - start) / 1000).toFixed(1)} s`);
  return result;
}

/**
 * Runs `main` where the module at `url` is the script that node was started with, and exits with the code it returns.
 * A SetupError is words for a person; anything else is a defect and keeps its trace.
 */
export async function runMain(url, main) {
  if (fs.realpathSync(process.argv[1]) !== fileURLToPath(url)) return;
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    console.error(error instanceof SetupError ? `✖ ${error.message}` : error);
    process.exitCode = 1;
  }
}

/** Bytes as people read them: `1.2 GB`, `340 MB` (powers of ten, as disks are sold). */
export function formatBytes(bytes) {
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${Math.ceil(bytes / 1e6)} MB`;
}
