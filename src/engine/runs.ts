// The runs of a folder, as far as their files tell: what each was to do, how far it came, how well it did.

import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { loadConfig, type NamedConfig } from '../config/load.js';
import type { Figures } from './accuracy.js';
import type { ManifestContent } from './manifest.js';
import { RunDirectoryError } from './run_directory.js';

/** What metrics.jsonl says of an epoch. */
export interface EpochRecord {
  epoch: number;
  lr: number;
  train: Figures;
  valid: Figures | null;
  /** Of a search: what it would have put down then. */
  genotype?: string;
  skip_connect?: { normal: number; reduce: number };
  entropy?: { normal: number; reduce: number };
}

export interface RunSummary {
  path: string;
  kind: 'search' | 'train';
  /** When it was made, in ISO 8601. */
  created: string;
  dataset: string;
  seed: number;
  epochs: { done: number; planned: number };
  /** The last validated epoch; null while there is none. */
  valid: Figures | null;
  /** Of a training that is over. */
  test: Figures | null;
}

export interface Run extends RunSummary {
  config: NamedConfig;
  manifest: ManifestContent;
  /** One for each epoch that was put down. */
  records: EpochRecord[];
  /** The epoch, from 0, whose weights were tested. */
  best_epoch: number | null;
  files: string[];
}

/** A folder that was one of a run; `fault` says what is wrong with it. */
export interface DamagedRun {
  path: string;
  fault: string;
}

const MANIFEST = 'manifest.json';

/**
 * All runs in `folder` and the folders below, the oldest first; damaged ones behind them.
 *
 * @throws RunDirectoryError when there is no such folder
 */
export function listRuns(folder: string): { runs: RunSummary[]; damaged: DamagedRun[] } {
  if (!statSync(folder, { throwIfNoEntry: false })?.isDirectory()) {
    throw new RunDirectoryError(`${folder}: there is no such folder`);
  }
  const runs: RunSummary[] = [];
  const damaged: DamagedRun[] = [];
  for (const path of runFolders(folder)) {
    try {
      runs.push(summaryOf(readRun(path)));
    } catch (error) {
      damaged.push({ path, fault: (error as Error).message });
    }
  }
  runs.sort((a, b) => a.created.localeCompare(b.created));
  return { runs, damaged };
}

/** What the run in a folder does; undefined where its manifest does not tell. */
export function kindOf(path: string): RunSummary['kind'] | undefined {
  try {
    return readManifest(path).kind === 'training' ? 'train' : 'search';
  } catch {
    return undefined;
  }
}

function readManifest(path: string): ManifestContent {
  const text = readFileSync(join(path, MANIFEST), 'utf8');
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new Error(`${MANIFEST} is damaged: ${(cause as Error).message}`, { cause });
  }
}

/** @throws RunDirectoryError when it is no run, or its files are damaged */
export function readRun(path: string): Run {
  if (!existsSync(join(path, MANIFEST))) {
    throw new RunDirectoryError(`${path}: this is no folder of a run: it has no ${MANIFEST}`);
  }
  try {
    const manifest = readManifest(path);
    const config = loadConfig(join(path, 'config.yaml'));
    const metrics = readRecords(join(path, 'metrics.jsonl'));
    const records = metrics.filter(({ kind }) => kind === 'epoch') as unknown as EpochRecord[];
    const test = metrics.findLast(({ kind }) => kind === 'test');
    const kind = manifest.kind === 'training' ? 'train' : 'search';
    const { epochs } = kind === 'train' ? config.training : config.search;
    return {
      path,
      kind,
      created: manifest.created,
      dataset: config.data.dataset,
      seed: config.seed,
      epochs: { done: records.length, planned: epochs },
      valid: records.findLast(({ valid }) => valid)?.valid ?? null,
      test: test ? ({ loss: test.loss, top1: test.top1, top5: test.top5 } as Figures) : null,
      config,
      manifest,
      records,
      best_epoch: (test?.best_epoch as number | undefined) ?? null,
      files: readdirSync(path).sort(),
    };
  } catch (error) {
    throw new RunDirectoryError(`${path}: ${(error as Error).message}`, { cause: error });
  }
}

/** Folders with a manifest; there are no runs within a run. */
function runFolders(folder: string): string[] {
  if (existsSync(join(folder, MANIFEST))) return [folder];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap((entry) => runFolders(join(folder, entry.name)));
}

/** The records of a .jsonl file; a last line that a dying run left unfinished is none. */
function readRecords(path: string): Record<string, unknown>[] {
  if (!existsSync(path)) return [];
  const lines = readFileSync(path, 'utf8').split('\n');
  return lines.slice(0, -1).map((line) => JSON.parse(line));
}

function summaryOf({ path, kind, created, dataset, seed, epochs, valid, test }: Run): RunSummary {
  return { path, kind, created, dataset, seed, epochs, valid, test };
}
