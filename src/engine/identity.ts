// Whether a checkpoint is of the run that is to go on.

import type { Config } from '../config/schema.js';
import type { Identity } from './checkpoint.js';

/** Keys that say where things are and what is kept, and decide no number. */
const FREE: ReadonlySet<string> = new Set([
  'name',
  'save',
  'checkpoint',
  'data.folder',
  'data.download',
  'data.mirror',
]);
/** Their keys say what is wanted; what was had stands beside the config. */
const RESOLVED: ReadonlySet<string> = new Set(['device', 'threads']);

/**
 * How many threads a run that goes on computes with: as many as before, or its sums would round otherwise.
 *
 * @param wanted By the config.
 * @param before By the checkpoint.
 */
export function threadsOf(wanted: Config['threads'], before: number): number {
  return wanted === 'auto' ? before : wanted;
}

/** What differs, a line each, such as `search.epochs: 50 in the checkpoint, 60 now`. */
export function differences(saved: Identity, now: Identity): string[] {
  const [before, after] = [valuesOf(saved), valuesOf(now)];
  const keys = new Set([...before.keys(), ...after.keys()]);
  return [...keys].flatMap((key) => {
    const [then, today] = [before.get(key) ?? 'nothing', after.get(key) ?? 'nothing'];
    return then === today ? [] : [`${key}: ${then} in the checkpoint, ${today} now`];
  });
}

function valuesOf({ kind, versions, device, threads, config }: Identity): Map<string, string> {
  const values = new Map<string, string>();
  const add = (path: string, value: unknown) => {
    if (FREE.has(path)) return;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      if (value !== undefined) values.set(path, JSON.stringify(value));
      return;
    }
    for (const [key, item] of Object.entries(value)) add(path ? `${path}.${key}` : key, item);
  };
  add('kind', kind);
  add('version', versions);
  for (const [key, value] of Object.entries(config)) if (!RESOLVED.has(key)) add(key, value);
  add('device', device);
  add('threads', threads);
  return values;
}
