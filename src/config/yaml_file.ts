// The YAML files of a config: what each says, where it says it, and which other one it extends.

import { readFileSync } from 'node:fs';
import { dirname, isAbsolute, join, resolve } from 'node:path';
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';
import { ConfigError, type KeyPath } from './config_error.js';

/** One file, parsed; what its keys mean it does not know. */
export class YamlFile {
  readonly #document: Document;
  readonly #lines = new LineCounter();

  /** @throws ConfigError when it is no YAML, or no keys and values. */
  constructor(
    readonly path: string,
    source: string,
  ) {
    this.#document = parseDocument(source, { lineCounter: this.#lines, prettyErrors: false });
    const faults = this.#document.errors.map(
      ({ pos, message }) => `${this.place(pos[0])}: ${firstLine(message)}`,
    );
    if (faults.length > 0) throw new ConfigError(faults);
    const { contents } = this.#document;
    if (contents !== null && !isMap(contents) && this.value !== null) {
      const start = this.offsetOf([], 'value') as number;
      const found = JSON.stringify(this.value);
      throw new ConfigError([`${this.place(start)}: expected keys and values, got ${found}`]);
    }
  }

  /** What the file says, as plain values; null for an empty file. */
  get value(): unknown {
    return this.#document.toJS();
  }

  /** `path:line:column` of an offset. */
  place(offset: number): string {
    const { line, col } = this.#lines.linePos(offset);
    return `${this.path}:${line}:${col}`;
  }

  /** Where this key or its value begins; undefined where the file has none. */
  offsetOf(path: KeyPath, of: 'key' | 'value'): number | undefined {
    const node = of === 'key' ? this.#key(path) : this.#document.getIn(path, true);
    return isNode(node) ? node.range?.[0] : undefined;
  }

  #key(path: KeyPath): unknown {
    const section = this.#document.getIn(path.slice(0, -1), true);
    if (!isMap(section)) return undefined;
    return section.items.find(({ key }) => isScalar(key) && String(key.value) === path.at(-1))?.key;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EISDIR: 'this is a folder, and no YAML file',
};

/**
 * The text of a config file.
 *
 * @throws what `fault` makes of the reason why there is none; by default a ConfigError
 */
export function readText(
  path: string,
  fault = (reason: string) => new ConfigError([reason]),
): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = REASONS[code as string] ?? `it cannot be read (${code})`;
    throw fault(`${path}: ${reason}`);
  }
}

/**
 * The files that make a config: `path`, the one it extends, the one that extends, …
 *
 * @param source The text of the first.
 * @throws ConfigError when one is missing, cannot be read, or extends one before it.
 */
export function readFiles(path: string, source: string): YamlFile[] {
  const files = [new YamlFile(path, source)];
  for (;;) {
    const file = files.at(-1) as YamlFile;
    const { extends: named } = (file.value ?? {}) as { extends?: unknown };
    // Whatever else it is, the schema refuses.
    if (typeof named !== 'string' || named.trim() === '') return files;
    const path = isAbsolute(named) ? named : join(dirname(file.path), named);
    const fault = (reason: string) => {
      const place = file.place(file.offsetOf(['extends'], 'value') as number);
      return new ConfigError([`${place}: extends: ${reason}`]);
    };
    const again = files.findIndex((each) => resolve(each.path) === resolve(path));
    if (again >= 0) {
      const circle = [...files.slice(again).map((each) => each.path), path];
      throw fault(`a circle: ${circle.join(' extends ')}`);
    }
    files.push(new YamlFile(path, readText(path, fault)));
  }
}

/** Messages of the parser end in a picture of the line. */
export const firstLine = (message: string) => message.split('\n')[0] as string;
