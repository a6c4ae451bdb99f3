// Reads a config: YAML and `key=value` overrides in, a valid Config out, or every fault at once with
// its file, line and column.

import { readFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import { type Document, isMap, isNode, isScalar, LineCounter, parse, parseDocument } from 'yaml';
import { type Fault, faultsOf, type KeyPath } from './faults.js';
import { type QuirkName, quirksOf } from './quirks.js';
import { type Config, schema } from './schema.js';

/** A config that cannot be used; the message has a line for each fault. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly code = 'ERR_CONFIG';

  constructor(faults: readonly string[]) {
    super(faults.join('\n'));
  }
}

/** A config whose run has a name, and in which no quirk is left open. */
export type NamedConfig = Config & { name: string; quirks: Record<QuirkName, boolean> };

/**
 * Reads and validates the YAML file at `path`.
 *
 * @param overrides Such as `search.epochs=3`, the value read as YAML; they win over the file, and the
 *   last one over those before it.
 * @throws ConfigError that names every fault.
 */
export function loadConfig(path: string, overrides: readonly string[] = []): NamedConfig {
  return parseConfig(readText(path), path, overrides);
}

/** As loadConfig, of text already read; `path` stands in messages and names the run. */
export function parseConfig(
  source: string,
  path: string,
  overrides: readonly string[] = [],
): NamedConfig {
  const lines = new LineCounter();
  const at = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return `${path}:${line}:${col}`;
  };
  const document = parseDocument(source, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    throw new ConfigError(document.errors.map((e) => `${at(e.pos[0])}: ${firstLine(e.message)}`));
  }
  const given = overrides.map((override) => applyOverride(document, override));
  const value: unknown = document.toJS() ?? {};
  const result = schema.safeParse(value);
  if (!result.success) {
    const faults = faultsOf(result.error, value).map((fault) => {
      const override = given.findLast(
        ({ path }) => isPrefix(path, fault.path) || isPrefix(fault.path, path),
      );
      if (override)
        return { offset: Number.POSITIVE_INFINITY, text: `-o ${override.text}: ${fault.message}` };
      const offset = offsetOf(document, fault);
      return { offset, text: `${at(offset)}: ${fault.message}` };
    });
    faults.sort((a, b) => a.offset - b.offset);
    throw new ConfigError(faults.map(({ text }) => text));
  }
  const name = basename(path, extname(path));
  const { mode, quirks } = result.data;
  return { name, ...result.data, quirks: quirksOf(mode, quirks) };
}

function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`;
    throw new ConfigError([`${path}: ${reason}`]);
  }
}

interface Override {
  text: string;
  path: string[];
}

function applyOverride(document: Document, text: string): Override {
  const [, key, value] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (key === undefined || value === undefined) {
    throw new ConfigError([`-o ${text}: expected KEY=VALUE, such as search.epochs=3`]);
  }
  const path = key.split('.').map((name) => name.trim());
  const node = document.createNode(parseValue(text, value));
  try {
    document.setIn(path, node);
  } catch {
    throw new ConfigError([`-o ${text}: ${path.slice(0, -1).join('.')} is not a section`]);
  }
  return { text, path };
}

function parseValue(override: string, value: string): unknown {
  try {
    return parse(value);
  } catch (error) {
    throw new ConfigError([`-o ${override}: ${firstLine((error as Error).message)}`]);
  }
}

const firstLine = (message: string) => message.split('\n')[0] as string;

const isPrefix = (prefix: KeyPath, path: KeyPath) =>
  prefix.every((key, i) => String(key) === String(path[i]));

/** Where the key or value that is wrong begins, or else the innermost thing around it. */
function offsetOf(document: Document, { path, of }: Fault): number {
  if (of === 'key') {
    const section = document.getIn(path.slice(0, -1), true);
    const pair = isMap(section)
      ? section.items.find(({ key }) => isScalar(key) && String(key.value) === path.at(-1))
      : undefined;
    if (isScalar(pair?.key) && pair.key.range) return pair.key.range[0];
  }
  const node = document.getIn(path, true);
  if (isNode(node) && node.range) return node.range[0];
  return path.length > 0
    ? offsetOf(document, { path: path.slice(0, -1), of: 'value', message: '' })
    : 0;
}
