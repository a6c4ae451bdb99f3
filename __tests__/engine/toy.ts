// Runs small enough for a test, on real images.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { type NamedConfig, parseConfig } from '../../src/config/load.js';
import type { RunContext } from '../../src/engine/pass.js';
import { type Progress, silent } from '../../src/engine/progress.js';
import { RunDirectory } from '../../src/engine/run_directory.js';

/** Two epochs of two steps each, search and training alike. */
export function toyConfig(...overrides: string[]): NamedConfig {
  const source = `
    device: cpu
    threads: 1
    report_freq: 1
    data: { train_samples: 16, test_samples: 12 }
    search: { init_channels: 2, primitives: [none, skip_connect, max_pool_3x3], epochs: 2, batch_size: 4, arch_learning_rate: 0.1 }
    training: { init_channels: 2, layers: 2, en_layers: 1, epochs: 2, batch_size: 8, train_portion: 0.75 }
  `;
  return parseConfig(source, 'toy.yaml', overrides);
}

/** A run in a folder to be made; `progress` and `stop` look on, and end it. */
export function toyContext(
  path: string,
  {
    progress = silent,
    stop = new AbortController(),
    resume = false,
  }: { progress?: Progress; stop?: AbortController; resume?: boolean } = {},
): RunContext {
  const run = new RunDirectory({ path, name: 'toy', save: 'unused', resume });
  return { run, progress, signal: stop.signal, command: ['test'] };
}

/** CIFAR-10's training part of ten images: value `1 + (7 (position + 1) + n) % 200` in image n, of class n. */
export function writeToyCifar(folder: string): void {
  mkdirSync(`${folder}/cifar-10-batches-bin`);
  const record = (n: number) =>
    Buffer.from(Array.from({ length: 3073 }, (_, i) => (i === 0 ? n : 1 + ((i * 7 + n) % 200))));
  for (const n of [1, 2, 3, 4, 5]) {
    const path = `${folder}/cifar-10-batches-bin/data_batch_${n}.bin`;
    writeFileSync(path, Buffer.concat([record(n), record(n + 4)]));
  }
}

/** The records of a .jsonl file of a run. */
// biome-ignore lint/suspicious/noExplicitAny: a record has what its test says it has
export function records(path: string, file: string): any[] {
  const lines = readFileSync(`${path}/${file}`, 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line));
}
