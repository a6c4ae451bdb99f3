// What the commands that make a run have in common: their options, the run folder, the display, Ctrl-C.

import { Command } from 'commander';
import type { NamedConfig } from '../config/load.js';
import type { RunContext } from '../engine/pass.js';
import { overrideOption } from './options.js';

export interface RunOptions {
  override: string[];
  run?: string;
  quiet?: true;
}

/** A command `name` that reads a config and makes a run. */
export function makeRunCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .argument('<config>', 'the YAML file that says what to do')
    .addOption(overrideOption())
    .option('--run <folder>', 'the folder of the run (default: the next number in "save")')
    .option('--quiet', 'print results only');
}

/**
 * Does `work` with a run folder to be made, the display that suits, and Ctrl-C heard: the first one
 * stops after the step under way, the second at once.
 */
export async function withRun(
  config: NamedConfig,
  command: 'search' | 'train',
  options: RunOptions,
  work: (context: RunContext) => Promise<void>,
): Promise<void> {
  const { progressOn, silent } = await import('../engine/progress.js');
  const { RunDirectory } = await import('../engine/run_directory.js');
  const run = new RunDirectory({
    path: options.run,
    name: `${config.name}-${command}`,
    save: config.save,
  });
  const progress = options.quiet ? silent : progressOn(process.stderr);
  const stop = new AbortController();
  const onSignal = () => {
    if (stop.signal.aborted) {
      progress.end();
      process.exit(130);
    }
    stop.abort();
    progress.line('Stopping after this step (Ctrl-C again: at once)');
  };
  process.on('SIGINT', onSignal);
  try {
    const context = { run, progress, signal: stop.signal, command: process.argv.slice(2) };
    await work(context);
    process.stdout.write(`\nAll of it lies in ${run.path}: ${run.files().join(', ')}\n`);
  } catch (error) {
    if (stop.signal.aborted && error instanceof Error) {
      const saved = run.path ? `${run.path} keeps ${run.files().join(', ')}` : 'nothing was saved';
      error.message += `; ${saved}`;
    }
    throw error;
  } finally {
    process.off('SIGINT', onSignal);
  }
}
