// safetensors files (torch.safetensors), by the names of the Python package's safetensors.torch.
import { Buffer } from 'node:buffer';
import { addon } from '../addon.js';
import { type Device, requireDevice } from '../device.js';
import { bytesOf } from '../dtype.js';
import { show } from '../errors.js';
import { isPlainObject, tidy } from '../scope.js';
import { Tensor } from '../tensor.js';
import { writeAtomically } from './atomic_file.js';
import { formatName, readHeader } from './safetensors_header.js';
import { withSource } from './source.js';
import { bytesTensor, chunksOf, requireBooleans } from './storage_bytes.js';

/** Tensors by name. */
export type NamedTensors = ReadonlyMap<string, Tensor> | Readonly<Record<string, Tensor>>;

/**
 * The tensors of a file, in the header's order.
 * @param file - a path, or a file's bytes
 * @param device - where they go; default 'cpu'
 * @throws FileFormatError, naming the file and the fault, for damaged and hostile files.
 */
export function load_file(file: string | Uint8Array, device: Device = 'cpu'): Map<string, Tensor> {
  requireDevice(device);
  return withSource('load_file', file, (source) =>
    tidy(() => {
      const tensors = new Map<string, Tensor>();
      for (const { name, dtype, shape, start, end } of readHeader(source)) {
        const bytes = bytesTensor(end - start, source.chunks(start, end - start));
        if (dtype === 'bool') requireBooleans(bytes);
        const tensor = bytes.view(dtype).view(shape).detach();
        tensors.set(name, device === 'cpu' ? tensor : tensor.to(device));
      }
      return tensors;
    }),
  );
}

/**
 * Writes tensors to a file, which is there whole or not at all. As in Python, tensors must be contiguous
 * and must not share memory: the format cannot say so, and would hold it twice.
 * @param metadata - texts by name
 * @throws TypeError naming the tensor that cannot be written.
 */
export function save_file(
  tensors: NamedTensors,
  path: string,
  metadata: Readonly<Record<string, string>> | null = null,
): void {
  if (typeof path !== 'string') {
    throw new TypeError(`save_file: path must be a text, but got ${show(path)}`);
  }
  tidy(() => {
    const entries = entriesOf(tensors);
    const header = Buffer.from(headerOf(entries, metadata));
    // Data begins at a multiple of 8; spaces are no part of the JSON.
    const length = Math.ceil(header.length / 8) * 8;
    const head = Buffer.alloc(8 + length, ' ');
    head.writeBigUInt64LE(BigInt(length), 0);
    header.copy(head, 8);
    writeAtomically(path, (write) => {
      write(head, 0);
      let at = head.length;
      for (const [, tensor] of entries) {
        for (const chunk of chunksOf(tensor)) {
          write(chunk, at);
          at += chunk.length;
        }
      }
    });
  });
}

/** Those of the largest elements first, so that each begins at a multiple of its own; then by name. */
function entriesOf(tensors: unknown): [string, Tensor][] {
  const isMap = Object.prototype.toString.call(tensors) === '[object Map]';
  if (!isMap && !isPlainObject(tensors)) {
    throw new TypeError(`save_file: tensors must be a Map or an object, but got ${show(tensors)}`);
  }
  const given = isMap ? [...(tensors as Map<unknown, unknown>)] : Object.entries(tensors as object);
  const entries = given.map(([name, tensor]): [string, Tensor] => {
    if (typeof name !== 'string' || name === '__metadata__' || /\p{Surrogate}/u.test(name)) {
      throw new TypeError(`save_file: ${show(name)} cannot be the name of a tensor`);
    }
    return [name, requireWritable(name, tensor)];
  });
  requireApart(entries);
  return entries.sort(([a, x], [b, y]) => bytesOf(y.dtype) - bytesOf(x.dtype) || (a < b ? -1 : 1));
}

function requireWritable(name: string, tensor: unknown): Tensor {
  const where = `save_file: tensors[${show(name)}]`;
  if (!(tensor instanceof Tensor)) {
    throw new TypeError(`${where} must be a tensor, but got ${show(tensor)}`);
  }
  if (tensor.layout !== 'strided' || tensor.device === 'meta') {
    throw new TypeError(`${where} must be a dense tensor with data`);
  }
  if (formatName(tensor.dtype) === undefined) {
    throw new TypeError(`${where} has the dtype ${tensor.dtype}, which the format lacks`);
  }
  if (!tensor.is_contiguous()) {
    throw new TypeError(`${where} is not contiguous; give its contiguous()`);
  }
  return tensor.detach().resolve_conj().resolve_neg();
}

function requireApart(entries: readonly (readonly [string, Tensor])[]): void {
  const ranges = entries
    .filter(([, tensor]) => tensor.nbytes > 0)
    .map(([name, tensor]) => {
      const { id, offset } = addon.storageOf(tensor._liveHandle());
      const start = offset * tensor.itemsize;
      return { name, id, start, end: start + tensor.nbytes };
    })
    .sort((a, b) => a.id - b.id || a.start - b.start);
  for (const [i, { name, id, start }] of ranges.entries()) {
    const before = ranges[i - 1];
    if (before && before.id === id && before.end > start) {
      throw new TypeError(
        `save_file: ${show(before.name)} and ${show(name)} share memory; clone() one of them, or use torch.save`,
      );
    }
  }
}

function headerOf(
  entries: readonly (readonly [string, Tensor])[],
  metadata: Readonly<Record<string, string>> | null,
): string {
  const texts = metadata === null ? [] : Object.entries(metadata);
  const other = texts.find(([, text]) => typeof text !== 'string');
  if (other) {
    throw new TypeError(
      `save_file: metadata.${other[0]} must be a text, but got ${show(other[1])}`,
    );
  }
  const header: [string, unknown][] =
    metadata === null ? [] : [['__metadata__', Object.fromEntries(texts)]];
  let at = 0;
  for (const [name, tensor] of entries) {
    const data_offsets = [at, at + tensor.nbytes];
    header.push([name, { dtype: formatName(tensor.dtype), shape: tensor.shape, data_offsets }]);
    at += tensor.nbytes;
  }
  return JSON.stringify(Object.fromEntries(header));
}
