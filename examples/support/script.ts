// What the ports of the original's scripts share: the flags that the originals have not, a folder that is
// never deleted unasked, and the run itself, by the engine of `bnas`.

import { existsSync, rmSync } from 'node:fs';
import { basename, extname, join } from 'node:path';
import * as torch from 'torch-js';
import { exitCodeOf, explain } from '../../src/cli/failure.js';
import { withRun } from '../../src/cli/run.js';
import { makeConfig, type NamedConfig } from '../../src/config/load.js';
import type { FoundNetwork, Supernet } from '../../src/engine/networks.js';
import type { RunObserver } from '../../src/engine/observer.js';
import type { RunContext } from '../../src/engine/pass.js';
import { RunDirectoryError } from '../../src/engine/run_directory.js';
import type { ArgumentParser } from './arguments.js';
import type { PythonLog } from './python_log.js';

/** Flags of every script that the originals have not. */
interface OwnFlags {
  mode: string;
  override: string[];
}

/** What a script needs of its flags, beside those that its config is made of. */
export type Flags = OwnFlags & { save: string; gpu?: number; reset_save_dir: boolean };

export function withMode<Values>(parser: ArgumentParser<Values>) {
  const help = 'reference: with the slips of the original; fixed: without';
  return parser.string('mode', 'reference', help, ['reference', 'fixed']);
}

export function withOwnFlags<Values>(parser: ArgumentParser<Values>) {
  const help = 'set a key of the config that the script makes; may be repeated';
  return withMode(parser).list('override', help);
}

/** How many million weights a network has, but for an auxiliary head. */
export function millionsOf(model: Supernet | FoundNetwork): number {
  const counted = model.named_parameters().filter(([name]) => !name.includes('auxiliary'));
  return counted.reduce((sum, [, parameter]) => sum + parameter.numel(), 0) / 1e6;
}

/** `Namespace(batch_size=256, ...)`, as Python prints the flags. */
function namespace(args: object): string {
  const flags = Object.entries(args).map(([name, value]) => `${name}=${asPython(value)}`);
  return `Namespace(${flags.sort().join(', ')})`;
}

function asPython(value: unknown): string {
  if (value === null) return 'None';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  return JSON.stringify(value).replaceAll('"', "'");
}

export interface Script<T> {
  kind: 'search' | 'train';
  args: Flags;
  log: PythonLog;
  /** Keys of the config; `mode`, `device` and `--override` are seen to. */
  config: object;
  /** Whether it goes on with a run that is in its folder. Default false. */
  resumes?: boolean;
  observer: RunObserver;
  work(config: NamedConfig, context: RunContext): Promise<T>;
  /** Tells what came of it. */
  done(result: T): void;
}

/** Runs a search or a training as the script says. */
export function runScript<T>(script: Script<T>): Promise<void> {
  const { kind, args, log, observer } = script;
  if (args.gpu !== undefined) log.info('gpu device = %d', args.gpu);
  log.info('args = %s', namespace(args));
  return ended(async () => {
    const name = basename(process.argv[1] as string, extname(process.argv[1] as string));
    const own = { mode: args.mode, device: deviceOf(args.gpu) };
    const config = makeConfig({ ...own, ...script.config }, name, args.override);
    if (args.reset_save_dir) removeRun(args.save);
    const resumes = script.resumes && holdsRun(args.save);
    const place = resumes ? { resume: args.save } : { run: args.save };
    if (resumes) process.stdout.write(`Going on with the run in ${args.save}\n`);
    await withRun(config, kind, { ...place, quiet: true, override: [] }, async (context) => {
      const begin: RunObserver['begin'] = (...begun) => {
        log.open(args.save);
        observer.begin?.(...begun);
      };
      script.done(await script.work(config, { ...context, observer: { ...observer, begin } }));
    });
  });
}

/** Does `work`; where it fails, the script ends with the message and exit code that `bnas` would have. */
export async function ended(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    process.stderr.write(`${explain(error, Boolean(process.env.DEBUG))}\n`);
    process.exitCode = exitCodeOf(error);
  }
}

/** The originals need a GPU; without one, these run on the CPU. */
function deviceOf(gpu = 0): string {
  return torch.cuda.is_available() ? `cuda:${gpu}` : 'cpu';
}

/** Deletes the folder of an earlier run, and nothing else. */
function removeRun(path: string): void {
  if (!existsSync(path)) return;
  if (!holdsRun(path)) {
    throw new RunDirectoryError(`${path}: it holds no run, so --reset_save_dir does not delete it`);
  }
  process.stdout.write(`Path ${path} exists. Remove it.\n`);
  rmSync(path, { recursive: true });
}

const holdsRun = (path: string) => existsSync(join(path, 'manifest.json'));
