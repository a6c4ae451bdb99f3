// One writer a run folder. A claim is an empty file whose name says whose it is, so that it is there whole or
// not at all, and that removing a dead one's can never remove a living one's.

import { execFileSync } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync, readlinkSync, rmSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

const PREFIX = '.lock-';

/** A process: its number alone is soon another's. */
interface Owner {
  host: string;
  pid: number;
  /** When it began, in whatever unit its system counts. */
  started: string;
}

/** Another process, or this one in another place, writes into the folder. */
export class LockedError extends Error {
  override readonly name = 'LockedError';
  readonly code = 'ERR_LOCKED';
}

/** Whether a name in a run folder is that of a claim. */
export function isClaim(name: string): boolean {
  return name.startsWith(PREFIX);
}

/**
 * Claims a folder for this process, until `release` or its end, however that comes. Of two that claim at
 * the same moment at least one is refused.
 *
 * @returns `release`
 * @throws LockedError that says who is there.
 */
export function claim(folder: string): () => void {
  const own = nameOf({ host: here(), pid: process.pid, started: startOf(process.pid) ?? '' });
  const path = join(folder, own);
  try {
    closeSync(openSync(path, 'wx'));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    throw new LockedError(`${folder} is written to by this process already`);
  }
  const release = () => {
    process.off('exit', release);
    rmSync(path, { force: true });
  };
  process.on('exit', release);
  // Only now, when everybody can see ours: whoever looks later finds it.
  try {
    for (const name of readdirSync(folder)) {
      if (isClaim(name) && name !== own) settle(folder, name);
    }
  } catch (error) {
    release();
    throw error;
  }
  return release;
}

/** Removes the claim of a process that has ended. */
function settle(folder: string, name: string): void {
  const owner = ownerOf(name);
  if (owner && owner.host === here() && startOf(owner.pid) !== owner.started) {
    rmSync(join(folder, name), { force: true });
    return;
  }
  const who = owner ? `process ${owner.pid} on ${owner.host}` : 'another process';
  throw new LockedError(
    `${folder} is written to by ${who}; if that has ended, remove ${join(folder, name)}`,
  );
}

function nameOf({ host, pid, started }: Owner): string {
  return `${PREFIX}${pid}-${encodeURIComponent(started)}-${encodeURIComponent(host)}`;
}

function ownerOf(name: string): Owner | undefined {
  const [, pid, started, host] = /^(\d+)-([^-]*)-(.*)$/.exec(name.slice(PREFIX.length)) ?? [];
  if (pid === undefined || started === undefined || host === undefined) return undefined;
  return { pid: Number(pid), started: decodeURIComponent(started), host: decodeURIComponent(host) };
}

/** Where numbers of processes mean the same as here: this machine, and this container of it. */
function here(): string {
  if (process.platform !== 'linux') return hostname();
  const [container] = /\d+/.exec(readlinkSync('/proc/self/ns/pid')) ?? [];
  return `${hostname()}.${container}`;
}

/** When a process of this machine began; undefined when there is none of that number. */
function startOf(pid: number): string | undefined {
  return process.platform === 'linux' ? startOnLinux(pid) : startByPs(pid);
}

/** Clock ticks after boot, and which boot. */
function startOnLinux(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    // The second field is the program's name in brackets, which may hold anything; what follows, numbers.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const [state, start] = [fields[0], fields[19]];
    // A zombie writes no more.
    if (state === 'Z' || state === 'X') return undefined;
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'latin1').slice(0, 8);
    return `${boot}.${start}`;
  } catch {
    return undefined;
  }
}

function startByPs(pid: number): string | undefined {
  try {
    const line = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      encoding: 'utf8',
      env: { ...process.env, LC_ALL: 'C', TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return line.trim().replaceAll(/\W+/g, '.') || undefined;
  } catch {
    return undefined;
  }
}
