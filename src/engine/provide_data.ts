// Fetches what is missing of a config's data set before it is opened.

import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Config } from '../config/schema.js';
import type { PublishedFile } from '../data/constants.js';
import { DataError } from '../data/dataset.js';
import { missingFiles } from '../data/datasets/open.js';
import { DownloadError, type DownloadOptions, download } from '../data/download.js';
import { Interrupted, type RunContext } from './pass.js';
import type { Progress } from './progress.js';
import { claim } from './run_lock.js';

const MB = 1e6;

export type Data = Pick<Config['data'], 'dataset' | 'folder' | 'download' | 'mirror'>;

/** How a download is tried; for tests. */
export type Trying = Pick<DownloadOptions, 'attempts' | 'pause' | 'patience'>;

/**
 * Makes sure that the files of the data set are in `data.folder`. Of several processes one fetches them, and the
 * others wait for it.
 *
 * @throws DownloadError or, when nothing may be fetched, DataError; both say which file to put where.
 * @throws Interrupted when the context's signal was aborted.
 */
export async function provideData(
  data: Data,
  { progress, signal }: Pick<RunContext, 'progress' | 'signal'>,
  trying: Trying = {},
): Promise<void> {
  const { dataset, folder } = data;
  const missing = missingFiles(dataset, folder);
  if (missing.length === 0) return;
  if (!data.download) {
    throw new DataError(
      `${dataset} is not there, and data.download is false\n${advice(missing, data)}`,
    );
  }
  mkdirSync(folder, { recursive: true });
  try {
    const release = await claimed(folder, progress, signal);
    try {
      // Another process may have fetched them meanwhile.
      for (const file of missingFiles(dataset, folder)) {
        await fetchFile(file, { data, progress, signal, trying });
      }
    } finally {
      release();
    }
  } catch (error) {
    if (signal.aborted) throw new Interrupted(`stopped: fetching ${dataset}`, signal.reason);
    throw error;
  }
}

interface Job {
  data: Data;
  progress: Progress;
  signal: AbortSignal;
  trying: Trying;
}

async function fetchFile(
  file: PublishedFile,
  { data, progress, signal, trying }: Job,
): Promise<void> {
  const { path, url, bytes, sha256 } = file;
  const steps = Math.ceil(bytes / MB);
  progress.begin(`Fetching ${basename(path)} (MB)`, steps);
  let shown = 0;
  const onBytes = (have: number) => {
    for (; shown < Math.floor((have / bytes) * steps); shown++) {
      // A line for each tenth where lines are all that can be shown.
      const tenths = (done: number) => Math.floor((10 * done) / steps);
      const isTenth = tenths(shown + 1) > tenths(shown);
      progress.advance(isTenth ? `${10 * tenths(shown + 1)} %` : undefined);
    }
  };
  try {
    const from = mirrorOf(data);
    const address = from === undefined ? url : `${from.replace(/\/+$/, '')}/${path}`;
    const target = join(data.folder, path);
    await download({ path: target, url: address, bytes, sha256, onBytes, signal, ...trying });
  } catch (error) {
    if (!(error instanceof DownloadError)) throw error;
    const missing = missingFiles(data.dataset, data.folder);
    error.message = `cannot fetch ${basename(path)}: ${error.message}\n${advice(missing, data)}`;
    throw error;
  } finally {
    progress.end();
  }
}

/** The config's mirror, or the machine's. */
function mirrorOf({ mirror }: Data): string | undefined {
  return mirror === 'official' ? process.env.BNAS_DATA_MIRROR || undefined : mirror;
}

/** What to do without a network. */
function advice(missing: readonly PublishedFile[], { folder }: Data): string {
  const files = missing.map(({ path, url, bytes, sha256 }) => {
    const size = bytes >= MB ? `${Math.round(bytes / MB)} MB` : `${bytes} bytes`;
    return `  ${url} (${size}, sha256 ${sha256})\n    to ${join(folder, path)}`;
  });
  return (
    `Without a network, bring these files from elsewhere:\n${files.join('\n')}\n` +
    `A server that has them as ${folder}/ would is named by data.mirror or BNAS_DATA_MIRROR.`
  );
}

/** Waits until no other process claims `folder`. */
async function claimed(folder: string, progress: Progress, signal: AbortSignal) {
  for (let told = false; ; told = true) {
    try {
      return claim(folder);
    } catch (error) {
      if ((error as { code?: unknown }).code !== 'ERR_LOCKED') throw error;
      if (!told) progress.line(`Waiting: ${(error as Error).message}`);
    }
    // Two that claim at the same moment may both be refused.
    await sleep(200 + 200 * Math.random(), undefined, { signal });
  }
}
