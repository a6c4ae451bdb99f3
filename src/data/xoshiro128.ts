// xoshiro128** (Blackman and Vigna 2018): 16 bytes of state, where the Mersenne Twister has 2.5 kB to fill before its
// first number. For streams that are short and many.

import { RandomWords } from './random_words.js';

export class Xoshiro128 extends RandomWords {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  /** The four words are the state; one at least must not be 0. */
  constructor(a: number, b: number, c: number, d: number) {
    super();
    this.#a = a | 0;
    this.#b = b | 0;
    this.#c = c | 0;
    this.#d = d | 0;
  }

  override next32(): number {
    const product = Math.imul(this.#b, 5);
    const result = Math.imul((product << 7) | (product >>> 25), 9);
    const shifted = this.#b << 9;
    this.#c ^= this.#a;
    this.#d ^= this.#b;
    this.#b ^= this.#c;
    this.#a ^= this.#d;
    this.#c ^= shifted;
    this.#d = (this.#d << 11) | (this.#d >>> 21);
    return result >>> 0;
  }
}
