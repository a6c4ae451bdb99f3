// CIFAR-10 and CIFAR-100 (Krizhevsky 2009): 50,000 training and 10,000 test images of 32x32, from either
// version of the archives, unpacked or as they are published.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { DATASETS } from '../constants.js';
import { DataError } from '../dataset.js';
import { MemorySet, requireLabels, sharedBytes } from '../memory_set.js';
import { type CifarBatch, PIXELS, readPickle, readRecords } from './cifar_batch.js';
import { readBytes } from './file.js';
import { readTar } from './tar.js';

export type Part = 'train' | 'test';
type Name = keyof typeof VERSIONS;

export interface Version {
  /** Inside the archive, and where it is unpacked. */
  readonly folder: string;
  readonly archive: string;
  readonly files: Record<Part, readonly string[]>;
  read(bytes: Buffer, path: string): CifarBatch;
}

const NUMBERS = [1, 2, 3, 4, 5];

const VERSIONS = {
  cifar10: [
    {
      folder: 'cifar-10-batches-py',
      archive: 'cifar-10-python.tar.gz',
      files: { train: NUMBERS.map((n) => `data_batch_${n}`), test: ['test_batch'] },
      read: (bytes, path) => readPickle(bytes, path, 'labels'),
    },
    {
      folder: 'cifar-10-batches-bin',
      archive: 'cifar-10-binary.tar.gz',
      files: { train: NUMBERS.map((n) => `data_batch_${n}.bin`), test: ['test_batch.bin'] },
      read: (bytes, path) => readRecords(bytes, path, 1),
    },
  ],
  cifar100: [
    {
      folder: 'cifar-100-python',
      archive: 'cifar-100-python.tar.gz',
      files: { train: ['train'], test: ['test'] },
      read: (bytes, path) => readPickle(bytes, path, 'fine_labels'),
    },
    {
      folder: 'cifar-100-binary',
      archive: 'cifar-100-binary.tar.gz',
      files: { train: ['train.bin'], test: ['test.bin'] },
      // The coarse label comes first.
      read: (bytes, path) => readRecords(bytes, path, 2),
    },
  ],
} as const satisfies Record<string, readonly Version[]>;

/** One part of CIFAR-10 or, by its fine labels, CIFAR-100. Image shape `[3, 32, 32]`. */
export class Cifar extends MemorySet {
  /**
   * @param root Where the archive or its unpacked folder lies; of several, the unpacked one and the
   * Python version come first.
   * @throws DataError when a file is missing, cut off, or has a label that is none.
   */
  constructor(name: Name, part: Part, root: string) {
    const { class_names } = DATASETS[name];
    const batches = [...readBatches(name, part, root)].map(({ path, batch }) => {
      requireLabels(batch.labels, class_names.length, path);
      return batch;
    });
    const length = batches.reduce((sum, { labels }) => sum + labels.length, 0);
    const pixels = sharedBytes(length * PIXELS);
    const labels = new Uint8Array(length);
    let done = 0;
    for (const batch of batches) {
      pixels.set(batch.pixels, done * PIXELS);
      labels.set(batch.labels, done);
      done += batch.labels.length;
    }
    super([3, 32, 32], pixels, labels, class_names, root);
  }
}

/** Where the images of `name` lie in `root`; undefined when they do not. */
export function findCifar(
  name: Name,
  root: string,
): { version: Version; path: string } | undefined {
  const versions: readonly Version[] = VERSIONS[name];
  const places = (['folder', 'archive'] as const).flatMap((kind) =>
    versions.map((version) => ({ version, path: join(root, version[kind]) })),
  );
  return places.find(({ path }) => existsSync(path));
}

function* readBatches(name: Name, part: Part, root: string) {
  const found = findCifar(name, root);
  if (!found) {
    const names = VERSIONS[name].flatMap(({ folder, archive }) => [`${folder}/`, archive]);
    throw new DataError(`${root}: none of ${names.join(', ')} is there`);
  }
  const { version, path: place } = found;
  const packed = place.endsWith(version.archive);
  const archive = packed ? readTar(readBytes(place), place) : undefined;
  for (const file of version.files[part]) {
    const inside = `${version.folder}/${file}`;
    const path = packed ? `${place}: ${inside}` : join(root, inside);
    const bytes = archive ? archive.get(inside) : readBytes(path);
    if (!bytes) throw new DataError(`${path}: not in the archive`);
    yield { path, batch: version.read(bytes, path) };
  }
}
