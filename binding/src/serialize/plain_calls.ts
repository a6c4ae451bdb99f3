// Calls of Python's own classes that pickles of plain values hold: containers without an operation of their own, bytes,
// complex numbers, and numbers of NumPy's.
import { Buffer } from 'node:buffer';
import { FormatFault } from './file_error.js';
import { complex, NUMPY_NAMES } from './numpy.js';
import { Bytes, Dict, Global, type Key, type Pickled, PickledSet, Tuple } from './pickled.js';

type Args = readonly (Pickled | undefined)[];

const CALLS: Readonly<Record<string, (args: Args) => Pickled>> = {
  'collections.OrderedDict': orderedDict,
  'collections.Counter': ([counts]) => copied(counts),
  'builtins.set': ([items]) => setOf(items),
  'builtins.frozenset': ([items]) => setOf(items),
  'builtins.complex': ([re, im]) => complex(real(re), real(im)),
  'builtins.bytes': bytes,
  'builtins.bytearray': bytes,
  // Before protocol 3, bytes are texts whose characters are bytes.
  '_codecs.encode': bytes,
};

const NAMES: Readonly<Record<string, Global>> = {
  ...NUMPY_NAMES,
  ...Object.fromEntries(
    Object.entries(CALLS).map(([name, call]) => [name, new Global(name, call)]),
  ),
};

/** Names as Python 3 and NumPy 1 have them. */
export function pathOf(module: string, name: string): string {
  const modern = module === '__builtin__' ? 'builtins' : module;
  return `${modern.replace(/^numpy\._core\b/, 'numpy.core')}.${name}`;
}

/** What a name stands for, given by `pathOf`, or undefined. */
export function plainName(path: string): Global | undefined {
  return Object.hasOwn(NAMES, path) ? NAMES[path] : undefined;
}

/** @throws FormatFault where `key` is none that a JavaScript value can stand for. */
export function setItem(dict: Dict, key: Pickled | undefined, value: Pickled | undefined): void {
  if (key === undefined || value === undefined) throw new FormatFault('a dict lacks a value');
  dict.entries.set(keyOf('a dict has a key', key), value);
}

/** Adds to a set; as `setItem`. */
export function addItems(set: PickledSet, items: readonly Pickled[]): PickledSet {
  for (const item of items) set.items.add(keyOf('a set has an element', item));
  return set;
}

function keyOf(what: string, key: Pickled): Key {
  if (typeof key !== 'object' || key === null) return key;
  throw new FormatFault(`${what} that is no text, number, boolean or None`);
}

// Python 2 gives the pairs to the constructor.
function orderedDict([pairs = []]: Args): Dict {
  const dict = new Dict(true);
  if (!Array.isArray(pairs)) throw new FormatFault('an OrderedDict is not made of pairs');
  for (const pair of pairs) {
    const items = pair instanceof Tuple ? pair.items : pair;
    if (!Array.isArray(items) || items.length !== 2) {
      throw new FormatFault('an OrderedDict is not made of pairs');
    }
    setItem(dict, items[0], items[1]);
  }
  return dict;
}

function copied(counts: Pickled | undefined): Dict {
  const copy = new Dict(false);
  if (counts === undefined) return copy;
  if (!(counts instanceof Dict)) throw new FormatFault('a Counter is not made of a dict');
  for (const [key, count] of counts.entries) copy.entries.set(key, count);
  return copy;
}

function setOf(items: Pickled | undefined = []): PickledSet {
  const listed = items instanceof Tuple ? items.items : items;
  if (!Array.isArray(listed)) throw new FormatFault('a set is not made of a list');
  return addItems(new PickledSet(), listed);
}

function bytes([content, encoding]: Args): Bytes {
  if (content === undefined) return new Bytes(Buffer.alloc(0));
  if (content instanceof Bytes) return content;
  const isLatin = encoding === undefined || encoding === 'latin1' || encoding === 'latin-1';
  if (typeof content !== 'string' || !isLatin) throw new FormatFault('bytes are no text in latin1');
  return new Bytes(Buffer.from(content, 'latin1'));
}

function real(value: Pickled | undefined): number {
  if (typeof value === 'number') return value;
  throw new FormatFault('a complex number is not made of two numbers');
}
