// What a genotype is and which are valid; follows `genotypes.py` of the original (primitive lists,
// the `Genotype` tuple).

export const ORIGINAL_NAMES = [
  'none',
  'avg_pool_3x3',
  'max_pool_3x3',
  'skip_connect',
  'sep_conv_3x3',
  'sep_conv_5x5',
  'sep_conv_7x7',
  'dil_conv_3x3',
  'dil_conv_5x5',
  'conv_7x1_1x7',
] as const;

export type Primitive = (typeof ORIGINAL_NAMES)[number];

const names: Primitive[] = [...ORIGINAL_NAMES];

/** Every operation a cell may hold, searched or not: the keys of the original's `OPS`, then those added. */
export const OPERATION_NAMES: readonly Primitive[] = names;

/**
 * Makes room for an operation of one's own; `addOperation` of operations.ts calls it.
 *
 * @throws RangeError for a name that is taken, or that a genotype's text cannot hold
 */
export function addOperationName(name: string): Primitive {
  if (!/^[A-Za-z_]\w*$/.test(name) || names.some((each) => each === name)) {
    throw new RangeError(
      `an operation's name must be letters, digits and underscores, and not one of ${names.join(', ')}, got ${shown(name)}`,
    );
  }
  // From here on it is as good as the others.
  const primitive = name as Primitive;
  names.push(primitive);
  return primitive;
}

/**
 * The search space of every search script, in the order of the alpha columns. `PRIMITIVES_darts` in the
 * original's B-DARTS folder, `PRIMITIVES` in its B-PC-DARTS folder.
 */
export const PRIMITIVES: readonly Primitive[] = [
  'none',
  'max_pool_3x3',
  'avg_pool_3x3',
  'skip_connect',
  'sep_conv_3x3',
  'sep_conv_5x5',
  'dil_conv_3x3',
  'dil_conv_5x5',
];

/**
 * The space without skip_connect: `PRIMITIVES` in the original's B-DARTS folder, which holds its
 * released cells.
 */
export const PRIMITIVES_WITHOUT_SKIP: readonly Primitive[] = PRIMITIVES.filter(
  (name) => name !== 'skip_connect',
);

/** An operation and the state it reads: 0 is c_{k-2}, 1 is c_{k-1}, i + 2 is node i. */
export type Edge = readonly [operation: Primitive, input: number];

/**
 * Two cells. Edges 2i and 2i + 1 of a list feed node i; a `concat` names the states whose concatenation is
 * the cell's output (2 is node 0).
 */
export interface Genotype {
  /** The convolution cell. */
  readonly normal: readonly Edge[];
  readonly normal_concat: readonly number[];
  /** The enhancement cell. */
  readonly reduce: readonly Edge[];
  readonly reduce_concat: readonly number[];
}

/** The two kinds of cells of a genotype, and of the parameters that are searched. */
export type CellKind = 'normal' | 'reduce';

const FIELDS = ['normal', 'normal_concat', 'reduce', 'reduce_concat'] as const;

/** A value of any kind as a message shows it. */
function shown(value: unknown): string {
  const text = typeof value === 'bigint' ? `${value}n` : (JSON.stringify(value) ?? String(value));
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function checkEdge(edge: unknown, path: string, node: number): Edge {
  if (!Array.isArray(edge) || edge.length !== 2) {
    throw new TypeError(`${path} must be a pair [operation, input], got ${shown(edge)}`);
  }
  const [operation, input] = edge;
  if (!OPERATION_NAMES.includes(operation)) {
    throw new RangeError(
      `${path} has the unknown operation ${shown(operation)}; known are ${OPERATION_NAMES.join(', ')}`,
    );
  }
  if (!Number.isInteger(input) || input < 0 || input > node + 1) {
    throw new RangeError(
      `${path} feeds node ${node}, which can read states 0 to ${node + 1} ` +
        `(0 and 1 are the cell's inputs, i + 2 is node i), got ${shown(input)}`,
    );
  }
  return [operation, input];
}

function checkEdges(edges: unknown, path: string): Edge[] {
  if (!Array.isArray(edges)) {
    throw new TypeError(`${path} must be a list of edges [operation, input], got ${shown(edges)}`);
  }
  if (edges.length === 0 || edges.length % 2 !== 0) {
    throw new RangeError(
      `${path} must have two edges for each node, an even number of at least 2, got ${edges.length}`,
    );
  }
  return edges.map((edge, i) => checkEdge(edge, `${path}[${i}]`, Math.floor(i / 2)));
}

function checkConcat(concat: unknown, path: string, nodes: number): number[] {
  if (!Array.isArray(concat) || concat.length === 0) {
    throw new TypeError(`${path} must be a list of at least one state, got ${shown(concat)}`);
  }
  concat.forEach((state, i) => {
    if (!Number.isInteger(state) || state < 2 || state > nodes + 1) {
      throw new RangeError(
        `${path}[${i}] must be a state from 2 to ${nodes + 1} (nodes 0 to ${nodes - 1}), got ${shown(state)}`,
      );
    }
    if (concat.indexOf(state) !== i) {
      throw new RangeError(`${path}[${i}] names state ${state} a second time`);
    }
  });
  return [...concat];
}

/**
 * A fresh copy of a genotype from anywhere (parsed JSON, a config, a caller).
 *
 * @param value an object with exactly the fields of {@link Genotype}
 * @param name how messages call it
 * @throws TypeError or RangeError that names the first wrong field, its value and what would be right
 */
export function checkGenotype(value: unknown, name = 'genotype'): Genotype {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new TypeError(`${name} must be an object with ${FIELDS.join(', ')}, got ${shown(value)}`);
  }
  const given = value as Record<string, unknown>;
  for (const key of Object.keys(given)) {
    if (!FIELDS.some((field) => field === key)) {
      throw new TypeError(`${name} has the unknown field '${key}'; it has ${FIELDS.join(', ')}`);
    }
  }
  for (const field of FIELDS) {
    if (given[field] === undefined) throw new TypeError(`${name} has no field '${field}'`);
  }
  const normal = checkEdges(given.normal, `${name}.normal`);
  const reduce = checkEdges(given.reduce, `${name}.reduce`);
  return {
    normal,
    normal_concat: checkConcat(given.normal_concat, `${name}.normal_concat`, normal.length / 2),
    reduce,
    reduce_concat: checkConcat(given.reduce_concat, `${name}.reduce_concat`, reduce.length / 2),
  };
}
