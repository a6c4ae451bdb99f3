// `npm run bench -- NAME --python PATH`: ours beside Python's PyTorch; exit 1 when a goal is missed, 2 when it cannot run.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import * as torch from 'torch-js';
import { BENCHMARKS, type Metric, type Options, type Part } from './benchmarks.js';
import { BenchmarkError, type Comparison, runBenchmark, torchVersion } from './harness.js';
import { makeJpegs } from './jpegs.js';

function positive(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) {
    throw new InvalidArgumentError('It must be a whole number of at least 1.');
  }
  return value;
}

function format(value: number, unit: Metric['unit']): string {
  if (unit === 's') return `${value.toFixed(3)} s`;
  if (unit === 'ns') return `${value.toFixed(0)} ns`;
  return `${(value / 2 ** 20).toFixed(0)} MiB`;
}

function positives(text: string): number[] {
  return text.split(',').map(positive);
}

function verdict({ metric, passed }: Comparison): string {
  if (passed === undefined) return 'reported only';
  return `goal <= ${metric.goal?.toFixed(2)}  ${passed ? 'reached' : 'MISSED'}`;
}

function row(comparison: Comparison): string {
  const { part, metric, medians, ratio } = comparison;
  const title = `${part}: ${metric.title}`.padEnd(60);
  if (metric.alone) return `${title}ours ${format(medians.ours, metric.unit)}`;
  return [
    title,
    `ours ${format(medians.ours, metric.unit)}`.padEnd(18),
    `python ${format(medians.python, metric.unit)}`.padEnd(20),
    verdict(comparison).padEnd(24),
    `ratio ${ratio.toFixed(3)}`,
  ].join('');
}

const program = new Command('bench')
  .description('Measures ours and PyTorch in Python in turn, one process a trial.')
  .argument('<name>', `one of ${Object.keys(BENCHMARKS).join(', ')}`)
  .requiredOption('--python <path>', 'a Python that has PyTorch, best of the same version')
  .option('--json <file>', 'write every trial, the medians and the ratios here')
  .option('--trials <n>', 'processes a side', positive, 5)
  // With more threads both sides wait for whatever else runs on the machine.
  .option('--threads <n,...>', 'threads of LibTorch on both sides', positives, [1])
  .option('--batch <n,...>', 'images in a batch (step, memory)', positives, [64])
  .addOption(
    new Option('--execution <how>', 'of our supernets (step)')
      .choices(['fused', 'plain'])
      .default('fused'),
  )
  .option('--compile <folder>', "torch.compile on Python's side, whose code is kept here (step)")
  .option('--images <folder>', 'JPEG files to load; by default some are made (loader)')
  .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : 2))
  .parse();

type CommandOptions = Omit<Options, 'threads' | 'batch'> & {
  python: string;
  json?: string;
  threads: number[];
  batch: number[];
};

interface Setting {
  threads: number;
  batch: number;
  /** What tells it from the others. */
  title: string;
}

function everySetting({ threads, batch }: CommandOptions): Setting[] {
  return batch.flatMap((images) =>
    threads.map((count) => ({
      ...{ threads: count, batch: images },
      title:
        (batch.length > 1 ? `, batch ${images}` : '') +
        (threads.length > 1 ? `, ${count} thread${count > 1 ? 's' : ''}` : ''),
    })),
  );
}

/** A folder of images that is gone when the program ends. */
async function madeImages(): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-loader-'));
  process.on('exit', () => rmSync(folder, { recursive: true }));
  await makeJpegs(folder, 1024);
  return folder;
}

async function main(): Promise<void> {
  const name = program.args[0] as string;
  const options = program.opts<CommandOptions>();
  if (name === 'loader') options.images ??= await madeImages();
  const make = BENCHMARKS[name];
  if (!make) {
    throw new BenchmarkError(
      `no benchmark is called ${name}; there are ${Object.keys(BENCHMARKS).join(', ')}`,
    );
  }
  const parts = everySetting(options).flatMap(({ title, ...setting }) =>
    make({ ...options, ...setting }).map(
      (part): Part => ({ ...part, title: `${part.title}${title}` }),
    ),
  );
  const python = await torchVersion(options.python);
  const machine = {
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    kernels: torch.kernels.instruction_set(),
    platform: `${process.platform} ${process.arch}`,
    node: process.version,
    libtorch: torch.version(),
    pytorch: python,
  };
  console.log(
    `${name} on ${machine.cores} cores of ${machine.cpu} (${machine.kernels}), threads ${options.threads}, float32; Node ${machine.node} with LibTorch ` +
      `${machine.libtorch}, Python with PyTorch ${machine.pytorch}; medians of ${options.trials} trials`,
  );
  if (python.split('+')[0] !== machine.libtorch.split('+')[0]) {
    console.log('Versions differ: the ratios compare LibTorch with LibTorch as well.');
  }
  const comparisons = await runBenchmark(parts, {
    python: options.python,
    trials: options.trials,
    progress: (text) => process.stderr.write(`${text}\n`),
  });
  for (const comparison of comparisons) console.log(row(comparison));
  const passed = comparisons.every((comparison) => comparison.passed !== false);
  if (options.json) {
    const record = {
      benchmark: name,
      command: ['npm run bench --', ...process.argv.slice(2)].join(' '),
      date: new Date().toISOString(),
      machine,
      options,
      parts,
      comparisons,
      passed,
    };
    mkdirSync(dirname(options.json), { recursive: true });
    writeFileSync(options.json, `${JSON.stringify(record, null, 2)}\n`);
  }
  process.exitCode = passed ? 0 : 1;
}

await main().catch((error: Error) => {
  process.stderr.write(`bench: ${error instanceof BenchmarkError ? error.message : error.stack}\n`);
  process.exitCode = 2;
});
