// Zip archives as torch.load wants them, also with mmap=True: entries stored, in one folder, data at
// multiples of 64. After caffe2/serialize/inline_container.cc. Layout: zip_format.ts.
import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';
import type { WriteAt } from './atomic_file.js';
import {
  ALIGNMENT,
  CENTRAL,
  END,
  END64,
  IN_ZIP64,
  LOCAL,
  LOCATOR64,
  PADDING_FIELD,
  ZIP64_FIELD,
} from './zip_format.js';

/** The version of zip that has fields of 64 bits. */
const VERSION = 45;
/** Names are UTF-8. */
const FLAGS = 0x0800;
/** 1980-01-01, the first day that zip has: the same values make the same file. */
const DATE = 0x21;

export class ZipWriter {
  readonly #write: WriteAt;
  readonly #folder: string;
  readonly #central: Buffer[] = [];
  #position = 0;

  constructor(write: WriteAt, folder: string) {
    this.#write = write;
    this.#folder = folder;
  }

  add(name: string, chunks: Iterable<Uint8Array>): void {
    const header = this.#position;
    const path = Buffer.from(`${this.#folder}/${name}`);
    const start = aligned(header + LOCAL.size + path.length + LONG_FIELD + 4);
    let size = 0;
    let crc = 0;
    for (const chunk of chunks) {
      this.#write(chunk, start + size);
      crc = crc32(chunk, crc);
      size += chunk.length;
    }
    this.#write(localHeader(path, crc, size, start - header), header);
    this.#central.push(centralHeader(path, crc, size, header));
    this.#position = start + size;
  }

  /** Writes the directory; nothing can be added after it. */
  end(): void {
    const directory = Buffer.concat(this.#central);
    const count = this.#central.length;
    this.#write(
      Buffer.concat([directory, endRecords(count, directory.length, this.#position)]),
      this.#position,
    );
  }
}

/** The zip64 field with size, packed size and place. */
const LONG_FIELD = 4 + 3 * 8;

function aligned(position: number): number {
  return Math.ceil(position / ALIGNMENT) * ALIGNMENT;
}

// Says every size twice, in the zip64 field that an entry of 4 GiB needs: one form for all.
function localHeader(path: Buffer, crc: number, size: number, length: number): Buffer {
  const header = Buffer.alloc(length);
  header.writeUInt32LE(LOCAL.signature, 0);
  writeCommon(header, 4, crc, path.length, length - LOCAL.size - path.length);
  path.copy(header, LOCAL.size);
  const field = LOCAL.size + path.length;
  writeField(header, field, [size, size]);
  const padding = field + 4 + 16;
  header.writeUInt16LE(PADDING_FIELD, padding);
  header.writeUInt16LE(length - padding - 4, padding + 2);
  return header;
}

function centralHeader(path: Buffer, crc: number, size: number, place: number): Buffer {
  const header = Buffer.alloc(CENTRAL.size + path.length + LONG_FIELD);
  header.writeUInt32LE(CENTRAL.signature, 0);
  header.writeUInt16LE(VERSION, 4);
  writeCommon(header, 6, crc, path.length, LONG_FIELD);
  header.writeUInt32LE(IN_ZIP64, 42);
  path.copy(header, CENTRAL.size);
  writeField(header, CENTRAL.size + path.length, [size, size, place]);
  return header;
}

/** What both headers have: version, flags, method 0, date, checksum, sizes, lengths of name and extra. */
function writeCommon(
  header: Buffer,
  at: number,
  crc: number,
  nameLength: number,
  extraLength: number,
): void {
  header.writeUInt16LE(VERSION, at);
  header.writeUInt16LE(FLAGS, at + 2);
  header.writeUInt16LE(DATE, at + 8);
  header.writeUInt32LE(crc, at + 10);
  header.writeUInt32LE(IN_ZIP64, at + 14);
  header.writeUInt32LE(IN_ZIP64, at + 18);
  header.writeUInt16LE(nameLength, at + 22);
  header.writeUInt16LE(extraLength, at + 24);
}

function writeField(header: Buffer, at: number, values: readonly number[]): void {
  header.writeUInt16LE(ZIP64_FIELD, at);
  header.writeUInt16LE(8 * values.length, at + 2);
  for (const [i, value] of values.entries()) {
    header.writeBigUInt64LE(BigInt(value), at + 4 + 8 * i);
  }
}

function endRecords(count: number, size: number, offset: number): Buffer {
  const records = Buffer.alloc(END64.size + LOCATOR64.size + END.size);
  records.writeUInt32LE(END64.signature, 0);
  records.writeBigUInt64LE(BigInt(END64.size - 12), 4);
  records.writeUInt16LE(VERSION, 12);
  records.writeUInt16LE(VERSION, 14);
  for (const [i, value] of [count, count, size, offset].entries()) {
    records.writeBigUInt64LE(BigInt(value), 24 + 8 * i);
  }
  const locator = END64.size;
  records.writeUInt32LE(LOCATOR64.signature, locator);
  records.writeBigUInt64LE(BigInt(offset + size), locator + 8);
  records.writeUInt32LE(1, locator + 16);
  const end = locator + LOCATOR64.size;
  records.writeUInt32LE(END.signature, end);
  records.fill(0xff, end + 8, end + 20);
  return records;
}
