// What torch (ATen/core/DistributionsHelper.h, DistributionTemplates.h) and numpy's RandomState make of random
// numbers of 32 bits.

export abstract class RandomWords {
  /** The next 32 bits, 0..2^32-1. */
  abstract next32(): number;

  /** `torch.rand(1)`: a float32 of 24 bits, 0 <= x < 1. */
  rand(): number {
    return (this.next32() & 0xffffff) / 0x1000000;
  }

  /** `torch.empty(1).uniform_(from, to)` in float32. */
  uniform(from: number, to: number): number {
    const low = Math.fround(from);
    const range = Math.fround(Math.fround(to) - low);
    // Rounded once: LibTorch's kernel fuses the multiplication and the addition.
    return Math.fround(this.rand() * range + low);
  }

  /** `torch.randint(0, n, (1,))` for n up to 2^32 - 1. */
  randint(n: number): number {
    return this.next32() % n;
  }

  /** `torch.empty([], dtype=int64).random_()`: 0..2^63-1. */
  random64(): bigint {
    const high = BigInt(this.next32());
    return ((high << 32n) | BigInt(this.next32())) & 0x7fffffffffffffffn;
  }

  /** `torch.randperm(n)`. */
  randperm(n: number): Int32Array {
    const order = Int32Array.from({ length: n }, (_, i) => i);
    for (let i = 0; i < n - 1; i++) {
      const other = i + this.randint(n - i);
      const kept = order[i] as number;
      order[i] = order[other] as number;
      order[other] = kept;
    }
    return order;
  }

  /** `numpy.random.randint(n)`: draws are masked to the bits of n - 1, and drawn again while too large. */
  numpyRandint(n: number): number {
    if (n === 1) return 0;
    const mask = 0xffffffff >>> Math.clz32(n - 1);
    let drawn: number;
    do drawn = (this.next32() & mask) >>> 0;
    while (drawn > n - 1);
    return drawn;
  }
}
