// Slices: every `step`-th position from `start` up to `stop`, as Python's.
import { rangeError, show, typeError } from './errors.js';

const TEXT = /^\s*(-?\d+)?\s*:\s*(-?\d+)?\s*(?::\s*(-?\d+)?\s*)?$/;

/**
 * The positions from `start` up to, not including, `stop`, by `step`. Negative positions count from the
 * end; null leaves an end open; what lies outside is cut off.
 */
export class Slice {
  readonly start: number | null;
  readonly stop: number | null;
  readonly step: number;

  /** @throws TypeError for what is no whole number, RangeError for a step below 1, as PyTorch refuses it. */
  constructor(start: number | null = null, stop: number | null = null, step: number | null = null) {
    requireWhole('start', start);
    requireWhole('stop', stop);
    requireWhole('step', step);
    if (step !== null && step < 1) {
      throw rangeError(`Slice: step must be greater than zero, but got ${step}`);
    }
    this.start = start;
    this.stop = stop;
    this.step = step ?? 1;
  }

  /** The slice that Python writes as `1:3`, `:-1` or `::2`; undefined where `text` is none. */
  static parse(text: string): Slice | undefined {
    const match = TEXT.exec(text);
    if (!match) return undefined;
    const [, start, stop, step] = match;
    return new Slice(position(start), position(stop), position(step));
  }

  /** Whether it takes all positions. */
  get isFull(): boolean {
    return this.start === null && this.stop === null && this.step === 1;
  }
}

function position(text: string | undefined): number | null {
  return text === undefined ? null : Number(text);
}

function requireWhole(name: string, value: number | null): void {
  if (value !== null && !Number.isSafeInteger(value)) {
    throw typeError(`Slice: ${name} must be a whole number or null, but got ${show(value)}`);
  }
}
