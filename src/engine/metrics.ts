// Append-only records, one JSON object a line.

import { appendFileSync } from 'node:fs';

/** A file of records that only grows; a run that dies keeps every line but perhaps the last. */
export class RecordLog {
  readonly #path: string;

  constructor(path: string) {
    this.#path = path;
  }

  append(record: Readonly<Record<string, unknown>>): void {
    appendFileSync(this.#path, `${JSON.stringify(record)}\n`);
  }
}
