// Networks of the original by the names that golden figures give them.
import { z } from 'zod';
import { EvaluationNetwork } from '../../src/models/evaluation_network.js';
import { checkGenotype, type Primitive } from '../../src/models/genotypes.js';
import { SearchNetwork } from '../../src/models/search_network.js';
import { genotypeFigure } from './figures.js';

export type Network = SearchNetwork | EvaluationNetwork;

const searchArguments = z.object({
  C: z.number(),
  num_classes: z.number(),
  layers: z.number(),
  en_layers: z.number(),
  steps: z.number().optional(),
  multiplier: z.number().optional(),
  stem_multiplier: z.number().optional(),
  primitives: z.array(z.string()).optional(),
});

const evaluationArguments = z.object({
  C: z.number(),
  num_classes: z.number(),
  layers: z.number(),
  genotype_arrays: genotypeFigure,
  set: z.string().optional(),
  en_layers: z.number(),
  pool_time: z.number().optional(),
});

/** The original's evaluation network takes the data set's name, and one channel for these. */
export const channelsOf = (set = 'cifar10') => (['mnist', 'fashion'].includes(set) ? 1 : 3);

export function searchNetwork(args: unknown): SearchNetwork {
  const { primitives, ...options } = searchArguments.parse(args);
  return new SearchNetwork({ ...options, primitives: primitives as Primitive[] | undefined });
}

function evaluationNetwork(args: unknown): EvaluationNetwork {
  const { genotype_arrays, set, ...options } = evaluationArguments.parse(args);
  const genotype = checkGenotype(genotype_arrays);
  return new EvaluationNetwork({ ...options, genotype, in_channels: channelsOf(set) });
}

/** What builds each class from the constructor arguments in a file; classes not here are not covered. */
export const NETWORKS: Readonly<Record<string, (args: unknown) => Network>> = {
  'BNASv2CLR model_search_b.Network': searchNetwork,
  'BNASv2CLR model_b.Network': evaluationNetwork,
  'BNASv2PC model_b.NetworkCIFAR': evaluationNetwork,
};

export const networkFigure = {
  class: z.string(),
  constructor: z.record(z.string(), z.unknown()),
};
