// Mersenne Twister, MT19937 (Matsumoto and Nishimura 1998), seeded as torch (at/core/MT19937RNGEngine.h) and numpy's
// RandomState seed it, so that threads without LibTorch draw what theirs would.

import { RandomWords } from './random_words.js';

const N = 624;
const M = 397;

/** Bytes of what `torch.get_rng_state()` gives of the CPU generator. */
const TORCH_STATE_BYTES = 5056;

/** Words of 32 bits in a state of a generator: its own, and how many of them are used up. */
export const MT_STATE_WORDS = N + 1;

/** A Mersenne Twister; `new` seeds it as torch and numpy do with one number. */
export class Mt19937 extends RandomWords {
  readonly #state = new Uint32Array(N);
  #next = N;
  /** Words of the present 624 that are made; the others are still those of the 624 before. */
  #made = N;

  /** @param seed A whole number; its lowest 32 bits count. */
  constructor(seed: number | bigint) {
    super();
    this.#seed(Number(BigInt(seed) & 0xffffffffn));
  }

  /** Seeded with several words of 32 bits, as `numpy.random.seed(words)`. */
  static fromWords(words: readonly number[]): Mt19937 {
    const generator = new Mt19937(19650218);
    const state = generator.#state;
    let i = 1;
    const mix = (multiplier: number) => {
      const last = state[i - 1] as number;
      return ((state[i] as number) ^ Math.imul(last ^ (last >>> 30), multiplier)) >>> 0;
    };
    const advance = () => {
      i++;
      if (i < N) return;
      state[0] = state[N - 1] as number;
      i = 1;
    };
    for (let k = 0; k < Math.max(N, words.length); k++) {
      const j = k % words.length;
      state[i] = mix(1664525) + (words[j] as number) + j;
      advance();
    }
    for (let k = 1; k < N; k++) {
      state[i] = mix(1566083941) - i;
      advance();
    }
    state[0] = 0x80000000;
    return generator;
  }

  /**
   * Goes on where torch's CPU generator stands.
   *
   * @param bytes What its `get_state()` gives.
   */
  static fromTorchState(bytes: Uint8Array): Mt19937 {
    const view = torchView(bytes);
    const generator = new Mt19937(0);
    for (let i = 0; i < N; i++) generator.#state[i] = view.getUint32(24 + 8 * i, true);
    // torch counts what is left and regenerates when one is; a fresh generator has left = 1, next = 0.
    generator.#next = view.getInt32(8, true) === 1 ? N : view.getUint32(16, true);
    return generator;
  }

  /** Goes on where the generator stood that wrote `words`. */
  static fromState(words: Int32Array): Mt19937 {
    if (words.length !== MT_STATE_WORDS) {
      throw new RangeError(
        `a state of a Mersenne Twister has ${MT_STATE_WORDS} words, not ${words.length}`,
      );
    }
    const generator = new Mt19937(0);
    generator.#state.set(words.subarray(0, N));
    generator.#next = words[N] as number;
    return generator;
  }

  /** Writes where this stands, for `fromState`. */
  writeState(words: Int32Array): void {
    this.#make(N);
    words.set(this.#state);
    words[N] = this.#next;
  }

  /** Writes where this stands into a state of torch's CPU generator, for its `set_state()`. */
  writeTorchState(bytes: Uint8Array): void {
    const view = torchView(bytes);
    this.#make(N);
    for (let i = 0; i < N; i++) view.setUint32(24 + 8 * i, this.#state[i] as number, true);
    view.setInt32(8, N + 1 - this.#next, true);
    view.setUint32(16, this.#next, true);
  }

  #seed(seed: number): void {
    const state = this.#state;
    state[0] = seed;
    for (let i = 1; i < N; i++) {
      const last = state[i - 1] as number;
      state[i] = Math.imul(1812433253, last ^ (last >>> 30)) + i;
    }
    this.#next = N;
  }

  /** Makes words of the next 624 up to `end`: no more than are drawn, as an image's generator gives few. */
  #make(end: number): void {
    const state = this.#state;
    for (let i = this.#made; i < end; i++) {
      const after = state[i + 1 < N ? i + 1 : 0] as number;
      const y = ((state[i] as number) & 0x80000000) | (after & 0x7fffffff);
      const far = state[i + M < N ? i + M : i + M - N] as number;
      state[i] = far ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    this.#made = end;
  }

  override next32(): number {
    if (this.#next === N) {
      this.#next = 0;
      this.#made = 0;
    }
    if (this.#made === this.#next) this.#make(this.#next + 1);
    let y = this.#state[this.#next++] as number;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    y ^= y >>> 18;
    return y >>> 0;
  }
}

function torchView(bytes: Uint8Array): DataView {
  if (bytes.length !== TORCH_STATE_BYTES) {
    throw new RangeError(
      `a state of torch's CPU generator has ${TORCH_STATE_BYTES} bytes, not ${bytes.length}`,
    );
  }
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
}
