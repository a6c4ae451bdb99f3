// Every kind of run that there is, at toy size.
import type { NamedConfig } from '../../src/config/load.js';
import type { RunContext } from '../../src/engine/pass.js';
import { search } from '../../src/engine/search.js';
import { train } from '../../src/engine/train.js';
import { BNASv2_CLR_v1 } from '../../src/models/genotypes.js';
import { toyConfig } from './toy.js';

/** A kind of run: its command, and what it changes in the toy config. */
export interface Method {
  command: 'search' | 'train';
  overrides: string[];
}

const searching = (...keys: string[]): Method => ({
  command: 'search',
  overrides: ['search.validate_from=begin', ...keys],
});
const training = (...keys: string[]): Method => ({
  command: 'train',
  overrides: ['training.genotype=BNASv2_CLR_v1', ...keys],
});

const second = 'search.second_order=finite_difference';
const partial = ['init_channels=4', 'partial_channels=2', 'edge_normalisation=true'];
const pc = [...partial, 'begin=1'].map((key) => `search.${key}`);
const reference = 'mode=reference';
const workers = 'data.num_workers=2';

export const METHODS = {
  'B-DARTS, first order': searching(),
  'B-DARTS, second order': searching(second),
  'B-DARTS, exact second order, with workers': searching('search.second_order=exact', workers),
  'B-DARTS, second order, in reference mode': searching(reference, second, 'search.cutout=8'),
  'B-PC-DARTS': searching(...pc),
  'B-PC-DARTS, second order, in reference mode, with workers': searching(
    ...[...pc, second, reference, workers, 'search.cutout=8'],
  ),
  'DARTS, whose architecture begins late': searching(
    ...['search.network=darts', 'search.layers=3', 'search.begin=1'],
  ),
  training: training(),
  'training with workers and an auxiliary head': training(
    ...[workers, 'training.auxiliary=true', 'training.cutout=8'],
  ),
  'training in reference mode': training(reference, 'training.cutout=8'),
  'training in reference mode, with workers': training(reference, workers, 'training.cutout=8'),
} satisfies Record<string, Method>;

export type MethodName = keyof typeof METHODS;

export function configOf(name: MethodName, ...overrides: string[]): NamedConfig {
  return toyConfig(...METHODS[name].overrides, ...overrides);
}

/** Does a run of that kind. */
export async function run(config: NamedConfig, name: MethodName, context: RunContext) {
  if (METHODS[name].command === 'search') await search(config, context);
  else await train(config, BNASv2_CLR_v1, context);
}
