// What the network that a config trains of a genotype costs; no image is read for it.

import { join } from 'node:path';
import * as torch from 'torch-js';
import type { NamedConfig } from '../config/load.js';
import { DATASETS, type DatasetConstants } from '../data/constants.js';
import { classFolders } from '../data/datasets/image_folder.js';
import { type NetworkCost, networkCost } from '../models/cost.js';
import type { Genotype } from '../models/genotypes.js';
import { makeFoundNetwork } from './networks.js';

export interface FoundNetworkCost extends NetworkCost {
  /** [channels, height, width] of the images that are counted for. */
  image_shape: [number, number, number];
}

/** @throws DataError when the images decide how many classes there are, and there are none. */
export function foundNetworkCost(config: NamedConfig, genotype: Genotype): FoundNetworkCost {
  const { data } = config;
  const { mean, ...set }: DatasetConstants = DATASETS[data.dataset];
  const classes =
    set.class_names?.length ?? set.classes ?? classFolders(join(data.folder, 'train')).length;
  const channels = mean.length;
  const side = config.training.stem === 'cifar' ? (channels === 1 ? 28 : 32) : 224;
  const image_shape: [number, number, number] = [channels, side, side];
  return torch.tidy(() => {
    using network = makeFoundNetwork(config, genotype, { classes, image_shape });
    return { image_shape, ...networkCost(network, image_shape) };
  });
}
