// From what a pickle says to plain values: Maps, Sets, objects, arrays, bytes; what else there is, the reader of the file makes.
import { FormatFault } from './file_error.js';
import {
  Bytes,
  Dict,
  type Global,
  Instance,
  type Key,
  MAX_NESTING,
  type Pickled,
  PickledSet,
  type StorageSpec,
  type TensorSpec,
  Tuple,
} from './pickled.js';

/** How many values there may be where each is counted as often as it is reached. */
const MAX_REACHED = 1 << 24;

/** Plain values with those of type T among them. */
export type Plain<T> =
  | T
  | Key
  | Uint8Array
  | Set<Key>
  | Plain<T>[]
  | { [key: string]: Plain<T> }
  | Map<Key, Plain<T>>;

/** What has no plain counterpart. */
export type Special = Global | Instance | StorageSpec | TensorSpec;

/**
 * @param special - makes a value of what is not plain, once for each
 * @throws FormatFault for cycles, and what grows out of all proportion.
 */
export function toPlain<T>(pickled: Pickled, special: (value: Special) => T): Plain<T> {
  requireTree(pickled);
  // What is reached twice is one value, as it was in Python.
  const values = new Map<Pickled, Plain<T>>();
  const plain = (part: Pickled): Plain<T> => {
    if (typeof part !== 'object' || part === null) return part;
    const known = values.get(part);
    if (known !== undefined) return known;
    const value = make(part);
    values.set(part, value);
    return value;
  };
  const make = (part: Pickled & object): Plain<T> => {
    if (Array.isArray(part)) return part.map(plain);
    if (part instanceof Tuple) return part.items.map(plain);
    if (part instanceof PickledSet) return part.items;
    // Of its own, since the file's memory is not kept.
    if (part instanceof Bytes) return Uint8Array.from(part.bytes);
    return part instanceof Dict ? dict(part) : special(part);
  };
  const dict = ({ entries, ordered }: Dict): Plain<T> => {
    const items = Array.from(entries, ([key, item]): [Key, Plain<T>] => [key, plain(item)]);
    const named = items.every((entry): entry is [string, Plain<T>] => typeof entry[0] === 'string');
    // fromEntries defines properties, and sets none: a key '__proto__' is one like any other.
    return ordered || !named ? new Map(items) : Object.fromEntries(items);
  };
  return plain(pickled);
}

/**
 * A few bytes can describe a list that holds itself, or one whose parts are reached 2^60 times: whoever
 * walks through such a value never comes back.
 */
function requireTree(root: Pickled): void {
  const known = new Map<Pickled, { reached: number; height: number }>();
  const measure = (value: Pickled, depth: number): { reached: number; height: number } => {
    const parts = partsOf(value);
    if (parts === undefined) return { reached: 1, height: 0 };
    let size = known.get(value);
    if (depth + (size ? size.height - 1 : 0) > MAX_NESTING) {
      throw new FormatFault(
        `its values are nested more than ${MAX_NESTING} deep, or one holds itself`,
      );
    }
    if (size) return size;
    size = { reached: 1, height: 1 };
    for (const part of parts) {
      const { reached, height } = measure(part, depth + 1);
      size.reached += reached;
      size.height = Math.max(size.height, height + 1);
    }
    if (size.reached > MAX_REACHED) {
      throw new FormatFault(`its values refer to each other more than ${MAX_REACHED} times`);
    }
    known.set(value, size);
    return size;
  };
  measure(root, 1);
}

function partsOf(value: Pickled): Iterable<Pickled> | undefined {
  if (Array.isArray(value)) return value;
  if (value instanceof Tuple) return value.items;
  if (value instanceof Instance) return [...value.args, value.state ?? null];
  return value instanceof Dict ? value.entries.values() : undefined;
}
