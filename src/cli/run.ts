// What the commands that make a run have in common: their options, the run folder, the display, signals.

import { join } from 'node:path';
import { Command, Option } from 'commander';
import { ConfigError, loadConfig, type NamedConfig } from '../config/load.js';
import type { RunContext } from '../engine/pass.js';
import { withDisplay } from './display.js';
import { overrideOption } from './options.js';

export interface RunOptions {
  override: string[];
  run?: string;
  resume?: string;
  quiet?: true;
}

export type RunCommand = 'search' | 'train';

/** A command `name` that reads a config and makes a run. */
export function makeRunCommand(name: RunCommand, description: string): Command {
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
 * @throws ConfigError as loadConfig, when neither is given, and when the run is none of `command`.
 */
export async function runConfig(
  command: RunCommand,
  path: string | undefined,
  { resume, override }: RunOptions,
): Promise<NamedConfig> {
  if (resume !== undefined) await requireKind(command, resume);
  const file = path ?? (resume && join(resume, 'config.yaml'));
  if (file === undefined) {
    throw new ConfigError(['no config: give a YAML file, or --resume RUN']);
  }
  return loadConfig(file, override);
}

async function requireKind(command: RunCommand, path: string): Promise<void> {
  const { kindOf } = await import('../engine/runs.js');
  const kind = kindOf(path);
  if (kind === undefined || kind === command) return;
  const other = kind === 'search' ? 'a search' : 'a training';
  const use =
    kind === 'search' ? `; bnas train CONFIG --genotype ${path} trains what it found` : '';
  throw new ConfigError([
    `${path} is ${other}: bnas ${kind} --resume ${path} goes on with it${use}`,
  ]);
}

/** Does `work` with a run folder to be made or gone on with, the display that suits, and signals heard. */
export async function withRun(
  config: NamedConfig,
  command: RunCommand,
  options: RunOptions,
  work: (context: RunContext) => Promise<void>,
): Promise<void> {
  const { RunDirectory } = await import('../engine/run_directory.js');
  const run = new RunDirectory({
    path: options.resume ?? options.run,
    name: `${config.name}-${command}`,
    save: config.save,
    resume: options.resume !== undefined,
  });
  try {
    await withDisplay(options, (display) =>
      work({ run, ...display, command: process.argv.slice(2) }),
    );
    process.stdout.write(`\nAll of it lies in ${run.path}: ${run.files().join(', ')}\n`);
  } catch (error) {
    if (error instanceof Error) error.message += await wayOn(error, run.path, command);
    throw error;
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
