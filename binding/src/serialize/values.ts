// From what a pickle says to values: tensors over the storages of the file, Maps, objects, arrays.
import { type Device, requireDevice } from '../device.js';
import { isComplex } from '../dtype.js';
import { empty } from '../generated/functions.js';
import type { Tensor } from '../tensor.js';
import { FormatFault } from './file_error.js';
import {
  bytesIn,
  Dict,
  Global,
  type Key,
  MAX_NESTING,
  type Pickled,
  type StorageSpec,
  TensorSpec,
  Tuple,
} from './pickled.js';
import { bytesTensor, requireBooleans } from './storage_bytes.js';

/** How many values there may be where each is counted as often as it is reached. */
const MAX_REACHED = 1 << 24;

/** What `load` gives: tensors and plain values. */
export type Loaded = Tensor | Key | Loaded[] | { [key: string]: Loaded } | Map<Key, Loaded>;

/** The bytes of a storage, piece by piece. Before it returns it throws where they are not as many as wanted. */
export type ReadStorage = (spec: StorageSpec) => Iterable<Uint8Array>;

/**
 * @param device - where all tensors go; undefined: each to the device that it was saved on
 * @throws FormatFault for values without a counterpart, cycles, and what grows out of all proportion.
 */
export function toValue(pickled: Pickled, read: ReadStorage, device: Device | undefined): Loaded {
  requireTree(pickled);
  return new Reader(read, device).value(pickled);
}

class Reader {
  // What is reached twice is one value, as it was in Python.
  private readonly values = new Map<Pickled, Loaded>();
  private readonly storages = new Map<StorageSpec, Tensor>();

  constructor(
    private readonly read: ReadStorage,
    private readonly device: Device | undefined,
  ) {}

  value(pickled: Pickled): Loaded {
    if (typeof pickled !== 'object' || pickled === null) return pickled;
    const known = this.values.get(pickled);
    if (known !== undefined) return known;
    const value = this.make(pickled);
    this.values.set(pickled, value);
    return value;
  }

  private make(pickled: Pickled & object): Loaded {
    if (Array.isArray(pickled)) return pickled.map((item) => this.value(item));
    if (pickled instanceof Tuple) return pickled.items.map((item) => this.value(item));
    if (pickled instanceof Dict) return this.dict(pickled);
    if (pickled instanceof TensorSpec) return this.tensor(pickled);
    const name = pickled instanceof Global ? pickled.name : 'a storage without a tensor';
    throw new FormatFault(`it holds ${name} as a value, which has no counterpart here`);
  }

  private dict({ entries, ordered }: Dict): Loaded {
    const values = Array.from(entries, ([key, item]): [Key, Loaded] => [key, this.value(item)]);
    const named = values.every((entry): entry is [string, Loaded] => typeof entry[0] === 'string');
    // fromEntries defines properties, and sets none: a key '__proto__' is one like any other.
    return ordered || !named ? new Map(values) : Object.fromEntries(values);
  }

  private tensor({
    storage,
    dtype,
    offset,
    size,
    stride,
    bits,
    requires_grad,
  }: TensorSpec): Tensor {
    const bytes = this.bytes(storage);
    let tensor = empty([0], { dtype, device: bytes.device }).set_(bytes, offset, size, stride);
    if (bits.conj && isComplex(dtype)) tensor = tensor.conj();
    if (bits.neg) tensor = tensor.neg();
    return requires_grad ? tensor.requires_grad_(true) : tensor;
  }

  private bytes(spec: StorageSpec): Tensor {
    const known = this.storages.get(spec);
    if (known) return known;
    const chunks = this.read(spec);
    const read = bytesTensor(bytesIn(spec), chunks);
    if (spec.dtype === 'bool') requireBooleans(read);
    const bytes = moved(read, this.device, spec.location);
    this.storages.set(spec, bytes);
    return bytes;
  }
}

function moved(bytes: Tensor, device: Device | undefined, saved: Device): Tensor {
  if ((device ?? saved) === 'cpu') return bytes;
  if (device !== undefined) return bytes.to(device);
  try {
    requireDevice(saved);
    return bytes.to(saved);
  } catch (cause) {
    throw new FormatFault(
      `a tensor was saved on ${JSON.stringify(saved)}, which cannot be used here; load it with {map_location: 'cpu'}`,
      { cause },
    );
  }
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
  return value instanceof Dict ? value.entries.values() : undefined;
}
