// The folder outside the project where what set-up fetches is kept, so that a second clone downloads nothing.
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { isAlive, withLock } from './lock.mjs';
import { formatBytes, SetupError } from './report.mjs';

const RECORD = 'torch-js.json';

/** `TORCH_JS_CACHE`, or else the user's cache folder for this system. */
export function cacheRoot(env = process.env) {
  if (env.TORCH_JS_CACHE) return path.resolve(env.TORCH_JS_CACHE);
  const home = os.homedir();
  if (process.platform === 'darwin') return path.join(home, 'Library', 'Caches', 'torch-js');
  return path.join(env.XDG_CACHE_HOME || path.join(home, '.cache'), 'torch-js');
}

/**
 * The record of a complete entry, or undefined: an entry counts only with its record, which is written last, and
 * with every file that the record names at the size it names.
 */
export function readEntry(folder) {
  try {
    const record = JSON.parse(fs.readFileSync(path.join(folder, RECORD), 'utf8'));
    const whole = Object.entries(record.files).every(
      ([file, size]) => fs.statSync(path.join(folder, file)).size === size,
    );
    return whole ? record : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Makes the entry `folder` by filling a folder beside it and renaming that into place: whatever happens meanwhile, a
 * half-made entry is never seen under the final name.
 * @param {string} folder
 * @param {{ bytes: number, what: string }} need free space that filling takes, and what for
 * @param {(staging: string) => Promise<string[]>} fill returns the files (relative) that prove the entry whole
 */
export async function makeEntry(folder, need, fill) {
  await withLock(`${folder}.lock`, async () => {
    if (readEntry(folder)) return;
    sweep(folder);
    checkSpace(path.dirname(folder), need);
    const staging = `${folder}.partial-${os.hostname()}-${process.pid}`;
    try {
      fs.mkdirSync(staging);
      const files = await fill(staging);
      const sizes = files.map((file) => [file, fs.statSync(path.join(staging, file)).size]);
      fs.writeFileSync(
        path.join(staging, RECORD),
        JSON.stringify({ files: Object.fromEntries(sizes) }, null, 2),
      );
      fs.rmSync(folder, { recursive: true, force: true });
      fs.renameSync(staging, folder);
    } finally {
      fs.rmSync(staging, { recursive: true, force: true });
    }
  });
}

/** Removes what killed set-ups of this machine left; a shared cache may hold another machine's live ones. */
function sweep(folder) {
  const prefix = `${path.basename(folder)}.partial-${os.hostname()}-`;
  for (const name of fs.readdirSync(path.dirname(folder))) {
    if (!name.startsWith(prefix) || isAlive(Number(name.slice(prefix.length)))) continue;
    fs.rmSync(path.join(path.dirname(folder), name), { recursive: true, force: true });
  }
}

/** Throws NO_SPACE before a download that would not fit. */
export function checkSpace(folder, { bytes, what }, statfs = fs.statfsSync) {
  const { bavail, bsize } = statfs(folder);
  const free = bavail * bsize;
  if (free >= bytes) return;
  throw new SetupError(
    'NO_SPACE',
    `Not enough disk space for ${what}: ${formatBytes(bytes)} needed, ${formatBytes(free)} free in ${folder}.`,
    'Free some space, or set TORCH_JS_CACHE to a folder on another disk.',
  );
}
