// Files that no honest program writes, made by hand: zip archives with any fault, pickles operation by operation.
import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';

export interface EntryFaults {
  method?: number;
  flags?: number;
  crc?: number;
  /** What the directory says of it. */
  size?: number;
  packed?: number;
  place?: number;
  /** What its own header says. */
  localName?: string;
}

export interface Entry extends EntryFaults {
  name: string;
  data: string | Uint8Array;
}

/** A zip archive without 64-bit fields. `end` gives what its last record says. */
export function zip(
  entries: readonly Entry[],
  end: { count?: number; size?: number; offset?: number } = {},
): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let position = 0;
  for (const entry of entries) {
    const data = bytes(entry.data);
    const { method = 0, flags = 0, crc = crc32(data), size = data.length } = entry;
    const localName = bytes(entry.localName ?? entry.name);
    const name = bytes(entry.name);
    const local = Buffer.alloc(30);
    local.writeUInt32LE(0x04034b50, 0);
    local.writeUInt16LE(method, 8);
    local.writeUInt16LE(localName.length, 26);
    const central = Buffer.alloc(46);
    central.writeUInt32LE(0x02014b50, 0);
    central.writeUInt16LE(flags, 8);
    central.writeUInt16LE(method, 10);
    central.writeUInt32LE(crc, 16);
    central.writeUInt32LE(entry.packed ?? size, 20);
    central.writeUInt32LE(size, 24);
    central.writeUInt16LE(name.length, 28);
    central.writeUInt32LE(entry.place ?? position, 42);
    parts.push(local, localName, data);
    directory.push(central, name);
    position += local.length + localName.length + data.length;
  }
  const size = directory.reduce((sum, part) => sum + part.length, 0);
  const last = Buffer.alloc(22);
  last.writeUInt32LE(0x06054b50, 0);
  last.writeUInt16LE(end.count ?? entries.length, 10);
  last.writeUInt32LE(end.size ?? size, 12);
  last.writeUInt32LE(end.offset ?? position, 16);
  return Buffer.concat([...parts, ...directory, last]);
}

/** A text stands for its bytes, each one character. */
export function bytes(data: string | Uint8Array): Buffer {
  return typeof data === 'string' ? Buffer.from(data, 'latin1') : Buffer.from(data);
}

/** An archive as torch.save makes them, of a pickle and the bytes of storages "0", "1", … */
export function archive(pickle: string, ...storages: (string | Uint8Array)[]): Buffer {
  return zip([
    { name: 'a/data.pkl', data: `\x80\x02${pickle}.` },
    { name: 'a/byteorder', data: 'little' },
    ...storages.map((data, i) => ({ name: `a/data/${i}`, data })),
    { name: 'a/version', data: '3\n' },
  ]);
}

// What follows gives the operations for one value each.

export function int(value: number): string {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32LE(value);
  return `J${buffer.toString('latin1')}`;
}

/** An int of 8 bytes. */
export function long(value: bigint): string {
  const buffer = Buffer.alloc(8);
  buffer.writeBigInt64LE(value);
  return `\x8a\x08${buffer.toString('latin1')}`;
}

export function text(value: string): string {
  const buffer = Buffer.alloc(4);
  buffer.writeUInt32LE(value.length);
  return `X${buffer.toString('latin1')}${value}`;
}

export function tuple(...items: string[]): string {
  return `(${items.join('')}t`;
}

export function global(module: string, name: string): string {
  return `c${module}\n${name}\n`;
}

export function call(module: string, name: string, ...args: string[]): string {
  return `${global(module, name)}${tuple(...args)}R`;
}

export function storage(type: string, key: string, count: string, location = 'cpu'): string {
  return `${tuple(text('storage'), global('torch', type), text(key), text(location), count)}Q`;
}

export interface TensorParts {
  storage?: string;
  offset?: string;
  size?: string;
  stride?: string;
  requires_grad?: string;
}

/** By default the two float32 of storage "0". */
export function tensor(parts: TensorParts = {}): string {
  return call(
    'torch._utils',
    '_rebuild_tensor_v2',
    parts.storage ?? storage('FloatStorage', '0', int(2)),
    parts.offset ?? int(0),
    parts.size ?? tuple(int(2)),
    parts.stride ?? tuple(int(1)),
    parts.requires_grad ?? '\x89',
    call('collections', 'OrderedDict'),
  );
}

/** The bytes of two float32: 1 and 2. */
export const TWO_FLOATS = new Uint8Array(Float32Array.of(1, 2).buffer);
