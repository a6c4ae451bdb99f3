// Runs of the command line that are killed, again and again, and gone on with.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, watch } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_ROOT } from '../support/paths.js';

const MAIN = `${PROJECT_ROOT}dist/src/cli/main.js`;

/** When to kill: after so many milliseconds, or while a checkpoint is being written, the n-th of its own. */
export type Moment = { after: number } | { writing: number };

export interface Killing {
  command: 'search' | 'train';
  config: string;
  run: string;
}

export interface Outcome {
  /** Whether the process was killed, and did not end before. */
  killed: boolean;
  stderr: string;
}

/** Begins the run, or goes on with it, and kills the process at that moment; null: lets it end. */
export function attempt(
  { command, config, run }: Killing,
  moment: Moment | null,
): Promise<Outcome> {
  const checkpoints = join(run, 'checkpoints');
  // Killed before it had written its config, it is none yet.
  const begun = existsSync(join(run, 'manifest.json'));
  const args = begun ? [command, '--resume', run] : [command, config, '--run', run];
  // So that there is something to watch: an empty folder is as good as none.
  if (!existsSync(run)) mkdirSync(run, { recursive: true });
  const child = spawn(process.execPath, [MAIN, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  const kill = () => child.kill('SIGKILL');
  const timer = moment && 'after' in moment ? setTimeout(kill, moment.after) : undefined;
  const count = moment && 'writing' in moment ? moment.writing : Number.POSITIVE_INFINITY;
  // Names that nothing has twice: each is told of several times.
  const seen = new Set<string>();
  const watcher = watch(run, { recursive: true }, (_event, name) => {
    if (name?.startsWith('checkpoints') && name.endsWith('.partial')) seen.add(name);
    if (seen.size >= count) kill();
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      watcher.close();
      if (code !== 0 && signal !== 'SIGKILL') reject(new Error(`${checkpoints}: ${stderr}`));
      else resolve({ killed: signal === 'SIGKILL', stderr });
    });
  });
}

/** Whether a checkpoint lies there that was never finished. */
export function leftHalf(run: string): boolean {
  const checkpoints = join(run, 'checkpoints');
  return (
    existsSync(checkpoints) && readdirSync(checkpoints).some((name) => name.endsWith('.partial'))
  );
}
