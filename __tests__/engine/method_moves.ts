// Every network with every architect: that a search moves the architecture.
import { expect } from '@jest/globals';
import { search } from '../../src/engine/search.js';
import { records, toyConfig, toyContext } from './toy.js';

const pc = ['init_channels=4', 'partial_channels=2', 'edge_normalisation=true'];
export const NETWORKS = {
  broad: [],
  'broad, partial': pc,
  darts: ['network=darts', 'layers=3'],
  'darts, partial': ['network=darts', 'layers=3', ...pc],
};
export type NetworkName = keyof typeof NETWORKS;

export const ORDERS = ['off', 'finite_difference', 'exact'] as const;
export type Order = (typeof ORDERS)[number];

/** A search of one step, in a folder to be made. */
export async function moves(path: string, name: NetworkName, order: Order): Promise<void> {
  const keys: readonly string[] = NETWORKS[name];
  const own = [...keys, `second_order=${order}`, 'epochs=1'].map((key) => `search.${key}`);
  await search(toyConfig(...own, 'data.train_samples=8'), toyContext(path));
  const found: Record<string, number[]> = records(path, 'metrics.jsonl').find(
    ({ kind }) => kind === 'epoch',
  ).architecture;
  expect(Object.keys(found)).toHaveLength(keys.includes('partial_channels=2') ? 4 : 2);
  // Adam's first step is the learning rate, here 0.1, against the gradient's sign.
  const values = Object.values(found).flat(2).map(Math.abs);
  const moved = values.filter((value) => Math.abs(value - 0.1) < 0.01).length;
  expect(moved / values.length).toBeGreaterThan(0.5);
}
