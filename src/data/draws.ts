// The generators that transforms draw from: torch's for most, numpy's for cutout, as in the original.

import { MT_STATE_WORDS, Mt19937 } from './mt19937.js';
import type { RandomWords } from './random_words.js';
import { Xoshiro128 } from './xoshiro128.js';

/** What stands for torch's generator, and for numpy's. */
export interface Draws {
  readonly torch: RandomWords;
  readonly numpy: RandomWords;
}

/** A pair as PyTorch's workers have it. */
export interface SharedDraws extends Draws {
  readonly torch: Mt19937;
  readonly numpy: Mt19937;
}

/** Both generators seeded by one number, as `torch.manual_seed(seed); numpy.random.seed(seed)`. */
export function seededDraws(seed: number | bigint): SharedDraws {
  return { torch: new Mt19937(seed), numpy: new Mt19937(seed) };
}

/** Those of a loader's worker, as torch.utils.data._utils.worker seeds them. */
export function workerDraws(base_seed: bigint, worker: number): SharedDraws {
  return {
    torch: new Mt19937(base_seed + BigInt(worker)),
    numpy: Mt19937.fromWords(seedWords([worker, ...words(base_seed)])),
  };
}

/** Words of 32 bits in a state of a pair. */
export const DRAWS_STATE_WORDS = 2 * MT_STATE_WORDS;

/** Writes where both stand. */
export function writeDraws({ torch, numpy }: SharedDraws, words: Int32Array): void {
  torch.writeState(words.subarray(0, MT_STATE_WORDS));
  numpy.writeState(words.subarray(MT_STATE_WORDS));
}

/** Goes on where the pair stood that wrote `words`. */
export function readDraws(words: Int32Array): SharedDraws {
  return {
    torch: Mt19937.fromState(words.subarray(0, MT_STATE_WORDS)),
    numpy: Mt19937.fromState(words.subarray(MT_STATE_WORDS)),
  };
}

/**
 * Those of each image of a pass: they depend on nothing but the seed of the pass and the image. Both are the
 * same generator.
 */
export function imageDraws(seed: bigint): (index: number) => Draws {
  const [a, b, c, d] = seedWords(words(seed)) as [number, number, number, number];
  return (index) => {
    const step = Math.imul(index + 1, 0x9e3779b9);
    const one = new Xoshiro128(mixed(a + step), mixed(b + step), mixed(c + step), mixed(d + step));
    return { torch: one, numpy: one };
  };
}

/** MurmurHash3's last step (Appleby): each bit of the value changes about half of the bits. */
function mixed(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}

const words = (seed: bigint) => [Number(seed & 0xffffffffn), Number(seed >> 32n)];

/**
 * Four words of 32 bits from up to four: numpy's SeedSequence, as torch's `_generate_state` copies it.
 */
export function seedWords(entropy: readonly number[]): number[] {
  let constant = 0x43b0d7e5;
  const scramble = (value: number, multiplier: number) => {
    const mixed = value ^ constant;
    constant = Math.imul(constant, multiplier);
    const product = Math.imul(mixed, constant);
    return product ^ (product >>> 16);
  };
  const pool = [0, 1, 2, 3].map((i) => scramble(entropy[i] ?? 0, 0x931e8875));
  for (let from = 0; from < 4; from++) {
    for (let to = 0; to < 4; to++) {
      if (from === to) continue;
      const other = scramble(pool[from] as number, 0x931e8875);
      const sum = Math.imul(0xca01f9dd, pool[to] as number) - Math.imul(0x4973f715, other);
      pool[to] = (sum | 0) ^ ((sum | 0) >>> 16);
    }
  }
  constant = 0x8b51f9dd;
  return pool.map((value) => scramble(value, 0x58f38ded) >>> 0);
}
