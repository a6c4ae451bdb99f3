// What the network that a config trains of a genotype costs; no image is read for it.

import * as torch from 'torch-js';
import type { NamedConfig } from '../config/load.js';
import { DATASETS } from '../data/constants.js';
import { type NetworkCost, networkCost } from '../models/cost.js';
import type { Genotype } from '../models/genotypes.js';
import { makeFoundNetwork } from './networks.js';

export interface FoundNetworkCost extends NetworkCost {
  /** [channels, height, width] of the images that are counted for. */
  image_shape: [number, number, number];
}

export function foundNetworkCost(config: NamedConfig, genotype: Genotype): FoundNetworkCost {
  const { classes, mean } = DATASETS[config.data.dataset];
  const channels = mean.length;
  const side = config.training.stem === 'cifar' ? (channels === 1 ? 28 : 32) : 224;
  const image_shape: [number, number, number] = [channels, side, side];
  return torch.tidy(() => {
    using network = makeFoundNetwork(config, genotype, { classes, image_shape });
    return { image_shape, ...networkCost(network, image_shape) };
  });
}
