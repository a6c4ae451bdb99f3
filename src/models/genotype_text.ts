// Reads and writes genotypes as text: the Python form that the original prints and keeps in
// `genotypes.py`, and JSON.
import { checkGenotype, type Edge, type Genotype } from './genotype.js';

/**
 * A recursive-descent reader of the little Python that genotypes are written in; it evaluates
 * nothing.
 */
class PythonReader {
  #at: number;

  constructor(
    private readonly text: string,
    at = 0,
  ) {
    this.#at = at;
  }

  /** `Genotype(field=value, ...)`, with or without `name =` before it. */
  genotype(): Record<string, unknown> {
    let name = this.#match(/[A-Za-z_]\w*/y);
    if (name !== undefined && this.#accept('=')) name = this.#match(/[A-Za-z_]\w*/y);
    if (name !== 'Genotype') this.#fail("'Genotype('", -(name?.length ?? 0));
    this.#expect('(');
    const fields: Record<string, unknown> = Object.create(null);
    while (!this.#accept(')')) {
      const field = this.#match(/[A-Za-z_]\w*/y) ?? this.#fail('a field name');
      if (field in fields) this.#fail(`each field once, not ${field} again`);
      this.#expect('=');
      fields[field] = this.#value();
      if (!this.#accept(',')) {
        this.#expect(')', "',' or ')'");
        break;
      }
    }
    return fields;
  }

  end(): void {
    this.#skipSpace();
    if (this.#at < this.text.length) this.#fail('nothing more');
  }

  #value(): unknown {
    const string = this.#match(/'[^'\\\n]*'|"[^"\\\n]*"/y);
    if (string !== undefined) return string.slice(1, -1);
    const number = this.#match(/-?\d+/y);
    if (number !== undefined) return Number(number);
    if (this.#match(/range\b/y) !== undefined) return this.#range();
    if (this.#accept('[')) return this.#items(']');
    if (this.#accept('(')) return this.#items(')');
    return this.#fail('a string, a whole number, a list, a tuple or range(first, end)');
  }

  #items(close: string): unknown[] {
    const items: unknown[] = [];
    while (!this.#accept(close)) {
      items.push(this.#value());
      if (!this.#accept(',')) {
        this.#expect(close, `',' or '${close}'`);
        break;
      }
    }
    return items;
  }

  #range(): number[] {
    this.#expect('(');
    const bounds = this.#items(')');
    const [first, end] = bounds.length === 1 ? [0, bounds[0]] : bounds;
    if (bounds.length > 2 || typeof first !== 'number' || typeof end !== 'number') {
      return this.#fail('range(end) or range(first, end)', -1);
    }
    // No cell has that many nodes; without a bound a typing error would fill the memory.
    if (end - first > 1000) return this.#fail('a range of at most 1000 states', -1);
    return Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i);
  }

  /** Comments are space. */
  #skipSpace(): void {
    const space = /(?:\s|#.*)*/y;
    space.lastIndex = this.#at;
    space.test(this.text);
    this.#at = space.lastIndex;
  }

  #match(pattern: RegExp): string | undefined {
    this.#skipSpace();
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  #accept(mark: string): boolean {
    this.#skipSpace();
    const found = this.text.startsWith(mark, this.#at);
    if (found) this.#at += mark.length;
    return found;
  }

  #expect(mark: string, expected = `'${mark}'`): void {
    if (!this.#accept(mark)) this.#fail(expected);
  }

  #fail(expected: string, offset = 0): never {
    const before = this.text.slice(0, this.#at + offset).split('\n');
    const rest = this.text.slice(this.#at + offset, this.#at + offset + 20).split('\n')[0];
    throw new SyntaxError(
      `genotype text, line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}: ` +
        `expected ${expected}, got ${rest ? `'${rest}'` : 'the end of the line'}`,
    );
  }
}

/**
 * Reads a genotype from either of its text forms: JSON if it begins with `{`, else Python. A line of the
 * original's `genotypes.py` or of its log (`genotype = Genotype(...)`) is accepted as it stands.
 *
 * @throws SyntaxError with line and column, or what {@link checkGenotype} throws
 */
export function parseGenotype(text: string): Genotype {
  if (!isJson(text)) {
    const reader = new PythonReader(text);
    const fields = reader.genotype();
    reader.end();
    return checkGenotype(fields);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`genotype text is not valid JSON: ${(error as Error).message}`);
  }
  return checkGenotype(value);
}

/**
 * The genotypes of a file such as the original's `genotypes.py`: every `NAME = Genotype(...)` at the left
 * margin and every `NAME = OTHER_NAME` of one; whatever else the file holds is passed over.
 *
 * @throws SyntaxError with line and column, or what {@link checkGenotype} throws
 */
export function parseGenotypes(text: string): Map<string, Genotype> {
  const found = new Map<string, Genotype>();
  const assignments = /^([A-Za-z_]\w*)[ \t]*=[ \t]*(?:Genotype\b|([A-Za-z_]\w*)[ \t]*(?:#.*)?$)/gm;
  for (const { index, 1: name = '', 2: other } of text.matchAll(assignments)) {
    const genotype =
      other === undefined
        ? checkGenotype(new PythonReader(text, index).genotype(), name)
        : found.get(other);
    if (genotype) found.set(name, genotype);
  }
  return found;
}

/**
 * The one genotype that a file is about: its only one, or that of the given name in a file of several.
 *
 * @param text what the file holds: what {@link parseGenotype} or {@link parseGenotypes} reads
 * @throws RangeError that lists the file's names, or what these two throw
 */
export function genotypeOfFile(text: string, name?: string): Genotype {
  const named = isJson(text) ? new Map<string, Genotype>() : parseGenotypes(text);
  const known = [...named.keys()].join(', ');
  if (name === undefined) {
    if (named.size > 1)
      throw new RangeError(`it holds ${named.size} genotypes; choose one of ${known}`);
    return [...named.values()][0] ?? parseGenotype(text);
  }
  const genotype = named.get(name);
  if (!genotype)
    throw new RangeError(
      `no genotype in it is called '${name}'; it has ${known || 'none by name'}`,
    );
  return genotype;
}

function isJson(text: string): boolean {
  return text.trimStart().startsWith('{');
}

/**
 * The genotype as Python prints it: `Genotype(normal=[('sep_conv_3x3', 1), ...],
 * normal_concat=range(2, 6), ...)`.
 */
export function formatGenotype(genotype: Genotype): string {
  const edges = (list: readonly Edge[]) =>
    `[${list.map(([operation, input]) => `('${operation}', ${input})`).join(', ')}]`;
  const concat = (states: readonly number[]) => {
    const first = states[0] ?? 0;
    const isRange = states.length > 1 && states.every((state, i) => state === first + i);
    return isRange ? `range(${first}, ${first + states.length})` : `[${states.join(', ')}]`;
  };
  return (
    `Genotype(normal=${edges(genotype.normal)}, normal_concat=${concat(genotype.normal_concat)}, ` +
    `reduce=${edges(genotype.reduce)}, reduce_concat=${concat(genotype.reduce_concat)})`
  );
}

/** The genotype as JSON text with an edge a line, ending in a newline. */
export function genotypeToJson(genotype: Genotype): string {
  const edges = (list: readonly Edge[]) =>
    list.map(([operation, input]) => `    ["${operation}", ${input}]`).join(',\n');
  return `{
  "normal": [\n${edges(genotype.normal)}\n  ],
  "normal_concat": [${genotype.normal_concat.join(', ')}],
  "reduce": [\n${edges(genotype.reduce)}\n  ],
  "reduce_concat": [${genotype.reduce_concat.join(', ')}]
}
`;
}
