// Folders and files that a test writes, gone when its file is done.
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';

/** A new empty folder for the tests of one file, removed after them. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'bnas-test-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  return folder;
}

/** Writes a file into a folder and returns its path. */
export function writeFile(folder: string, name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Runs `fn` while nobody may read `path`; root, who may read all, is somebody else meanwhile. */
export function withoutPermission(path: string, fn: () => void): void {
  const root = process.geteuid?.() === 0;
  chmodSync(path, 0);
  if (root) process.seteuid?.('nobody');
  try {
    fn();
  } finally {
    if (root) process.seteuid?.(0);
    chmodSync(path, 0o700);
  }
}
