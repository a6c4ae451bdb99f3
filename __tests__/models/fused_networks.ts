// The supernets of all search methods, small, with alphas far from uniform.
import * as torch from 'torch-js';
import { DartsSearchNetwork } from '../../src/models/darts_search_network.js';
import { SearchNetwork } from '../../src/models/search_network.js';
import type { SearchOptions } from '../../src/models/search_options.js';

const PARTIAL = { k: 4, betas: true };

const MAKE = {
  'B-DARTS': (options: SearchOptions) => new SearchNetwork(options),
  'B-PC-DARTS': (options: SearchOptions) => new SearchNetwork({ ...options, ...PARTIAL }),
  DARTS: (options: SearchOptions) => new DartsSearchNetwork({ layers: 3, ...options }),
  'PC-DARTS': (options: SearchOptions) =>
    new DartsSearchNetwork({ layers: 3, ...options, ...PARTIAL }),
};

export type Method = keyof typeof MAKE;

export const METHODS = Object.keys(MAKE) as Method[];

export function makeNetwork(method: Method, options: SearchOptions, seed: number) {
  torch.manual_seed(seed);
  const network = MAKE[method](options);
  for (const parameter of network.arch_parameters()) torch.no_grad(() => parameter.mul_(2000));
  return network;
}
