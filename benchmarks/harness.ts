// Runs the trials of a benchmark, ours and Python's in turn, a process each, and compares their medians.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Metric, Part } from './benchmarks.js';
import type { TrialResult } from './trials/trial.js';

export const SIDES = ['ours', 'python'] as const;
export type Side = (typeof SIDES)[number];

/** A benchmark that could not run: what failed and what would mend it. */
export class BenchmarkError extends Error {
  override name = 'BenchmarkError';
}

export interface Comparison {
  part: string;
  metric: Metric;
  /** Every trial's value, in the order they ran; Python's are NaN for what is measured on our side alone. */
  values: Record<Side, number[]>;
  medians: Record<Side, number>;
  /** Median of ours over median of Python's. */
  ratio: number;
  /** Whether the ratio reaches the metric's goal; undefined where it has none. */
  passed?: boolean;
}

const ours = (name: string) => fileURLToPath(new URL(`trials/${name}.js`, import.meta.url));
const pythons = (name: string) =>
  fileURLToPath(new URL(`../../benchmarks/python/${name}.py`, import.meta.url));

interface Output {
  text: string;
  /** Seconds from the start of the process to the first of it. */
  delay: number;
}

/** Standard output of a program; a BenchmarkError with its words when it fails. */
function output(
  program: string,
  args: string[],
  environment: Record<string, string> = {},
): Promise<Output> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    let delay = Number.NaN;
    const child = spawn(program, args, {
      env: { ...process.env, ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (data) => {
      if (stdout === '') delay = (performance.now() - start) / 1000;
      stdout += data;
    });
    child.stderr.on('data', (data) => {
      stderr += data;
    });
    child.on('error', (error) =>
      reject(new BenchmarkError(`cannot run ${program}: ${error.message}`)),
    );
    child.on('close', (code, signal) => {
      if (code === 0) return resolve({ text: stdout, delay });
      const last = stderr.trim().split('\n').slice(-5).join('\n');
      reject(new BenchmarkError(`${program} ended with ${signal ?? `status ${code}`}\n${last}`));
    });
  });
}

/** Version of PyTorch in `python`; a BenchmarkError when it is no Python, or has no PyTorch. */
export async function torchVersion(python: string): Promise<string> {
  let answer: string;
  try {
    answer = (await output(python, ['-c', 'import torch; print(torch.__version__)'])).text.trim();
  } catch (error) {
    throw new BenchmarkError(
      `--python must be a Python that can import torch, got ${python}: ${(error as Error).message}`,
    );
  }
  if (!/^\d+\.\d+/.test(answer)) {
    throw new BenchmarkError(
      `--python must be a Python that can import torch; ${python} gave '${answer}' for its version`,
    );
  }
  return answer;
}

async function runTrial(side: Side, python: string, part: Part): Promise<TrialResult> {
  const program = side === 'ours' ? process.execPath : python;
  const script = side === 'ours' ? ours(part.script) : pythons(part.script);
  const args = [script, JSON.stringify(part.request)];
  const { text, delay } = await output(program, args, part.environment);
  const { proof, metrics } = JSON.parse(text.trim().split('\n').at(-1) ?? '') as TrialResult;
  return { proof, metrics: { ...metrics, first_output: delay } };
}

/** Both sides start from the same seed: another network, another batch or a wrong result shows here. */
function requireSameWork(part: Part, a: TrialResult, b: TrialResult): void {
  for (const [key, value] of Object.entries(a.proof)) {
    const other = b.proof[key] ?? Number.NaN;
    if (!(Math.abs(value - other) <= 1e-4 * Math.abs(other))) {
      throw new BenchmarkError(
        `${part.title}: the two sides did different work: ${key} is ${value} here, ${other} in Python`,
      );
    }
  }
}

function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const [low, high] = [sorted[sorted.length % 2 ? middle : middle - 1], sorted[middle]];
  return ((low as number) + (high as number)) / 2;
}

function compare(part: Part, metric: Metric, results: Record<Side, TrialResult[]>): Comparison {
  const of = (side: Side) =>
    results[side].map((result) => result.metrics[metric.key] ?? Number.NaN);
  const values = { ours: of('ours'), python: of('python') };
  const medians = { ours: median(values.ours), python: median(values.python) };
  const ratio = medians.ours / medians.python;
  const comparison = { part: part.title, metric, values, medians, ratio };
  return metric.goal === undefined ? comparison : { ...comparison, passed: ratio <= metric.goal };
}

/**
 * Runs `trials` trials of each part and side. Which side goes first alternates, so that a machine that slows down
 * or speeds up favours neither.
 *
 * @throws BenchmarkError when a trial fails, or when the two sides did not compute the same
 */
export async function runBenchmark(
  parts: Part[],
  { python, trials, progress }: { python: string; trials: number; progress(text: string): void },
): Promise<Comparison[]> {
  const comparisons: Comparison[] = [];
  for (const part of parts) {
    const results: Record<Side, TrialResult[]> = { ours: [], python: [] };
    for (let trial = 0; trial < trials; trial++) {
      for (const side of trial % 2 ? SIDES.toReversed() : SIDES) {
        progress(`${part.title}: trial ${trial + 1} of ${trials}, ${side}`);
        results[side].push(await runTrial(side, python, part));
      }
      requireSameWork(
        part,
        results.ours[trial] as TrialResult,
        results.python[trial] as TrialResult,
      );
    }
    comparisons.push(...part.metrics.map((metric) => compare(part, metric, results)));
  }
  return comparisons;
}
