// The benchmark harness: real trials of ours against a stand-in for Python whose figures are known.
import { spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { BENCHMARKS, type Part } from '../../benchmarks/benchmarks.js';
import { runBenchmark, torchVersion } from '../../benchmarks/harness.js';
import { PROJECT_ROOT } from '../support/paths.js';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'harness-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

/** The smallest dispatch benchmark. */
const options = { trials: 1, threads: 1, batch: 1, execution: 'fused' } as const;
const dispatch = BENCHMARKS.dispatch?.(options)[0] as Part;
const part: Part = { ...dispatch, request: { threads: 1, seed: 2, calls: 2, repeats: 1 } };

/** A program that answers as `python -c` with a version, and as a trial with what our own trial gives, changed. */
function standIn(name: string, change: string): string {
  const path = join(folder, `${name}.cjs`);
  const trial = `${PROJECT_ROOT}dist/benchmarks/trials/dispatch.js`;
  writeFileSync(
    path,
    `#!${process.execPath}
const { execFileSync } = require('node:child_process');
if (process.argv[2] === '-c') console.log('2.15.0');
else {
  const result = JSON.parse(execFileSync(process.execPath, ['${trial}', process.argv[3]], { encoding: 'utf8' }));
  ${change}
  console.log('a line that is no result');
  console.log(JSON.stringify(result));
}
`,
  );
  chmodSync(path, 0o755);
  return path;
}

const run = (python: string) =>
  runBenchmark([part], { python, trials: 1, progress: () => undefined });
const setAll = (value: number) =>
  `for (const key in result.metrics) result.metrics[key] = ${value};`;

test('ratios are ours over python, and pass at or below their goals', async () => {
  const comparisons = await run(standIn('slow', setAll(1e9)));
  expect(comparisons.map(({ metric }) => metric.key)).toEqual(part.metrics.map(({ key }) => key));
  for (const { metric, medians, ratio, passed } of comparisons) {
    expect(medians.python).toBe(1e9);
    expect(ratio).toBe(medians.ours / 1e9);
    expect(passed).toBe(metric.goal === undefined ? undefined : true);
  }
});

test('a faster python is a missed goal', async () => {
  const comparisons = await run(standIn('fast', setAll(1)));
  expect(comparisons.map(({ passed }) => passed)).toEqual(
    part.metrics.map(({ goal }) => (goal === undefined ? undefined : false)),
  );
});

test('sides that computed different things are not compared', async () => {
  const python = standIn('wrong', 'result.proof.conv2d *= 1.01;');
  await expect(run(python)).rejects.toThrow('the two sides did different work: conv2d');
});

test('a python without torch is refused', async () => {
  expect(await torchVersion(standIn('good', ''))).toBe('2.15.0');
  await expect(torchVersion(join(folder, 'nowhere'))).rejects.toThrow('--python must be a Python');
  await expect(torchVersion(process.execPath)).rejects.toThrow('--python must be a Python');
});

test('the command exits 2 without --python', () => {
  const main = `${PROJECT_ROOT}dist/benchmarks/main.js`;
  const { status, stderr } = spawnSync(process.execPath, [main, 'step'], { encoding: 'utf8' });
  expect(stderr).toContain('--python');
  expect(status).toBe(2);
});
