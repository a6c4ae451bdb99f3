// Images of 3 x 32 x 32 in memory, such as CIFAR's; benchmarks/python/loader.py makes the same.
import type { Dataset } from '../src/data/dataset.js';
import { MemorySet } from '../src/data/memory_set.js';

export function imagesInMemory(images: number): Dataset {
  const pixels = Uint8Array.from({ length: images * 3072 }, (_, i) => {
    const [image, channel] = [Math.floor(i / 3072), Math.floor(i / 1024) % 3];
    return 7 * (Math.floor(i / 32) % 32) + 13 * (i % 32) + 29 * channel + 31 * image;
  });
  const labels = Uint8Array.from({ length: images }, (_, i) => i % 10);
  return new MemorySet([3, 32, 32], pixels, labels, 10, 'images');
}
