// What the network that a config trains of a genotype costs; no image is read for it.

import * as torch from 'torch-js';
import type { NamedConfig } from '../config/load.js';
import { DATASETS, type DatasetConstants } from '../data/constants.js';
import { classesInFolders } from '../data/datasets/open.js';
import { type NetworkCost, networkCost } from '../models/cost.js';
import type { Genotype } from '../models/genotypes.js';
import { makeFoundNetwork } from './networks.js';
import { imageSide } from './pipelines.js';

export interface FoundNetworkCost extends NetworkCost {
  /** [channels, height, width] of the images that are counted for. */
  image_shape: [number, number, number];
}

/**
 * @param side Of the images. Default: of those of the config's data set, as the network gets them.
 * @throws DataError when the images decide how many classes there are, and there are none.
 */
export function foundNetworkCost(
  config: NamedConfig,
  genotype: Genotype,
  side = imageSide(config.data),
): FoundNetworkCost {
  const { data } = config;
  const { mean, ...set }: DatasetConstants = DATASETS[data.dataset];
  const known = set.class_names?.length ?? set.classes;
  const tenClasses = config.quirks.norb_classes && data.dataset === 'norb';
  const classes = tenClasses ? 10 : (known ?? classesInFolders(data).length);
  const image_shape: [number, number, number] = [mean.length, side, side];
  return torch.tidy(() => {
    using network = makeFoundNetwork(config, genotype, { classes, image_shape });
    return { image_shape, ...networkCost(network, image_shape) };
  });
}
