// What is wrong in a config, in words: which key, what was expected, what was found.

import type { z } from 'zod';
import type { Fault, KeyPath } from './config_error.js';
import { schema } from './schema.js';
import { expectation, keysOf, schemaAt, sectionKeys } from './values.js';

/** The faults that validating `value` brought up. */
export function faultsOf(error: z.ZodError, value: unknown): Fault[] {
  const issues = error.issues.flatMap((issue) => innermost(issue, value));
  return issues.flatMap((issue): Fault[] => {
    const path = issue.path as KeyPath;
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => ({
        path: [...path, key],
        of: 'key',
        message: unknownKey(path, key, value),
      }));
    }
    const expected = issue.code === 'custom' ? issue.message : expectationAt(path, value);
    const name = path.length > 0 ? `${path.join('.')}: ` : '';
    const message = `${name}expected ${expected}, got ${shown(valueAt(value, path))}`;
    return [{ path, of: 'value', message }];
  });
}

/** Of a list that could have been a word, what is wrong in the list. */
function innermost(issue: z.core.$ZodIssue, value: unknown): z.core.$ZodIssue[] {
  const inner = issue.code === 'invalid_union' ? issue.errors.at(-1) : undefined;
  if (inner === undefined || !Array.isArray(valueAt(value, issue.path as KeyPath))) return [issue];
  return inner.flatMap((each) =>
    innermost({ ...each, path: [...issue.path, ...each.path] } as z.core.$ZodIssue, value),
  );
}

const shown = (value: unknown) =>
  value === undefined
    ? 'nothing'
    : typeof value === 'number'
      ? String(value)
      : JSON.stringify(value);

const valueAt = (value: unknown, path: KeyPath) =>
  path.reduce((at, key) => (at as Record<string, unknown> | undefined)?.[key], value);

/** The schemas of what is on the path, the whole config first; fewer where a key is none. */
function schemasOn(path: KeyPath, value: unknown): z.ZodType[] {
  const schemas: z.ZodType[] = [schema];
  for (const [i, key] of path.entries()) {
    const inner = schemaAt(schemas[i] as z.ZodType, key, valueAt(value, path.slice(0, i)));
    if (inner === undefined) break;
    schemas.push(inner);
  }
  return schemas;
}

/** What the innermost key on the path that expects something expects. */
function expectationAt(path: KeyPath, value: unknown): string {
  const expected = schemasOn(path, value).map(expectation);
  return expected.findLast((each) => each !== undefined) ?? 'keys and values';
}

function unknownKey(section: KeyPath, key: string, value: unknown): string {
  const at = schemasOn(section, value).at(-1) as z.ZodType;
  const keys = Object.keys(keysOf(at, valueAt(value, section)) ?? {});
  const guesses = nearest(key, keys) ?? elsewhere(key);
  const hint =
    guesses.length > 0
      ? `did you mean ${guesses.join(' or ')}?`
      : `the keys are ${keys.join(', ')}`;
  const where = section.length > 0 ? ` in ${section.join('.')}` : '';
  return `unknown key ${JSON.stringify(key)}${where}: ${hint}`;
}

/** Full names of the keys that are called `key` in whatever section. */
function elsewhere(key: string): string[] {
  const top = Object.entries(sectionKeys(schema) ?? {}).map(
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
