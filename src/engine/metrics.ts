// Append-only records, one JSON object a line.

import { closeSync, fstatSync, fsyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { storing } from './storage.js';

/** A file of records that only grows: every line is whole, but perhaps the last of a run that was killed. */
export class RecordLog {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  /**
   * Adds a line.
   *
   * @throws StorageError where the disk is full; then the file is as it was.
   */
  append(record: Readonly<Record<string, unknown>>): void {
    const line = Buffer.from(`${JSON.stringify(record)}\n`);
    this.#open((descriptor) => {
      const { size } = fstatSync(descriptor);
      let done = 0;
      try {
        while (done < line.length) done += writeSync(descriptor, line, done);
      } catch (error) {
        if (done > 0) ftruncateSync(descriptor, size);
        throw error;
      }
    });
  }

  /**
   * Puts all lines on the disk.
   *
   * @returns how many bytes they are.
   */
  flush(): number {
    return this.#open((descriptor) => {
      fsyncSync(descriptor);
      return fstatSync(descriptor).size;
    });
  }

  /**
   * Drops what comes after the first `size` bytes.
   *
   * @throws Error when there are fewer.
   */
  cutBack(size: number): void {
    this.#open((descriptor) => {
      const there = fstatSync(descriptor).size;
      if (there < size) {
        throw new Error(
          `${this.#path} has ${there} bytes where ${size} were: it was changed, or lost its end`,
        );
      }
      ftruncateSync(descriptor, size);
    });
  }

  #open<T>(use: (descriptor: number) => T): T {
    return storing(this.#path, () => {
      const descriptor = openSync(this.#path, 'a');
      try {
        return use(descriptor);
      } finally {
        closeSync(descriptor);
      }
    });
  }
}
