// CIFAR from small files in its binary format.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { Cifar } from '../../src/data/datasets/cifar.js';

const PIXELS = 3072;
const record = (seed: number, ...labels: number[]) =>
  Buffer.from([...labels, ...Array.from({ length: PIXELS }, (_, i) => (i * 7 + seed) % 256)]);

function written(files: Record<string, Buffer>): string {
  const root = mkdtempSync(join(tmpdir(), 'bnas-cifar-'));
  for (const [name, bytes] of Object.entries(files)) {
    mkdirSync(join(root, name, '..'), { recursive: true });
    writeFileSync(join(root, name), bytes);
  }
  return root;
}

test('CIFAR-10: the five batches follow each other', () => {
  const root = written(
    Object.fromEntries(
      [1, 2, 3, 4, 5].map((n) => [`cifar-10-batches-bin/data_batch_${n}.bin`, record(n, n + 4)]),
    ),
  );
  const set = new Cifar('cifar10', 'train', root);
  expect([...set.labels]).toEqual([5, 6, 7, 8, 9]);
  expect(set.image_shape).toEqual([3, 32, 32]);
  expect(Buffer.from(set.image(3))).toEqual(record(4));
});

test('CIFAR-100: labels are the fine ones', () => {
  const bytes = Buffer.concat([record(1, 19, 99), record(2, 3, 0)]);
  const set = new Cifar('cifar100', 'test', written({ 'cifar-100-binary/test.bin': bytes }));
  expect([...set.labels]).toEqual([99, 0]);
  expect(set.classes).toBe(100);
  expect(Buffer.from(set.image(1))).toEqual(record(2));
});

test.each([
  [
    'cut off',
    record(1, 3).subarray(0, 3000),
    '3000 bytes are no whole number of 3073-byte records',
  ],
  ['empty', Buffer.alloc(0), '0 bytes are no whole number of 3073-byte records'],
  ['with a label that is none', record(1, 10), 'label 0 is 10, not in 0..9'],
])('a file that is %s is refused', (_, bytes, message) => {
  const root = written({ 'cifar-10-batches-bin/test_batch.bin': bytes });
  expect(() => new Cifar('cifar10', 'test', root)).toThrow(message);
});

test('a file that is not there is named', () => {
  const root = written({});
  expect(() => new Cifar('cifar10', 'test', root)).toThrow(
    `${join(root, 'cifar-10-batches-bin', 'test_batch.bin')}: ENOENT`,
  );
});
