// What the commands that make a run have in common: their options, the run folder, the display, signals.

import { join } from 'node:path';
import { Command, Option } from 'commander';
import { ConfigError, loadConfig, type NamedConfig } from '../config/load.js';
import type { RunContext } from '../engine/pass.js';
import { overrideOption } from './options.js';

export interface RunOptions {
  override: string[];
  run?: string;
  resume?: string;
  quiet?: true;
}

/** A command `name` that reads a config and makes a run. */
export function makeRunCommand(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .argument('[config]', 'the YAML file that says what to do')
    .addOption(overrideOption())
    .option('--run <folder>', 'the folder of the run (default: the next number in "save")')
    .addOption(
      new Option(
        '--resume <folder>',
        'go on with the run in this folder, from its newest checkpoint, as if it had not stopped',
      ).conflicts('run'),
    )
    .option('--quiet', 'print results only');
}

/**
 * The config of the run: that of the file, or else that of the run that is resumed.
 *
 * @throws ConfigError as loadConfig, and when neither is given.
 */
export function runConfig(path: string | undefined, { resume, override }: RunOptions): NamedConfig {
  const file = path ?? (resume && join(resume, 'config.yaml'));
  if (file === undefined) {
    throw new ConfigError(['no config: give a YAML file, or --resume RUN']);
  }
  return loadConfig(file, override);
}

/** Signals that end a run after the step it is in. */
const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/**
 * Does `work` with a run folder to be made or gone on with, the display that suits, and signals heard: the first
 * one stops after the step under way; what a second one does is the system's: it ends the process at once.
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
    path: options.resume ?? options.run,
    name: `${config.name}-${command}`,
    save: config.save,
    resume: options.resume !== undefined,
  });
  const progress = options.quiet ? silent : progressOn(process.stderr);
  const stop = new AbortController();
  const unhear = () => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
  const onSignal = (signal: NodeJS.Signals) => {
    // Nothing of ours is in the way of the next one, not even a step that takes minutes.
    unhear();
    // A bar hides the cursor, which the next signal would leave like that.
    progress.end();
    stop.abort(signal);
    progress.line('Stopping after this step (Ctrl-C again: at once)');
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    const context = { run, progress, signal: stop.signal, command: process.argv.slice(2) };
    await work(context);
    process.stdout.write(`\nAll of it lies in ${run.path}: ${run.files().join(', ')}\n`);
  } catch (error) {
    if (error instanceof Error) error.message += await wayOn(error, run.path, command);
    throw error;
  } finally {
    unhear();
  }
}

/** What a run that broke off leaves, and how to go on with it. */
async function wayOn(error: Error, path: string | undefined, command: string): Promise<string> {
  const { code } = error as { code?: unknown };
  const { CheckpointFolder } = await import('../engine/checkpoint_folder.js');
  const newest = path && new CheckpointFolder(join(path, 'checkpoints')).newest();
  if (code === 'ERR_INTERRUPTED' || code === 'ERR_STORAGE') {
    if (newest) return `\nIt goes on from ${newest}: bnas ${command} --resume ${path}`;
    return path ? `\n${path} has no checkpoint to go on from` : '; nothing was saved';
  }
  if (code === 'ERR_DIVERGED' && newest) return `\nA checkpoint of before is ${newest}`;
  return '';
}
