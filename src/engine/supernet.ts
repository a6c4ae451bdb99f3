// The supernet that a config asks for, and the architect that moves its architecture parameters.

import type { NamedConfig } from '../config/load.js';
import type { Dataset } from '../data/dataset.js';
import { SearchNetwork } from '../models/search_network.js';
import {
  type Architect,
  type Criterion,
  FirstOrderArchitect,
  SecondOrderArchitect,
  type SGD,
} from '../optim/index.js';

type Options = Pick<NamedConfig, 'search' | 'quirks'>;

/** A network for the images of `dataset`, on the CPU. */
export function makeSupernet(
  { search, quirks }: Options,
  { classes, image_shape }: Pick<Dataset, 'classes' | 'image_shape'>,
): SearchNetwork {
  return new SearchNetwork({
    C: search.init_channels,
    num_classes: classes,
    layers: search.layers,
    en_layers: search.en_layers,
    in_channels: image_shape[0],
    primitives: search.primitives,
    k: search.partial_channels,
    betas: search.edge_normalisation,
    stem: search.stem,
    max_pool_floor: quirks.max_pool_floor,
    double_edge_eval: quirks.double_edge_eval,
  });
}

/** @param optimizer of the model's weights: second order looks through its next step */
export function makeArchitect(
  { search, quirks }: Options,
  model: SearchNetwork,
  criterion: Criterion,
  optimizer: SGD,
): Architect {
  const options = {
    lr: search.arch_learning_rate,
    betas: search.arch_betas,
    weight_decay: search.arch_weight_decay,
    grad_clip: search.arch_grad_clip === 'off' ? undefined : search.arch_grad_clip,
    held: search.held.map((name) => search.primitives.indexOf(name)),
  };
  const { second_order } = search;
  if (second_order === 'off') return new FirstOrderArchitect(model, criterion, options);
  const rebuild = () => new SearchNetwork(model.options).dispose();
  return new SecondOrderArchitect(model, criterion, optimizer, {
    ...options,
    ...quirks,
    second_order,
    rebuild: quirks.unrolled_rebuild_draws ? rebuild : undefined,
  });
}
