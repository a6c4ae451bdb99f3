// Networks of the original by the names that golden figures give them.
import { z } from 'zod';
import { EvaluationNetwork } from '../../src/models/evaluation_network.js';
import { checkGenotype, type Primitive } from '../../src/models/genotypes.js';
import { SearchNetwork, type SearchNetworkOptions } from '../../src/models/search_network.js';
import type { StemName } from '../../src/models/stem.js';
import { type Scheme, with_scheme } from '../../src/nn/init.js';
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

type Build = (args: unknown) => Network;

function search(fixed: Partial<SearchNetworkOptions> = {}): Build {
  return (args) => {
    const { primitives, ...options } = searchArguments.parse(args);
    return new SearchNetwork({
      ...options,
      primitives: primitives as Primitive[] | undefined,
      ...fixed,
    });
  };
}

function evaluation(stem: StemName = 'cifar'): Build {
  return (args) => {
    const { genotype_arrays, set, ...options } = evaluationArguments.parse(args);
    const genotype = checkGenotype(genotype_arrays);
    return new EvaluationNetwork({ ...options, genotype, in_channels: channelsOf(set), stem });
  };
}

/** What builds each class from the constructor arguments in a file. */
const NETWORKS: Readonly<Record<string, Build>> = {
  'BNASv2CLR model_search_b.Network': search(),
  'BNASv2CLR model_b.Network': evaluation(),
  'BNASv2PC model_search_b.Network': search({ k: 4, betas: true, max_pool_floor: true }),
  'BNASv2PC model_search_imagenet_b.Network': search({
    k: 2,
    betas: true,
    stem: 'imagenet',
    max_pool_floor: true,
    double_edge_eval: true,
  }),
  'BNASv2PC model_b.NetworkCIFAR': evaluation(),
  'BNASv2PC model_b.NetworkImageNet_b2': evaluation('imagenet'),
  'BNASv2PC model_b.NetworkImageNet_b5': evaluation('imagenet_b5'),
};

export const networkFigure = {
  class: z.string(),
  constructor: z.record(z.string(), z.unknown()),
  init: z.enum(['modern', 'legacy']).default('modern'),
};

export interface NetworkFigure {
  class: string;
  init?: Scheme;
}

/** Builds the network of a file from its constructor arguments; undefined for a class that is not covered. */
export function builderOf({ class: name, init = 'modern' }: NetworkFigure): Build | undefined {
  const build = NETWORKS[name];
  return build && ((args) => with_scheme(init, () => build(args)));
}
