// Zip archives as torch.save writes them: entries stored, never compressed, all in one folder. Whatever
// could make two readers see different files is refused. Layout: zip_format.ts.
import { Buffer } from 'node:buffer';
import { crc32 } from 'node:zlib';
import { FormatFault } from './file_error.js';
import type { Source } from './source.js';
import { CENTRAL, END, END64, IN_ZIP64, LOCAL, LOCATOR64, ZIP64_FIELD } from './zip_format.js';

/** More than a million entries. */
const MAX_DIRECTORY = 1 << 26;

interface Entry {
  name: string;
  /** Where its header begins, and where its data begins and ends. */
  header: number;
  start: number;
  end: number;
  compressed: boolean;
  /** 0 where the writer was told to leave it out (torch.serialization.set_crc32_options). */
  crc: number;
}

export class ZipReader {
  readonly #source: Source;
  readonly #entries = new Map<string, Entry>();

  constructor(source: Source) {
    this.#source = source;
    const directory = findDirectory(source);
    let folder: string | undefined;
    for (const entry of readDirectory(source, directory)) {
      folder ??= entry.name.slice(0, entry.name.indexOf('/') + 1);
      if (folder === '' || !entry.name.startsWith(folder)) {
        throw new FormatFault(
          `entry ${quote(entry.name)} lies outside the one folder of the archive`,
        );
      }
      const name = entry.name.slice(folder.length);
      if (this.#entries.has(name)) {
        throw new FormatFault(`there are two entries ${quote(entry.name)}`);
      }
      this.#entries.set(name, entry);
    }
    requireApart([...this.#entries.values()]);
  }

  /** Whether there is an entry of that name, which leaves out the archive's folder. */
  has(name: string): boolean {
    return this.#entries.has(name);
  }

  size(name: string): number {
    const { start, end } = this.#entry(name);
    return end - start;
  }

  /** @throws FormatFault where it is longer than `limit` bytes. */
  read(name: string, limit: number): Buffer {
    const { start, end, crc } = this.#entry(name);
    if (end - start > limit) {
      throw new FormatFault(`${quote(name)} has ${end - start} bytes, more than ${limit}`);
    }
    const bytes = this.#source.read(start, end - start);
    requireSum(name, crc, crc32(bytes));
    return bytes;
  }

  *chunks(name: string): Generator<Buffer> {
    const { start, end, crc } = this.#entry(name);
    let sum = 0;
    for (const chunk of this.#source.chunks(start, end - start)) {
      sum = crc32(chunk, sum);
      yield chunk;
    }
    requireSum(name, crc, sum);
  }

  #entry(name: string): Entry {
    const entry = this.#entries.get(name);
    if (!entry) throw new FormatFault(`the archive has no entry ${quote(name)}`);
    if (entry.compressed) {
      throw new FormatFault(
        `entry ${quote(name)} is compressed; torch.save only stores, and nothing else is read`,
      );
    }
    return entry;
  }
}

interface Directory {
  count: number;
  offset: number;
  size: number;
}

function findDirectory(source: Source): Directory {
  const missing = 'the zip archive has no end: it is cut short or damaged';
  if (source.size < END.size) throw new FormatFault(missing);
  const end = source.read(source.size - END.size, END.size);
  if (end.readUInt32LE(0) !== END.signature) throw new FormatFault(missing);
  let directory = {
    count: end.readUInt16LE(10),
    size: end.readUInt32LE(12),
    offset: end.readUInt32LE(16),
  };
  let directoryEnd = source.size - END.size;

  const locatorAt = directoryEnd - LOCATOR64.size;
  const locator = locatorAt < 0 ? undefined : source.read(locatorAt, LOCATOR64.size);
  if (locator?.readUInt32LE(0) === LOCATOR64.signature) {
    directoryEnd = readLong(locator, 8);
    const end64 = source.read(directoryEnd, END64.size);
    if (end64.readUInt32LE(0) !== END64.signature || directoryEnd + END64.size !== locatorAt) {
      throw new FormatFault('the end of the zip archive is damaged');
    }
    directory = {
      count: readLong(end64, 32),
      size: readLong(end64, 40),
      offset: readLong(end64, 48),
    };
  }
  if (directory.offset + directory.size !== directoryEnd) {
    throw new FormatFault("the zip archive's directory does not lie before its end");
  }
  if (directory.size > MAX_DIRECTORY) {
    throw new FormatFault(`the zip archive's directory has more than ${MAX_DIRECTORY} bytes`);
  }
  return directory;
}

function* readDirectory(source: Source, { count, offset, size }: Directory): Generator<Entry> {
  const directory = source.read(offset, size);
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + CENTRAL.size > size || directory.readUInt32LE(at) !== CENTRAL.signature) {
      throw new FormatFault("the zip archive's directory is damaged");
    }
    const nameLength = directory.readUInt16LE(at + 28);
    const extraLength = directory.readUInt16LE(at + 30);
    const nameEnd = at + CENTRAL.size + nameLength;
    const next = nameEnd + extraLength + directory.readUInt16LE(at + 32);
    if (next > size) throw new FormatFault("the zip archive's directory is damaged");
    const name = directory.toString('utf8', at + CENTRAL.size, nameEnd);
    const extra = directory.subarray(nameEnd, nameEnd + extraLength);
    yield readEntry(source, name, directory.subarray(at, at + CENTRAL.size), extra, offset);
    at = next;
  }
  if (at !== size) throw new FormatFault("the zip archive's directory has more than its entries");
}

function readEntry(
  source: Source,
  name: string,
  central: Buffer,
  extra: Buffer,
  directoryOffset: number,
): Entry {
  const method = central.readUInt16LE(10);
  if (central.readUInt16LE(8) & 1) throw new FormatFault(`entry ${quote(name)} is encrypted`);
  const [size, packed, header] = longFields(name, extra, [
    central.readUInt32LE(24),
    central.readUInt32LE(20),
    central.readUInt32LE(42),
  ]);
  if (method === 0 && packed !== size) throw new FormatFault(`entry ${quote(name)} has two sizes`);
  const local = source.read(header, LOCAL.size);
  const start = header + LOCAL.size + local.readUInt16LE(26) + local.readUInt16LE(28);
  const end = start + packed;
  const agrees = local.readUInt32LE(0) === LOCAL.signature && local.readUInt16LE(8) === method;
  if (!agrees || source.read(header + LOCAL.size, local.readUInt16LE(26)).toString() !== name) {
    throw new FormatFault(`entry ${quote(name)} is not where the zip archive's directory says`);
  }
  if (end > directoryOffset) {
    throw new FormatFault(`entry ${quote(name)} reaches beyond the data of the archive`);
  }
  return { name, header, start, end, compressed: method !== 0, crc: central.readUInt32LE(16) };
}

// The values that do not fit 32 bits stand in the extra field, in this order, and no others.
function longFields(
  name: string,
  extra: Buffer,
  fields: [number, number, number],
): [number, number, number] {
  let field: Buffer = Buffer.alloc(0);
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== ZIP64_FIELD) continue;
    field = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
  }
  let at = 0;
  return fields.map((value) => {
    if (value !== IN_ZIP64) return value;
    if (at + 8 > field.length) throw new FormatFault(`entry ${quote(name)} lacks its size`);
    at += 8;
    return readLong(field, at - 8);
  }) as [number, number, number];
}

function requireApart(entries: Entry[]): void {
  entries.sort((a, b) => a.header - b.header);
  for (const [i, entry] of entries.entries()) {
    const before = entries[i - 1];
    if (before && before.end > entry.header) {
      throw new FormatFault(`entries ${quote(before.name)} and ${quote(entry.name)} overlap`);
    }
  }
}

function requireSum(name: string, wanted: number, sum: number): void {
  if (wanted !== 0 && wanted !== sum) {
    throw new FormatFault(`entry ${quote(name)} is damaged: its checksum is wrong`);
  }
}

// What no file is large enough for loses digits here, and is found to reach beyond the file.
function readLong(buffer: Buffer, at: number): number {
  return Number(buffer.readBigUInt64LE(at));
}

function quote(name: string): string {
  return JSON.stringify(name);
}
