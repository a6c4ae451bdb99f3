// The networks that a config asks for, and the architect that moves a supernet's architecture parameters.

import type { NamedConfig } from '../config/load.js';
import type { Dataset } from '../data/dataset.js';
import { DartsEvaluationNetwork } from '../models/darts_evaluation_network.js';
import { DartsSearchNetwork } from '../models/darts_search_network.js';
import { EvaluationNetwork } from '../models/evaluation_network.js';
import type { Genotype } from '../models/genotypes.js';
import { FactorizedReduce } from '../models/operations.js';
import { SearchNetwork } from '../models/search_network.js';
import { type AnyModule, init } from '../nn/index.js';
import {
  type Architect,
  type Criterion,
  FirstOrderArchitect,
  SecondOrderArchitect,
  type SGD,
} from '../optim/index.js';

export type Supernet = SearchNetwork | DartsSearchNetwork;
export type FoundNetwork = EvaluationNetwork | DartsEvaluationNetwork;

export type Images = Pick<Dataset, 'classes' | 'image_shape'>;
type Options = Pick<NamedConfig, 'init' | 'quirks'>;

/** A supernet for `images`, on the CPU, drawn from the default generator. */
export function makeSupernet(
  { search, ...config }: Options & Pick<NamedConfig, 'search'>,
  { classes, image_shape }: Images,
): Supernet {
  const { max_pool_floor, double_edge_eval } = config.quirks;
  const { network, en_layers } = search;
  const options = {
    C: search.init_channels,
    num_classes: classes,
    layers: chosen(search.layers),
    in_channels: image_shape[0],
    primitives: search.primitives,
    k: search.partial_channels,
    betas: search.edge_normalisation,
    stem: search.stem,
    max_pool_floor,
    double_edge_eval,
  };
  return made(config, () =>
    network === 'darts'
      ? new DartsSearchNetwork(options)
      : new SearchNetwork({ ...options, en_layers }),
  );
}

/** The network of `genotype` for `images`, on the CPU, drawn from the default generator. */
export function makeFoundNetwork(
  { training, ...config }: Options & Pick<NamedConfig, 'training'>,
  genotype: Genotype,
  { classes, image_shape }: Images,
): FoundNetwork {
  const { network, stem, en_layers } = training;
  const options = {
    C: training.init_channels,
    num_classes: classes,
    genotype,
    layers: chosen(training.layers),
    in_channels: image_shape[0],
    auxiliary: training.auxiliary,
  };
  return made(config, () => {
    if (network === 'darts' && stem !== 'imagenet_b5') {
      return new DartsEvaluationNetwork({ ...options, stem });
    }
    const pool_time = chosen(training.pool_time);
    const { imagenet_drop_path_dead } = config.quirks;
    return new EvaluationNetwork({
      ...options,
      stem,
      en_layers,
      pool_time,
      imagenet_drop_path_dead,
    });
  });
}

const chosen = (value: number | 'auto') => (value === 'auto' ? undefined : value);

/** What `make` makes, initialised as the config says, with the quirks that sit in its operations. */
function made<M extends AnyModule>(config: Options, make: () => M): M {
  const network = init.with_scheme(config.init, make);
  for (const module of network.modules()) {
    if (module instanceof FactorizedReduce) module.pads_odd = !config.quirks.factorized_reduce_odd;
  }
  return network;
}

export interface ArchitectSetting {
  model: Supernet;
  /** What the model was made for. */
  images: Images;
  criterion: Criterion;
  /** Of the model's weights: second order looks through its next step. */
  optimizer: SGD;
}

export function makeArchitect(
  config: Options & Pick<NamedConfig, 'search'>,
  { model, images, criterion, optimizer }: ArchitectSetting,
): Architect {
  const { search, quirks } = config;
  const options = {
    lr: search.arch_learning_rate,
    betas: search.arch_betas,
    weight_decay: search.arch_weight_decay,
    grad_clip: search.arch_grad_clip === 'off' ? undefined : search.arch_grad_clip,
    held: search.held.map((name) => search.primitives.indexOf(name)),
  };
  const { second_order, stem } = search;
  const ignored = quirks.imagenet_unrolled_ignored && stem === 'imagenet';
  if (second_order === 'off' || ignored) return new FirstOrderArchitect(model, criterion, options);
  return new SecondOrderArchitect(model, criterion, optimizer, {
    ...options,
    ...quirks,
    second_order,
    rebuild: quirks.unrolled_rebuild_draws
      ? () => makeSupernet(config, images).dispose()
      : undefined,
  });
}
