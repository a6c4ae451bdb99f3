// JavaScript's view of the mailbox: the memory through which arguments and results travel as doubles
// (native/mailbox.h). The buffer is never handed out, so nobody can detach it.
import { addon } from './addon.js';

/** The mailbox as doubles; replaced when it grows. */
export let numbers = new Float64Array(addon.mailbox(0));
let bits = new BigInt64Array(numbers.buffer);

/** Makes room for `capacity` doubles; what was written stays. */
export function reserve(capacity: number): void {
  if (capacity > numbers.length) refresh(capacity);
}

/** Looks at the mailbox anew, after C++ said that it grew. */
export function refresh(capacity = 0): void {
  numbers = new Float64Array(addon.mailbox(capacity));
  bits = new BigInt64Array(numbers.buffer);
}

const texts = new Map<string, number>();

/** The number that stands for a string; each string crosses once. */
export function intern(text: string): number {
  let id = texts.get(text);
  if (id === undefined) {
    id = addon.intern(text);
    texts.set(text, id);
  }
  return id;
}

/** Writes 64 bits at `at`. */
export function writeBits(at: number, value: bigint): void {
  bits[at] = value;
}

/**
 * Reads an int64 at `at`: a number where it is exact, a BigInt beyond 2^53. A NaN at `at` announces
 * that the 64 bits are in the next slot; `integerWidth` tells how many slots it took.
 */
export function readInteger(at: number): number | bigint {
  const value = numbers[at] as number;
  return Number.isNaN(value) ? (bits[at + 1] as bigint) : value;
}

export function integerWidth(at: number): number {
  return Number.isNaN(numbers[at]) ? 2 : 1;
}
