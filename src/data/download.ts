// Fetches one published file: goes on where an earlier attempt ended, checks what came before it takes its place.

import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, rename, rm, stat, statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PublishedFile } from './constants.js';

export interface DownloadOptions extends Pick<PublishedFile, 'url' | 'bytes' | 'sha256'> {
  /** Where the file belongs; until it is whole, its beginning lies beside it as `.partial`. */
  path: string;
  /** Told how many bytes there are, whenever some have come. */
  onBytes?: (have: number) => void;
  signal?: AbortSignal;
  /** Attempts without a new byte before it is given up. Default 4. */
  attempts?: number;
  /** Milliseconds before the second attempt, twice as many before each further one. Default 1000. */
  pause?: number;
  /** Milliseconds without a byte after which an attempt ends. Default 30,000. */
  patience?: number;
}

/** A file could not be fetched. */
export class DownloadError extends Error {
  override readonly name = 'DownloadError';
  readonly code = 'ERR_DOWNLOAD';
}

/** What another attempt would not mend. */
class Final extends Error {}

/**
 * Fetches `url` to `path`. Only one process may do so at a time.
 *
 * @throws DownloadError that says why, after as many attempts as are allowed; what Node throws when the disk
 * can't be written to; the signal's reason when it is aborted.
 */
export async function download(options: DownloadOptions): Promise<void> {
  const { path, url, bytes, signal, attempts = 4, pause = 1000 } = options;
  if (!URL.canParse(url)) throw new DownloadError(`${url}: no address of a server`);
  await mkdir(dirname(path), { recursive: true });
  const partial = `${path}.partial`;
  let failures = 0;
  let wrong = 0;
  for (;;) {
    const before = await sizeOf(partial);
    try {
      if (before < bytes) await receive(partial, before, options);
      if (await isRight(partial, options)) return await rename(partial, path);
      await rm(partial, { force: true });
      wrong += 1;
      // What was there before, of another version perhaps, may be to blame once.
      if (wrong > 1 || before === 0) throw new Final('what came is not the published file');
    } catch (error) {
      signal?.throwIfAborted();
      if (isOfDisk(error)) throw error;
      const progress = (await sizeOf(partial)) > before;
      failures = progress ? 1 : failures + 1;
      if (error instanceof Final || failures >= attempts) {
        if ((await sizeOf(partial)) === 0) await rm(partial, { force: true });
        throw new DownloadError(`${url}: ${causeOf(error)}`, { cause: error });
      }
      await sleep(pause * 2 ** (failures - 1), undefined, { signal });
    }
  }
}

/** Appends to `partial`, which has `have` bytes, all that the server sends. */
async function receive(partial: string, have: number, options: DownloadOptions): Promise<void> {
  const { url, bytes, signal, patience = 30_000 } = options;
  await requireSpace(partial, bytes - have);
  const idle = new AbortController();
  const timer = setTimeout(() => {
    idle.abort(new Error(`nothing came for ${patience / 1000} s`));
  }, patience);
  const signals = signal ? [signal, idle.signal] : [idle.signal];
  // Truncated only once the server is known to send all of it.
  const file = await open(partial, 'a+');
  try {
    const response = await fetch(url, {
      headers: {
        // Otherwise a server may compress what is compressed already, and fetch unpack it.
        'accept-encoding': 'identity',
        ...(have > 0 ? { range: `bytes=${have}-` } : {}),
      },
      signal: AbortSignal.any(signals),
    });
    await writeBody(response, file, have, options, () => timer.refresh());
    await file.sync();
  } finally {
    clearTimeout(timer);
    await file.close();
  }
}

async function writeBody(
  response: Response,
  file: FileHandle,
  have: number,
  { bytes, onBytes }: DownloadOptions,
  onChunk: () => void,
): Promise<void> {
  const start = startOf(response, have, bytes);
  if (start !== have) await file.truncate(start);
  let position = start;
  onBytes?.(position);
  for await (const chunk of response.body ?? []) {
    onChunk();
    if (position + chunk.length > bytes) {
      await file.truncate(0);
      throw new Final(`more comes than the ${bytes} bytes of the published file`);
    }
    await file.appendFile(chunk);
    position += chunk.length;
    onBytes?.(position);
  }
  if (position < bytes) throw new Error(`it ends after ${position} of ${bytes} bytes`);
}

/** Where what the server sends begins: where we are, or at the beginning when it knows no ranges. */
function startOf(response: Response, have: number, bytes: number): number {
  const { status, headers } = response;
  const header = (name: string) => headers.get(name) ?? undefined;
  if (status === 206) {
    const range = header('content-range') ?? '';
    const [, from, total] = /^bytes (\d+)-\d+\/(\d+|\*)$/.exec(range) ?? [];
    if (Number(from) !== have)
      throw new Final(`it sends the range "${range}", not from ${have} on`);
    if (total !== '*') requireSize(Number(total), bytes);
    return have;
  }
  if (status !== 200) {
    const mends = status === 408 || status === 429 || status >= 500;
    throw new (mends ? Error : Final)(`it answers ${status} ${response.statusText}`.trim());
  }
  const encoding = header('content-encoding') ?? 'identity';
  if (encoding !== 'identity') throw new Final(`it is sent encoded as ${encoding}`);
  const length = header('content-length');
  if (length !== undefined) requireSize(Number(length), bytes);
  return 0;
}

function requireSize(size: number, bytes: number): void {
  if (size === bytes) return;
  throw new Final(`it has ${size} bytes where the published file has ${bytes}`);
}

async function requireSpace(partial: string, bytes: number): Promise<void> {
  const { bavail, bsize } = await statfs(dirname(partial));
  if (bavail * bsize >= bytes) return;
  throw new Final(`${bytes} bytes are needed in ${dirname(partial)}, ${bavail * bsize} are free`);
}

async function sizeOf(path: string): Promise<number> {
  try {
    return (await stat(path)).size;
  } catch {
    return 0;
  }
}

/** Read from the disk again: that is what will be used. */
async function isRight(partial: string, { bytes, sha256 }: DownloadOptions): Promise<boolean> {
  if ((await sizeOf(partial)) !== bytes) return false;
  const hash = createHash('sha256');
  await pipeline(createReadStream(partial), hash);
  return hash.digest('hex') === sha256;
}

/** Errors of the network come inside those of fetch. */
function isOfDisk(error: unknown): boolean {
  const { syscall, path } = error as NodeJS.ErrnoException;
  return path !== undefined || syscall === 'write' || syscall === 'fsync';
}

function causeOf(error: unknown): string {
  const { message, cause } = error as Error;
  const inner = (cause as Error | undefined)?.message;
  return inner ? `${message}: ${inner}` : message;
}
