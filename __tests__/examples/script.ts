// Runs a port of one of the original's scripts at toy size, as a process of its own.
import { spawnSync } from 'node:child_process';
import { PROJECT_ROOT } from '../support/paths.js';

/** Keys that make a run a matter of seconds; the images are MNIST's, which are always there. */
export const TOY = [
  'threads=1',
  'data.dataset=mnist',
  'data.train_samples=16',
  'data.test_samples=12',
  'data.num_workers=0',
].flatMap((key) => ['-o', key]);

/** Flags of the scripts for tiny networks and two epochs of two steps. */
export const SMALL = '--epochs=2 --init_channels=2 --report_freq=1'.split(' ');

export function runScript(name: string, args: readonly string[], cwd: string) {
  const script = `${PROJECT_ROOT}dist/examples/${name}.js`;
  return spawnSync(process.execPath, [script, ...args], { encoding: 'utf8', cwd });
}

/** The lines of a log without times, numbers as N and genotypes as G. */
export function shapeOf(log: string): string[] {
  return log
    .split('\n')
    .filter((line) => /^\d\d\/\d\d \d\d:\d\d:\d\d [AP]M /.test(line))
    .map((line) =>
      line
        .slice('11/25 09:05:07 AM '.length)
        .replace(/Genotype\(.*/, 'G')
        .replace(/Namespace\(.*/, 'A')
        .replace(/\d+\.\d{6}e[+-]\d\d\b/g, 'E')
        .replace(/\d+\.\d{6}(?!\d)/g, 'F'),
    );
}
