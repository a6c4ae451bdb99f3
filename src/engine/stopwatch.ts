// Where the time of a pass goes.

import * as torch from 'torch-js';

/**
 * Adds up seconds by what they went into. A GPU works behind the program's back: it is waited for at every lap,
 * and so that this costs little, in a few steps only, which then stand for all.
 */
export class Stopwatch {
  readonly #gpu: number | undefined;
  readonly #seconds = new Map<string, number>();
  #measured = 0;
  #steps = 0;
  #last = 0;
  #measures = false;

  constructor(device: string) {
    const [, index] = /^cuda:(\d+)$/.exec(device) ?? [];
    this.#gpu = index === undefined ? undefined : Number(index);
  }

  /** A step begins. @param sample Whether it is measured on a GPU; on a CPU every one is. */
  begin(sample: boolean): void {
    this.#measures = sample || this.#gpu === undefined;
    if (this.#measures) this.#last = this.#now();
  }

  /** What was done since the last lap was `part`. */
  lap(part: string): void {
    if (!this.#measures) return;
    const now = this.#now();
    this.#seconds.set(part, (this.#seconds.get(part) ?? 0) + now - this.#last);
    this.#last = now;
  }

  /** The step is over; what was done since the last lap was something else. */
  end(): void {
    this.lap('other');
    this.#steps += 1;
    if (this.#measures) this.#measured += 1;
  }

  /** Seconds of each part, in all steps. */
  parts(): Record<string, number> {
    const share = this.#steps / Math.max(1, this.#measured);
    return Object.fromEntries(Array.from(this.#seconds, ([part, sum]) => [part, sum * share]));
  }

  #now(): number {
    if (this.#gpu !== undefined) torch.synchronize(this.#gpu);
    return performance.now() / 1000;
  }
}
