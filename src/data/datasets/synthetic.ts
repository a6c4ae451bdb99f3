// Images made up by a generator: for tests, and for trying a run without any data.

import { MemorySet, sharedBytes } from '../memory_set.js';
import { Mt19937 } from '../mt19937.js';

const CLASSES = 10;
const SIZE = 3 * 32 * 32;
const COUNTS = { train: 1000, test: 200 } as const;
/** What the generators are seeded with: classes look alike in both parts, images do not. */
const SEEDS = { classes: 0, train: 1, test: 2 } as const;

/**
 * 1,000 or 200 images of shape `[3, 32, 32]`, as many of each of 10 classes: the pattern of its class in
 * every second bit, noise in the others. They are the same in every run.
 */
export class Synthetic extends MemorySet {
  constructor(part: 'train' | 'test') {
    const patterns = bytes(CLASSES * SIZE, SEEDS.classes);
    const noise = bytes(COUNTS[part] * SIZE, SEEDS[part]);
    const pixels = sharedBytes(noise.length);
    const labels = Uint8Array.from({ length: COUNTS[part] }, (_, index) => index % CLASSES);
    for (let i = 0; i < pixels.length; i++) {
      const label = labels[Math.floor(i / SIZE)] as number;
      const pattern = patterns[label * SIZE + (i % SIZE)] as number;
      pixels[i] = (pattern & 0xaa) | ((noise[i] as number) & 0x55);
    }
    super([3, 32, 32], pixels, labels, CLASSES, 'synthetic');
  }
}

function bytes(count: number, seed: number): Uint8Array {
  const generator = new Mt19937(seed);
  return Uint8Array.from({ length: count }, () => generator.randint(256));
}
