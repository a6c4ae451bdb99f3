// What is read from: a file, of which only the parts that are wanted come into memory, or bytes.
import { Buffer } from 'node:buffer';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { dtypeOfArray } from '../dtype.js';
import { show } from '../errors.js';
import { FormatFault, inFile } from './file_error.js';

/** The most bytes of a storage that are in JavaScript's memory at a time. */
export const CHUNK = 1 << 25;

export abstract class Source {
  constructor(readonly size: number) {}

  protected abstract readInto(target: Buffer, offset: number): number;

  /** @throws FormatFault where the file ends before. */
  read(offset: number, length: number): Buffer {
    if (!(offset >= 0 && length >= 0 && offset + length <= this.size)) {
      throw new FormatFault(
        `it ends at byte ${this.size}, but ${length} bytes from byte ${offset} are needed: it is cut short or damaged`,
      );
    }
    const target = Buffer.allocUnsafe(length);
    for (let done = 0; done < length; ) {
      const count = this.readInto(target.subarray(done), offset + done);
      if (count === 0) throw new FormatFault('it was cut short while it was read');
      done += count;
    }
    return target;
  }

  /** The same in pieces, so that a large part is never in memory twice. */
  *chunks(offset: number, length: number): Generator<Buffer> {
    for (let done = 0; done < length; done += CHUNK) {
      yield this.read(offset + done, Math.min(CHUNK, length - done));
    }
  }
}

class FileSource extends Source {
  constructor(private readonly descriptor: number) {
    const stats = fstatSync(descriptor);
    super(stats.size);
    if (!stats.isFile()) throw new FormatFault('it is no regular file');
  }

  protected override readInto(target: Buffer, offset: number): number {
    return readSync(this.descriptor, target, 0, target.length, offset);
  }
}

class BytesSource extends Source {
  constructor(private readonly bytes: Uint8Array) {
    super(bytes.length);
  }

  protected override readInto(target: Buffer, offset: number): number {
    target.set(this.bytes.subarray(offset, offset + target.length));
    return target.length;
  }
}

/**
 * Runs `fn` on a path's file or on bytes.
 * @throws FileFormatError where `fn` finds a fault, TypeError where `input` is neither; what Node throws
 * where the file cannot be opened.
 */
export function withSource<T>(caller: string, input: unknown, fn: (source: Source) => T): T {
  if (ArrayBuffer.isView(input) && dtypeOfArray(input) === 'uint8') {
    return inFile('(bytes)', () => fn(new BytesSource(input as Uint8Array)));
  }
  if (typeof input !== 'string') {
    throw new TypeError(`${caller}: file must be a path or a Uint8Array, but got ${show(input)}`);
  }
  const descriptor = openSync(input, 'r');
  try {
    return inFile(input, () => fn(new FileSource(descriptor)));
  } finally {
    closeSync(descriptor);
  }
}
