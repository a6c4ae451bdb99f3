// Reads a config: YAML files and `key=value` overrides in, a valid Config out, or every fault at once
// with its file, line and column.

import { basename, extname } from 'node:path';
import { parse } from 'yaml';
import { ConfigError, type Fault, type KeyPath } from './config_error.js';
import { faultsOf } from './faults.js';
import { type QuirkName, quirksOf } from './quirks.js';
import { type Config, schema } from './schema.js';
import { firstLine, readFiles, readText, type YamlFile } from './yaml_file.js';

export { ConfigError } from './config_error.js';

/** A config whose run has a name, and in which no quirk is left open. */
export type NamedConfig = Config & { name: string; quirks: Record<QuirkName, boolean> };

/**
 * Reads and validates the YAML file at `path`, with those it extends.
 *
 * @param overrides Such as `search.epochs=3`, the value read as YAML; they win over the files, and the
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
  return resolved(readFiles(path, source), basename(path, extname(path)), overrides);
}

/**
 * The config that a program makes, with defaults for what it leaves out.
 *
 * @throws ConfigError that names every fault.
 */
export function makeConfig(
  value: unknown,
  name: string,
  overrides: readonly string[] = [],
): NamedConfig {
  return resolved([{ value }], name, overrides);
}

/** Something that says what a config is to be, and perhaps where it says so. */
type Source = { value: unknown } & Partial<Pick<YamlFile, 'place' | 'offsetOf'>>;

/** @param sources The first wins over those it extends. */
function resolved(
  sources: readonly Source[],
  name: string,
  overrides: readonly string[],
): NamedConfig {
  const given = overrides.map(readOverride);
  const value = [...sources.toReversed(), ...given].reduce<unknown>(
    (base, over) => merged(base, over.value ?? {}),
    {},
  );
  const result = schema.safeParse(value);
  const faults = placed(result.success ? [] : faultsOf(result.error, value), sources, given);
  if (!result.success || faults.length > 0) throw new ConfigError(faults);
  const { extends: _, ...config } = result.data;
  return { name, ...config, quirks: quirksOf(config.mode, config.quirks) };
}

interface Override {
  text: string;
  path: string[];
  /** Keys within keys, down to the one value. */
  value: unknown;
  /** What is wrong with the text itself. */
  fault?: string;
}

function readOverride(text: string): Override {
  const [, key = '', value = ''] = /^([^=]+)=(.*)$/s.exec(text) ?? [];
  if (key === '') {
    return { text, path: [], value: {}, fault: 'expected KEY=VALUE, such as search.epochs=3' };
  }
  const path = key.split('.').map((name) => name.trim());
  if (path[0] === 'extends') {
    return { text, path: [], value: {}, fault: 'a file alone can extend another' };
  }
  try {
    const nested = path.reduceRight<unknown>(
      (inner, name) => Object.fromEntries([[name, inner]]),
      parse(value),
    );
    return { text, path, value: nested };
  } catch (error) {
    return { text, path: [], value: {}, fault: firstLine((error as Error).message) };
  }
}

type Keys = Record<string, unknown>;

const isKeys = (value: unknown): value is Keys =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Sections key by key, all else as `over` says. */
function merged(base: unknown, over: unknown): unknown {
  if (!isKeys(base) || !isKeys(over)) return over;
  const both = Object.entries(over).map(([key, value]) => [
    key,
    Object.hasOwn(base, key) ? merged(base[key], value) : value,
  ]);
  return Object.fromEntries([...Object.entries(base), ...both]);
}

/** The faults in words with their places: file by file from the outermost, each in its order, then the overrides. */
function placed(faults: Fault[], sources: readonly Source[], given: Override[]): string[] {
  const told = faults.map((fault) => {
    const at = given.findLastIndex(
      ({ path }) => path.length > 0 && (isPrefix(path, fault.path) || isPrefix(fault.path, path)),
    );
    return at < 0 ? inSources(fault, sources) : inOverride(at, given, fault.message);
  });
  const unread = given.flatMap(({ fault }, at) => (fault ? [inOverride(at, given, fault)] : []));
  return [...told, ...unread]
    .sort((a, b) => a.file - b.file || a.offset - b.offset)
    .map(({ text }) => text);
}

function inOverride(at: number, given: Override[], message: string) {
  return { file: Number.MAX_VALUE, offset: at, text: `-o ${given[at]?.text}: ${message}` };
}

/** The first source that has the key, or else the innermost thing around it. */
function inSources({ path, of, message }: Fault, sources: readonly Source[]) {
  for (let length = path.length; length > 0; length--) {
    for (const [file, source] of sources.entries()) {
      const kind = length === path.length ? of : 'value';
      const offset = source.offsetOf?.(path.slice(0, length), kind);
      if (offset !== undefined) return { file, offset, text: said(source, offset, message) };
    }
  }
  return { file: 0, offset: 0, text: said(sources[0], 0, message) };
}

const said = (source: Source | undefined, offset: number, message: string) =>
  source?.place ? `${source.place(offset)}: ${message}` : message;

const isPrefix = (prefix: KeyPath, path: KeyPath) =>
  prefix.every((key, i) => String(key) === String(path[i]));
