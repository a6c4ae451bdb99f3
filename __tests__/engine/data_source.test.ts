// Which images a config picks: sizes, disjoint parts, the seed's say, and what it refuses.
import { describe, expect, test } from '@jest/globals';
import { DataSource } from '../../src/engine/data_source.js';
import { toyConfig } from './toy.js';

const source = (...overrides: string[]) => new DataSource(toyConfig(...overrides));

test('all training images are split in two disjoint parts', () => {
  const [first, second] = source('data.train_samples=all').train(0.9);
  expect([first.indices.length, second.indices.length]).toEqual([54_000, 6_000]);
  expect(new Set([...first.indices, ...second.indices]).size).toBe(60_000);
});

test('a sample, and a share of it, is chosen from the whole set before it is split', () => {
  const [first, second] = source('data.train_samples=1000').train(0.5, 0.25);
  expect([first.indices.length, second.indices.length]).toEqual([125, 125]);
  expect(new Set([...first.indices, ...second.indices]).size).toBe(250);
  expect(Math.max(...first.indices)).toBeGreaterThan(50_000);
});

test('a stratified sample has as many of each digit as its share of the set', () => {
  const { dataset, indices } = source('data.test_samples=1000', 'data.split=stratified').test();
  const counts = new Array(10).fill(0);
  for (const index of indices) counts[dataset.labels[index] as number] += 1;
  // The test set has 980, 1135, 1032, … of them; 1000 are a tenth.
  expect(counts).toEqual([98, 114, 103, 101, 98, 89, 96, 103, 97, 101]);
});

test('file order takes the first images', () => {
  const [first, second] = source('data.split=file_order').train(0.5);
  expect([...first.indices, ...second.indices]).toEqual([...Array(16).keys()]);
});

describe('the choice', () => {
  const chosen = (...overrides: string[]) => [...source(...overrides).train(0.5)[0].indices];

  test('is the same for the same seed, another for another', () => {
    expect(chosen('seed=1')).toEqual(chosen('seed=1'));
    expect(chosen('seed=1')).not.toEqual(chosen('seed=2'));
  });
});

test.each([
  [['data.train_samples=2'], 0.4, '2 training images are too few to split in two'],
  [
    ['data.train_samples=60001'],
    0.5,
    'data.train_samples: expected at most 60000, which is all of mnist, got 60001',
  ],
] as [string[], number, string][])('%j is refused', (overrides, portion, message) => {
  expect(() => source(...overrides).train(portion)).toThrow(
    expect.objectContaining({ code: 'ERR_CONFIG', message }),
  );
});
