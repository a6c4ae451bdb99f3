// Runs in one go and in pieces, and what has to be the same of both.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CheckpointFolder } from '../../src/engine/checkpoint_folder.js';
import type { RunContext } from '../../src/engine/pass.js';
import { silent } from '../../src/engine/progress.js';
import { toyContext } from './toy.js';

const DECIDED = ['metrics.jsonl', 'genotype.json', 'genotype.txt', 'best.pt', 'last.pt'];

/** The bytes of everything that the seed decides; the last checkpoint holds all weights and generators. */
export function decided(run: string): Record<string, string> {
  const newest = new CheckpointFolder(join(run, 'checkpoints')).newest() ?? '';
  const files = [...DECIDED.map((name) => join(run, name)), newest].filter(existsSync);
  return Object.fromEntries(
    files.map((path) => [path.slice(run.length), readFileSync(path).toString('base64')]),
  );
}

/** A context that is told to stop after `steps` steps, of whatever passes. */
export function stoppedAfter(path: string, steps: number, resume: boolean): RunContext {
  const stop = new AbortController();
  let done = 0;
  const progress = {
    ...silent,
    advance() {
      done += 1;
      if (done === steps) stop.abort();
    },
  };
  return toyContext(path, { progress, stop, resume });
}

/**
 * Does a run in pieces of `steps` steps, each gone on with by a new session.
 *
 * @returns how often it was stopped.
 */
export async function inPieces(
  path: string,
  steps: number,
  work: (context: RunContext) => Promise<unknown>,
): Promise<number> {
  for (let stopped = 0; ; stopped++) {
    try {
      await work(stoppedAfter(path, steps, stopped > 0));
      return stopped;
    } catch (error) {
      if ((error as { code?: string }).code !== 'ERR_INTERRUPTED') throw error;
    }
  }
}
