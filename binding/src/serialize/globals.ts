// The list of names that a pickle may hold, and what a call of each describes. There is nothing else, and
// nothing on it runs what the file says. After torch/_utils.py (_rebuild_tensor_v2 and its kin).
import { bytesOf, isComplex, isDType, isFloating } from '../dtype.js';
import { FormatFault } from './file_error.js';
import { bytesIn, Dict, Global, type Pickled, StorageSpec, TensorSpec, Tuple } from './pickled.js';
import { pathOf, plainName } from './plain_calls.js';
import { requireCountable, requireDimensions } from './shape.js';
import { DTYPE_OF_STORAGE, UNTYPED_STORAGE } from './storage_types.js';

type Args = readonly (Pickled | undefined)[];

const CALLS: Readonly<Record<string, (args: Args) => Pickled>> = {
  'torch.Size': ([sizes]) => new Tuple(integers('a Size', sizes)),
  'torch.device': ([type, index]) =>
    index === undefined ? text(type) : `${text(type)}:${integer("a device's index", index)}`,
  'torch._utils._rebuild_tensor': ([storage, offset, size, stride]) =>
    tensor([storage, offset, size, stride, false]),
  'torch._utils._rebuild_tensor_v2': (args) => tensor(args, undefined, args[6]),
  'torch._utils._rebuild_tensor_v3': (args) => tensor(args, args[6], args[7]),
  'torch._utils._rebuild_parameter': parameter,
  // The last argument is attributes of Python's.
  'torch._utils._rebuild_parameter_with_state': parameter,
  'torch._tensor._rebuild_from_type_v2': withAttributes,
  'torch.serialization._get_layout': ([layout]) => text(layout).replace(/^torch\./, ''),
};

/** What a tensor with attributes may be of. */
const CLASSES: ReadonlySet<string> = new Set(['torch.Tensor', 'torch.nn.parameter.Parameter']);

/**
 * What a name stands for: a dtype its own name, as everywhere here, all else a Global.
 * @throws FormatFault where it is not on the list.
 */
export function lookUp(module: string, name: string): Pickled {
  if (module === 'torch' && isDType(name)) return name;
  const path = pathOf(module, name);
  const plain = plainName(path);
  if (plain) return plain;
  if (CLASSES.has(path)) return new Global(path);
  if (Object.hasOwn(CALLS, path)) return new Global(path, CALLS[path]);
  if (DTYPE_OF_STORAGE.has(path) || path === UNTYPED_STORAGE) return new Global(path);
  throw new FormatFault(
    `it asks for ${JSON.stringify(`${module}.${name}`)}, which is not read: only tensors, OrderedDict, dict, list, tuple, set, numbers, texts, bytes, booleans and None are, and nothing is executed`,
  );
}

/** The storage that a persistent id describes: ('storage', class, key, location, count). */
export function storageOf(id: Pickled): StorageSpec {
  const [kind, type, key, location, count, view = null] = id instanceof Tuple ? id.items : [];
  if (kind !== 'storage' || !(type instanceof Global) || view !== null) {
    throw new FormatFault('it refers to something outside the pickle that is no storage');
  }
  const dtype = DTYPE_OF_STORAGE.get(type.name);
  if (dtype === undefined && type.name !== UNTYPED_STORAGE) {
    throw new FormatFault(`${type.name} is no class of storages`);
  }
  return new StorageSpec(text(key), dtype, text(location), integer("a storage's size", count));
}

function parameter([data, requires_grad]: Args): TensorSpec {
  if (!(data instanceof TensorSpec)) throw new FormatFault('a Parameter has no tensor');
  const { storage, dtype, offset, size, stride, bits } = data;
  return checked(
    new TensorSpec(storage, dtype, offset, size, stride, requires_grad === true, bits),
  );
}

/** (function, class, its arguments, attributes) */
function withAttributes([rebuild, type, args]: Args): Pickled {
  const isKnown = type instanceof Global && CLASSES.has(type.name);
  // Not itself, which could go on without end.
  const call =
    rebuild instanceof Global && rebuild.name.startsWith('torch._utils.') && rebuild.call;
  if (!isKnown || !call || !(args instanceof Tuple)) {
    throw new FormatFault('it has a tensor of a class of its own');
  }
  return call(args.items);
}

function tensor(
  [storage, offset, size, stride, requires_grad]: Args,
  dtype: Pickled | undefined = storage instanceof StorageSpec ? storage.dtype : undefined,
  bits: Pickled | undefined = null,
): TensorSpec {
  if (!(storage instanceof StorageSpec)) throw new FormatFault('a tensor has no storage');
  if (!isDType(dtype)) throw new FormatFault('a tensor has no dtype');
  return checked(
    new TensorSpec(
      storage,
      dtype,
      integer("a tensor's offset", offset),
      integers("a tensor's shape", size),
      integers("a tensor's strides", stride),
      requires_grad === true,
      { conj: bit(bits, 'conj'), neg: bit(bits, 'neg') },
    ),
  );
}

function checked(spec: TensorSpec): TensorSpec {
  requireInside(spec);
  // Whose bytes are looked at, once for all tensors in it.
  if (spec.dtype === 'bool' && spec.storage.dtype !== 'bool') {
    throw new FormatFault('a tensor of booleans lies in a storage of something else');
  }
  if (!isFloating(spec.dtype) && !isComplex(spec.dtype)) {
    if (spec.requires_grad) {
      throw new FormatFault(
        `a tensor of ${spec.dtype} cannot require a gradient, but the file says so`,
      );
    }
    if (spec.bits.neg) throw new FormatFault(`a tensor of ${spec.dtype} has the bit of negation`);
  }
  return spec;
}

function requireInside({ storage, dtype, offset, size, stride }: TensorSpec): void {
  requireCountable('a tensor', size, dtype);
  if (size.length !== stride.length) {
    throw new FormatFault(`a tensor has the shape [${size}], but the strides [${stride}]`);
  }
  // An empty tensor has no last element; its offset still lies in the storage.
  const reach = size.includes(0)
    ? 0
    : size.reduce((sum, length, i) => sum + (length - 1) * (stride[i] as number), 1);
  const bytes = bytesIn(storage);
  if (!((offset + reach) * bytesOf(dtype) <= bytes)) {
    throw new FormatFault(
      `a tensor of shape [${size}], strides [${stride}], offset ${offset} and ${dtype} reaches beyond its storage of ${bytes} bytes`,
    );
  }
}

function bit(bits: Pickled | undefined, name: string): boolean {
  return bits instanceof Dict && bits.entries.get(name) === true;
}

function integer(what: string, value: Pickled | undefined): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw new FormatFault(`${what} is no whole number from 0 to 2^53`);
}

function integers(what: string, value: Pickled | undefined): number[] {
  const items = value instanceof Tuple ? value.items : value;
  if (!Array.isArray(items)) throw new FormatFault(`${what} is no tuple of whole numbers`);
  // Before they are copied: one long tuple may stand for the shapes of a million tensors.
  requireDimensions(what, items.length);
  return items.map((item) => integer(what, item));
}

function text(value: Pickled | undefined): string {
  if (typeof value === 'string') return value;
  throw new FormatFault('a name is no text');
}
