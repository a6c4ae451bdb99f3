// What is wrong in a config, in words: which key, what was expected, what was found.

import type { z } from 'zod';
import type { Fault, KeyPath } from './config_error.js';
import { schema } from './schema.js';
import { expectation, sectionKeys } from './values.js';

/** The faults that validating `value` brought up. */
export function faultsOf(error: z.ZodError, value: unknown): Fault[] {
  return error.issues.flatMap((issue): Fault[] => {
    const path = issue.path as KeyPath;
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        path: [...path, key],
        of: 'key',
        message: unknownKey(path, key),
      }));
    }
    const expected = issue.code === 'custom' ? issue.message : expectationAt(path);
    const name = path.length > 0 ? `${path.join('.')}: ` : '';
    const message = `${name}expected ${expected}, got ${shown(valueAt(value, path))}`;
    return [{ path, of: 'value', message }];
  });
}

const shown = (value: unknown) =>
  typeof value === 'number' ? String(value) : JSON.stringify(value);

const valueAt = (value: unknown, path: KeyPath) =>
  path.reduce((at, key) => (at as Record<string, unknown> | undefined)?.[key], value);

/** What the innermost key on the path that expects something expects. */
function expectationAt(path: KeyPath): string {
  let expected = 'keys and values';
  let at: z.ZodType | undefined = schema;
  for (const key of path) {
    at = at && sectionKeys(at)?.[key];
    expected = (at && expectation(at)) ?? expected;
  }
  return expected;
}

function unknownKey(section: KeyPath, key: string): string {
  const keys = Object.keys(keysAt(section));
  const guesses = nearest(key, keys) ?? elsewhere(key);
  const hint =
    guesses.length > 0
      ? `did you mean ${guesses.join(' or ')}?`
      : `the keys are ${keys.join(', ')}`;
  const where = section.length > 0 ? ` in ${section.join('.')}` : '';
  return `unknown key ${JSON.stringify(key)}${where}: ${hint}`;
}

function keysAt(section: KeyPath): Record<string, z.ZodType> {
  return section.reduce<Record<string, z.ZodType>>(
    (keys, name) => sectionKeys(keys[name] as z.ZodType) ?? {},
    sectionKeys(schema) ?? {},
  );
}

/** Full names of the keys that are called `key` in whatever section. */
function elsewhere(key: string): string[] {
  const top = Object.entries(keysAt([])).map(
    ([name, value]) => [name, sectionKeys(value)] as const,
  );
  return top.flatMap(([name, keys]) => {
    if (keys === undefined) return name === key ? [name] : [];
    return Object.hasOwn(keys, key) ? [`${name}.${key}`] : [];
  });
}

function nearest(key: string, keys: string[]): string[] | undefined {
  const allowed = Math.max(2, Math.floor(key.length / 3));
  const best = keys
    .map((name) => ({ name, distance: editDistance(key, name) }))
    .sort((a, b) => a.distance - b.distance)[0];
  return best && best.distance <= allowed ? [best.name] : undefined;
}

/** Levenshtein distance: how many letters to insert, delete or replace to make `b` of `a`. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
