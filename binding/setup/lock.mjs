// One set-up at a time: a file that names the process at work; a second one waits, and a dead one's file is taken over.
import { randomUUID } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { announce } from './report.mjs';

const POLL_MS = 300;

/**
 * Runs `work` while holding `file`.
 * Two processes can take over a dead holder's file at the same instant; what is written under a lock is therefore
 * also put in place by an atomic rename.
 */
export async function withLock(file, work) {
  await acquire(file);
  try {
    return await work();
  } finally {
    fs.rmSync(file, { force: true });
  }
}

async function acquire(file) {
  fs.mkdirSync(path.dirname(file), { recursive: true });
  const own = `${file}.${randomUUID()}`;
  fs.writeFileSync(own, String(process.pid));
  try {
    for (let told = false; !tryLink(own, file); told = true) {
      const holder = readHolder(file);
      if (holder !== undefined && !isAlive(holder)) {
        fs.rmSync(file, { force: true });
        continue;
      }
      if (!told) announce(`Waiting for another set-up (process ${holder}, ${file})`);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  } finally {
    fs.rmSync(own, { force: true });
  }
}

/** A hard link is made whole or not at all, so nobody ever reads a lock without its process number. */
function tryLink(own, file) {
  try {
    fs.linkSync(own, file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function readHolder(file) {
  try {
    return Number(fs.readFileSync(file, 'utf8'));
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}
