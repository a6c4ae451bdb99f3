// torch.load: files of torch.save, without executing anything. After torch/serialization.py, _load.
import { type Device, requireDevice } from '../device.js';
import { show } from '../errors.js';
import { requireOptions } from '../options.js';
import { tidy } from '../scope.js';
import { FormatFault } from './file_error.js';
import { isLegacy, readLegacy } from './legacy.js';
import { bytesIn, type Pickled } from './pickled.js';
import { type Source, withSource } from './source.js';
import { MAX_PICKLE, unpickle } from './unpickler.js';
import { type Loaded, type ReadStorage, toValue } from './values.js';
import { LOCAL } from './zip_format.js';
import { ZipReader } from './zip_reader.js';

export interface LoadOptions {
  /** The device that all tensors go to. Default: each to the one that it was saved on. */
  map_location?: Device | null;
}

/**
 * Reads what `save` or Python's torch.save wrote, with any pickle protocol from 2 on, as torch.load with
 * weights_only=True does, and NumPy's numbers: a dict becomes a
 * plain object (a Map where a key is no text), an OrderedDict a Map, a list or tuple an array, a set a Set,
 * bytes a Uint8Array, an int a number (a bigint beyond 2^53), a number of NumPy's a number, a complex one
 * `{re, im}`, a Parameter a tensor that requires a gradient. Tensors that shared memory
 * share it again. Nothing in the file is executed, and memory stays in proportion to the file.
 * @param file - a path, or a file's bytes
 * @throws FileFormatError, naming the file and the fault, for damaged and hostile files, TorchScript
 * archives, and values of other classes; what Node throws where there is no such file.
 */
export function load(file: string | Uint8Array, options: LoadOptions = {}): Loaded {
  requireOptions('load', options, ['map_location']);
  const device = options.map_location ?? undefined;
  if (device !== undefined) requireLocation(device);
  return withSource('load', file, (source) =>
    tidy(() => {
      const { value, read } = readFile(source);
      return toValue(value, read, device);
    }),
  );
}

function requireLocation(device: unknown): void {
  if (typeof device !== 'string') {
    throw new TypeError(
      `load: map_location must be like 'cpu' or 'cuda:0', but got ${show(device)}`,
    );
  }
  requireDevice(device);
}

function readFile(source: Source): { value: Pickled; read: ReadStorage } {
  const head = source.read(0, Math.min(source.size, 512));
  if (head.length >= 4 && head.readUInt32LE(0) === LOCAL.signature) return readZip(source);
  if (isLegacy(head)) return readLegacy(source);
  if (head.toString('latin1', 257, 262) === 'ustar') {
    throw new FormatFault('it is a tar archive, as PyTorch 0.1 wrote them; newer ones are read');
  }
  throw new FormatFault('it was not written by torch.save, or its beginning is damaged');
}

function readZip(source: Source): { value: Pickled; read: ReadStorage } {
  const archive = new ZipReader(source);
  if (archive.has('constants.pkl')) {
    throw new FormatFault(
      'it is a TorchScript archive (torch.jit.save), which holds a program; save its state_dict() instead',
    );
  }
  if (!archive.has('data.pkl')) {
    throw new FormatFault('it is a zip archive, but not one of torch.save: it has no data.pkl');
  }
  if (archive.has('byteorder') && archive.read('byteorder', 16).toString() !== 'little') {
    throw new FormatFault('it was written on a big-endian machine, and is not read');
  }
  const { value } = unpickle(archive.read('data.pkl', MAX_PICKLE));
  return {
    value,
    read: (spec) => {
      const name = `data/${spec.key}`;
      const size = archive.size(name);
      if (size !== bytesIn(spec)) {
        throw new FormatFault(
          `storage ${JSON.stringify(name)} has ${size} bytes where ${bytesIn(spec)} should be`,
        );
      }
      return archive.chunks(name);
    },
  };
}
