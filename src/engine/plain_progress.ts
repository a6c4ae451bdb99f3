// Progress as plain lines, one a note: no colours, nothing is overwritten.

import type { Progress } from './progress.js';

export class PlainProgress implements Progress {
  readonly #stream: NodeJS.WritableStream;
  #label = '';
  #steps = 0;
  #done = 0;

  constructor(stream: NodeJS.WritableStream) {
    this.#stream = stream;
  }

  async task<T>(text: string, work: () => T | Promise<T>): Promise<T> {
    this.line(`${text} ...`);
    return work();
  }

  begin(label: string, steps: number, done = 0): void {
    this.#label = label;
    this.#steps = steps;
    this.#done = done;
  }

  advance(note?: string): void {
    this.#done += 1;
    if (note !== undefined) {
      this.line(`${this.#label}  step ${this.#done}/${this.#steps}  ${note}`);
    }
  }

  end(): void {}

  line(text: string): void {
    this.#stream.write(`${text}\n`);
  }
}
