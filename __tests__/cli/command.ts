// Runs the built command line as a person does: as a process of its own.
import { spawn } from 'node:child_process';
import { jest } from '@jest/globals';
import { run } from '../../src/cli/program.js';
import { PROJECT_ROOT } from '../support/paths.js';

export interface Outcome {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface RunOptions {
  cwd: string;
  /** Added to the environment. */
  env?: Record<string, string>;
  /** Sends a signal as soon as the process has said this on stderr. */
  signalAt?: [text: string, signal: NodeJS.Signals];
}

/** `bnas` with these arguments, until it exits. */
export function bnas(args: string[], { cwd, env, signalAt }: RunOptions): Promise<Outcome> {
  const main = `${PROJECT_ROOT}dist/src/cli/main.js`;
  const child = spawn(process.execPath, [main, ...args], {
    cwd,
    env: { PATH: process.env.PATH, HOME: process.env.HOME, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const outcome: Outcome = { code: null, stdout: '', stderr: '' };
  let sent = false;
  child.stdout.setEncoding('utf8').on('data', (text) => {
    outcome.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    outcome.stderr += text;
    if (sent || signalAt === undefined || !outcome.stderr.includes(signalAt[0])) return;
    sent = true;
    child.kill(signalAt[1]);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ ...outcome, code }));
  });
}

/** As `bnas`, within this process: for what needs none of its own. */
export async function bnasHere(args: string[], cwd: string): Promise<Outcome> {
  const outcome: Outcome = { code: null, stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((name) =>
    jest.spyOn(process[name], 'write').mockImplementation((text) => {
      outcome[name] += text;
      return true;
    }),
  );
  const before = process.cwd();
  process.chdir(cwd);
  try {
    outcome.code = await run(args);
  } finally {
    process.chdir(before);
    for (const spy of spies) spy.mockRestore();
  }
  return outcome;
}
