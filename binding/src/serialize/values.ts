// From what a pickle of torch.save says to values: tensors over the storages of the file among plain ones.
import { type Device, requireDevice } from '../device.js';
import { isComplex } from '../dtype.js';
import { empty } from '../generated/functions.js';
import type { Tensor } from '../tensor.js';
import { FormatFault } from './file_error.js';
import {
  bytesIn,
  Global,
  Instance,
  type Pickled,
  type StorageSpec,
  TensorSpec,
} from './pickled.js';
import { type Plain, type Special, toPlain } from './plain.js';
import { bytesTensor, requireBooleans } from './storage_bytes.js';

/** What `load` gives: tensors and plain values. */
export type Loaded = Plain<Tensor>;

/** The bytes of a storage, piece by piece. Before it returns it throws where they are not as many as wanted. */
export type ReadStorage = (spec: StorageSpec) => Iterable<Uint8Array>;

/**
 * @param device - where all tensors go; undefined: each to the device that it was saved on
 * @throws FormatFault for values without a counterpart, cycles, and what grows out of all proportion.
 */
export function toValue(pickled: Pickled, read: ReadStorage, device: Device | undefined): Loaded {
  const reader = new Reader(read, device);
  return toPlain(pickled, (value) => reader.tensor(value));
}

class Reader {
  private readonly storages = new Map<StorageSpec, Tensor>();

  constructor(
    private readonly read: ReadStorage,
    private readonly device: Device | undefined,
  ) {}

  tensor(value: Special): Tensor {
    if (value instanceof TensorSpec) return this.made(value);
    const named = value instanceof Global || value instanceof Instance;
    const name = named ? value.name : 'a storage without a tensor';
    throw new FormatFault(`it holds ${name} as a value, which has no counterpart here`);
  }

  private made({ storage, dtype, offset, size, stride, bits, requires_grad }: TensorSpec): Tensor {
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
