// Every data set that a config of the project names, in its own form on disk, with a few images of noise.
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { Mt19937 } from '../../src/data/mt19937.js';
import { idxBytes } from '../data/idx_bytes.js';
import { writeImageFolders } from './image_folders.js';
import { PROJECT_ROOT } from './paths.js';

/** Images of each part, but for SVHN, which has three. */
const COUNTS = { train: 10, test: 4 } as const;

/** Writes them as a config's data.folder has them; those in folders by class get a folder of their name there. */
export async function writeToyData(folder: string): Promise<void> {
  const generator = new Mt19937(0);
  const noise = (count: number) => Array.from({ length: count }, () => generator.randint(256));
  const records = (count: number, labels: (n: number) => number[]) =>
    Uint8Array.from(Array.from({ length: count }, (_, n) => [...labels(n), ...noise(3072)]).flat());
  const put = (path: string, bytes: Uint8Array) => {
    mkdirSync(`${folder}/${path}`.replace(/\/[^/]*$/, ''), { recursive: true });
    writeFileSync(`${folder}/${path}`, bytes);
  };
  const { train, test } = COUNTS;
  for (const n of [1, 2, 3, 4, 5]) {
    put(
      `cifar-10-batches-bin/data_batch_${n}.bin`,
      records(train / 5, (i) => [n + i]),
    );
  }
  put(
    'cifar-10-batches-bin/test_batch.bin',
    records(test, (i) => [i]),
  );
  put(
    'cifar-100-binary/train.bin',
    records(train, (i) => [0, 9 * i]),
  );
  put(
    'cifar-100-binary/test.bin',
    records(test, (i) => [0, 30 * i]),
  );
  for (const [name, count] of [
    ['train', train],
    ['t10k', test],
  ] as const) {
    const labels = Array.from({ length: count }, (_, i) => i);
    const pixels = noise(count * 28 * 28);
    put(`FashionMNIST/raw/${name}-images-idx3-ubyte`, idxBytes(0x803, [count, 28, 28], pixels));
    put(`FashionMNIST/raw/${name}-labels-idx1-ubyte`, idxBytes(0x801, [count], labels));
  }
  for (const part of ['train', 'test']) {
    const file = `${part}_32x32.mat`;
    copyFileSync(`${PROJECT_ROOT}__tests__/data/fixtures/${file}`, `${folder}/${file}`);
  }
  await writeImageFolders(`${folder}/norb`, ['animal', 'human'], { train: 5, test: 2 });
  await writeImageFolders(`${folder}/imagenet`, ['n1', 'n2'], { train: 5, val: 2 });
}
