// torch.save: files that Python's torch.load accepts with weights_only=True and with mmap=True. After
// torch/serialization.py, _save.
import { Buffer } from 'node:buffer';
import { addon } from '../addon.js';
import { bytesOf, type DType } from '../dtype.js';
import { show } from '../errors.js';
import { tidy } from '../scope.js';
import type { Tensor } from '../tensor.js';
import { writeAtomically } from './atomic_file.js';
import { type Placed, pickle } from './pickler.js';
import { chunksOf } from './storage_bytes.js';
import { ZipWriter } from './zip_writer.js';

/**
 * Writes tensors and plain values to a file: a Map becomes an OrderedDict, a plain object a dict, an
 * array a list, a Set a set, a Uint8Array bytes, a number an int where it has no fraction (up to 2^53) and else a float, a bigint an int.
 * Tensors that share memory share it in the file; all of a storage is written, also where a tensor shows
 * a part of it (`clone()` it to write that part alone). The file is there whole or not at all.
 * @throws TypeError, saying where it is, for a value of another kind, a sparse tensor, and tensors that
 * see the same memory as different dtypes; what Node throws where the file cannot be written.
 */
export function save(value: unknown, path: string): void {
  if (typeof path !== 'string') {
    throw new TypeError(`save: path must be a text, but got ${show(path)}`);
  }
  tidy(() => {
    const storages = new Storages();
    const pickled = pickle(value, (tensor, where) => storages.place(tensor, where));
    writeAtomically(path, (write) => {
      const archive = new ZipWriter(write, 'archive');
      archive.add('data.pkl', [pickled]);
      archive.add('byteorder', [Buffer.from('little')]);
      for (const { key, whole } of storages) archive.add(`data/${key}`, chunksOf(whole));
      archive.add('version', [Buffer.from('3\n')]);
      archive.end();
    });
  });
}

interface Stored {
  key: string;
  dtype: DType;
  /** All elements of the storage. */
  whole: Tensor;
}

/** The storages of all tensors, each once. */
class Storages {
  readonly #stored = new Map<number, Stored>();

  place(tensor: Tensor, where: string): Placed {
    const { dtype, device, layout, requires_grad } = tensor;
    if (layout !== 'strided' || device === 'meta') {
      throw new TypeError(
        `save: ${where} must be a dense tensor with data, but its layout is ${layout} on ${device}`,
      );
    }
    // Lazy conjugations and negations are done now: nothing but PyTorch knows what those bits mean.
    const plain = tensor.detach().resolve_conj().resolve_neg();
    const { id, bytes, offset } = addon.storageOf(plain._liveHandle());
    const count = Math.floor(bytes / bytesOf(dtype));
    let stored = this.#stored.get(id);
    if (!stored) {
      const whole = plain.as_strided([count], [1], 0);
      stored = { key: String(this.#stored.size), dtype, whole };
      this.#stored.set(id, stored);
    }
    if (stored.dtype !== dtype) {
      throw new TypeError(
        `save: ${where} shows memory as ${dtype} that another tensor shows as ${stored.dtype}; clone() one of them`,
      );
    }
    const { key } = stored;
    const [size, stride] = [plain.shape, plain.stride()];
    return { key, dtype, count, offset, size, stride, requires_grad, device };
  }

  [Symbol.iterator](): Iterator<Stored> {
    return this.#stored.values();
  }
}
