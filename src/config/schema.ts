// Every key of a config: range, default, meaning. Names and defaults are those of the original's
// train_search_b_confidence.py (search) and train_b.py (training), as far as it has them.

import { z } from 'zod';
import { OPERATION_NAMES, PRIMITIVES } from '../models/genotypes.js';
import { data } from './data_keys.js';
import { MODES, QUIRK_NAMES, QUIRKS, type QuirkName, quirksOf } from './quirks.js';
import {
  either,
  evenNumber,
  flag,
  fraction,
  listOf,
  number,
  oneOf,
  pair,
  positive,
  share,
  text,
  wholeNumber,
} from './values.js';

const sgd = {
  learning_rate_min: number(0).default(0).describe('what a cosine falls to'),
  momentum: number(0, 1).default(0.9).describe('momentum of SGD'),
  weight_decay: number(0).default(3e-4).describe('weight decay of SGD'),
  grad_clip: positive().default(5).describe('largest norm of the gradient of all weights'),
};

const network = oneOf(['broad', 'darts']).default('broad');
const cutout = either('off', wholeNumber(1)).default('off');
const rises = wholeNumber(0).default(0).describe('epochs over which the learning rate first rises');

const search = z.strictObject({
  network: network.describe('broad: B-DARTS and its kin; darts: a chain of cells, as a baseline'),
  init_channels: evenNumber(2).default(16).describe('channels C of the supernet'),
  layers: either('auto', wholeNumber(2))
    .default('auto')
    .describe('convolution cells, each halving the image; auto: 2. Of darts: all cells; auto: 8'),
  en_layers: wholeNumber(1).default(1).describe('enhancement cells, which darts has none of'),
  primitives: listOf(OPERATION_NAMES, 2)
    .default([...PRIMITIVES])
    .describe('operations that are searched among'),
  partial_channels: wholeNumber(1)
    .default(1)
    .describe('one channel in so many is searched on; 1: all (B-DARTS), 4: (B-)PC-DARTS'),
  edge_normalisation: flag()
    .default(false)
    .describe('nodes weigh their edges by parameters of their own, as (B-)PC-DARTS'),
  stem: oneOf(['cifar', 'imagenet'])
    .default('cifar')
    .describe('imagenet: cells see an eighth of the height and width'),
  epochs: wholeNumber(1).default(50).describe('passes over the images that train the weights'),
  batch_size: wholeNumber(1).default(256).describe('images in a step, of each kind'),
  learning_rate: positive().default(0.1).describe('learning rate of the weights at its height'),
  warm_up_epochs: rises,
  ...sgd,
  cutout: cutout.describe('side of a square that is zeroed at random in images learned from'),
  sample_portion: share().default(1).describe('share of the training images that the search uses'),
  train_portion: either('folders', fraction())
    .default(0.5)
    .describe(
      'share of these that trains the weights, the others train the architecture; folders, of imagenet: what is in train/, and in val/',
    ),
  arch_learning_rate: positive().default(3e-4).describe('learning rate of the architecture (Adam)'),
  arch_weight_decay: number(0).default(1e-3).describe('its weight decay'),
  arch_betas: pair(number(0, 0.9999)).default([0.5, 0.999]).describe('its moment decay rates'),
  arch_grad_clip: either('off', positive())
    .default('off')
    .describe('largest norm of the gradient of the whole architecture'),
  second_order: oneOf(['off', 'finite_difference', 'exact'])
    .default('off')
    .describe('its gradient looks through one step of the weights, at 2.5 to 3 times the cost'),
  held: listOf(OPERATION_NAMES, 0)
    .default([])
    .describe('operations whose alphas stay as they are drawn'),
  confidence_power: either('off', number(0))
    .default(2)
    .describe('its rate is scaled by ((epoch + 1) / epochs) to this power; off: constant'),
  begin: wholeNumber(0).default(0).describe('first epoch that trains the architecture'),
  validate_from: either('begin', wholeNumber(0))
    .default('begin')
    .describe('first epoch that is validated after its training'),
  stop_at_skips: either('off', wholeNumber(1))
    .default('off')
    .describe('ends the search once a convolution cell has so many skip connections (DARTS+: 2)'),
});

const training = z.strictObject({
  genotype: text(/\S/, 'a genotype, its name, its file, or the folder of a search')
    .optional()
    .describe('what is trained: a released name, a text, a file, FILE:NAME or a run folder'),
  network: network.describe(
    'broad: the networks of BNAS-v2; darts: a chain of cells, as a baseline',
  ),
  init_channels: evenNumber(2).default(48).describe('channels C of the network'),
  layers: either('auto', wholeNumber(2))
    .default('auto')
    .describe('convolution cells; auto: 6. Of darts: all cells; auto: 20, on imagenet 14'),
  pool_time: either('auto', wholeNumber(2))
    .default('auto')
    .describe(
      'how many of them halve the image; auto: 2, of imagenet_b5 5; darts always halves twice',
    ),
  en_layers: wholeNumber(1).default(2).describe('enhancement cells, which darts has none of'),
  stem: oneOf(['cifar', 'imagenet', 'imagenet_b5'])
    .default('cifar')
    .describe('imagenet: cells see an eighth of the height and width; imagenet_b5: all of it'),
  auxiliary: flag().default(false).describe('a second classifier in the middle is trained too'),
  auxiliary_weight: number(0).default(0.4).describe('share of its loss'),
  epochs: wholeNumber(1).default(600).describe('passes over the training images'),
  batch_size: wholeNumber(1).default(128).describe('images in a step'),
  learning_rate: positive().default(0.025).describe('learning rate at its height'),
  lr_scheduler: oneOf(['cosine', 'linear']).default('cosine').describe('how it falls'),
  warm_up_epochs: rises,
  ...sgd,
  label_smoothing: number(0, 0.99).default(0).describe('share of the target on all classes alike'),
  cutout: cutout.describe('side of a square that is zeroed in images learned from; the paper: 16'),
  ten_crop: flag()
    .default(false)
    .describe('images that are not learned from are seen in ten crops, at ten times the cost'),
  drop_path_prob: number(0, 0.99)
    .default(0.3)
    .describe('share of paths dropped, times epoch / epochs'),
  train_portion: fraction()
    .default(0.9)
    .describe('share of the images that is learned from; the others choose the best epoch'),
});

const checkpoint = z.strictObject({
  every_epochs: wholeNumber(1).default(1).describe('epochs between two checkpoints'),
  every_steps: either('off', wholeNumber(1))
    .default('off')
    .describe('steps between two checkpoints within an epoch, for epochs of hours'),
  keep_last: wholeNumber(1).default(2).describe('how many of the newest ones are kept'),
  keep_every: either('off', wholeNumber(1))
    .default('off')
    .describe('every so many epochs, one is kept for good'),
  keep_best: flag().default(false).describe('the one after the best validated epoch is kept too'),
});

const quirkFlag = (name: QuirkName) => {
  const { original, fixed } = QUIRKS[name];
  return flag().optional().describe(`true: ${original}; false: ${fixed}`);
};
const quirks = z.strictObject(
  Object.fromEntries(QUIRK_NAMES.map((name) => [name, quirkFlag(name)])) as Record<
    QuirkName,
    ReturnType<typeof quirkFlag>
  >,
);

/** The whole config: nothing but these keys, none of them required. */
export const schema = z
  .strictObject({
    extends: text(/\S/, 'the path of a config')
      .optional()
      .describe('another config, seen from this one, that holds where this one says nothing'),
    name: text(/^[\w.-]*\w[\w.-]*$/, 'letters, digits, dots, dashes and underscores')
      .optional()
      .describe('names the run; by default after the config file'),
    seed: wholeNumber(0).default(2).describe('decides every random draw'),
    device: text(/^(auto|cpu|cuda:\d+)$/, 'auto, cpu or cuda:N')
      .default('auto')
      .describe('auto: the first GPU if there is one'),
    threads: either('auto', wholeNumber(1, 1024))
      .default('auto')
      .describe('CPU threads; auto: as many as LibTorch chooses'),
    execution: oneOf(['auto', 'fused', 'plain'])
      .default('auto')
      .describe(
        'how supernets compute on a CPU; fused: by own kernels; auto: so, but plain in mode reference',
      ),
    mode: oneOf(MODES)
      .default('fixed')
      .describe('fixed: the published method; reference: with the slips of its first code'),
    init: oneOf(['modern', 'legacy'])
      .default('modern')
      .describe('how weights are drawn: as torch 2, or as torch 0.3 and 0.4'),
    quirks: quirks.prefault({}).describe('these slips one by one; by default as the mode says'),
    save: text(/\S/, 'the path of a folder').default('runs').describe('folder that gets the runs'),
    report_freq: wholeNumber(1).default(50).describe('steps between two reported figures'),
    skip_nonfinite: wholeNumber(0)
      .default(0)
      .describe('steps that may be left out because their loss is no number; then the run stops'),
    checkpoint: checkpoint.prefault({}).describe('from which a run that was stopped can go on'),
    data: data.prefault({}).describe('which images are used'),
    search: search.prefault({}).describe('bnas search: the supernet and its search'),
    training: training.prefault({}).describe('bnas train: the network of the found cells'),
  })
  .superRefine(({ data, search, training, mode, quirks }, context) => {
    // Values that are wrong by themselves are not held against each other.
    if (context.issues.length > 0) return;
    const demand = (path: [string, string], input: unknown, right: boolean, expected: string) => {
      if (!right) context.addIssue({ code: 'custom', path, input, message: expected });
    };
    const limit = (path: [string, string], input: number, most: number, expected: string) =>
      demand(path, input, input <= most, expected);
    for (const [name, { learning_rate, learning_rate_min }] of Object.entries({
      search,
      training,
    })) {
      const message = `at most ${name}.learning_rate, ${learning_rate}`;
      limit([name, 'learning_rate_min'], learning_rate_min, learning_rate, message);
    }
    const { dataset } = data;
    const inFiles = dataset === 'imagenet' || dataset === 'folder';
    for (const key of ['class_index', 'image_size'] as const) {
      const { [key]: value } = data;
      const isSet = value !== undefined && value !== 'auto';
      const fits = inFiles || dataset === 'norb' || !isSet;
      demand(['data', key], value, fits, `nothing, as ${dataset} needs none`);
    }
    demand(
      ['data', 'num_workers'],
      data.num_workers,
      data.num_workers !== 0 || !inFiles || !quirksOf(mode, quirks).augmentation_stream,
      'auto or at least 1, as quirks.augmentation_stream has a random stream a worker',
    );
    const { train, test } = data.transforms;
    if (train !== 'auto') {
      const listed = 'as data.transforms.train lists all that is done';
      demand(['data', 'augment'], data.augment, data.augment, `true, ${listed}`);
      for (const [name, { cutout }] of Object.entries({ search, training })) {
        demand([name, 'cutout'], cutout, cutout === 'off', `off, ${listed}`);
      }
      if (test !== 'auto') {
        const { image_size } = data;
        const free = image_size === 'auto';
        demand(['data', 'image_size'], image_size, free, 'auto, as data.transforms lists all');
      }
    }
    const { epochs, begin, validate_from, primitives, held, init_channels, partial_channels } =
      search;
    limit(['search', 'begin'], begin, epochs - 1, `below search.epochs, ${epochs}`);
    if (validate_from !== 'begin') {
      const last = epochs - 1;
      limit(
        ['search', 'validate_from'],
        validate_from,
        last,
        `begin or below search.epochs, ${epochs}`,
      );
    }
    for (const [name, { network, layers }] of Object.entries({ search, training })) {
      if (network === 'darts' && layers !== 'auto') {
        demand([name, 'layers'], layers, layers >= 3, 'auto or at least 3, for darts');
      }
    }
    if (search.train_portion === 'folders') {
      demand(['data', 'dataset'], dataset, dataset === 'imagenet', 'imagenet, for folders');
      const { sample_portion } = search;
      demand(['search', 'sample_portion'], sample_portion, sample_portion === 1, '1, for folders');
    }
    demand(
      ['search', 'partial_channels'],
      partial_channels,
      init_channels % partial_channels === 0,
      `a divisor of search.init_channels, ${init_channels}`,
    );
    demand(
      ['search', 'held'],
      held,
      held.length < primitives.length && held.every((name) => primitives.includes(name)),
      `some of search.primitives, ${primitives.join(', ')}, and not all`,
    );
    demand(
      ['search', 'stop_at_skips'],
      search.stop_at_skips,
      search.stop_at_skips === 'off' || primitives.includes('skip_connect'),
      'off, as search.primitives has no skip_connect',
    );
    const { stem, pool_time, auxiliary } = training;
    const darts = training.network === 'darts';
    const layers = training.layers === 'auto' ? 6 : training.layers;
    if (pool_time !== 'auto' && !darts) {
      limit(['training', 'pool_time'], pool_time, layers, `at most training.layers, ${layers}`);
    }
    demand(
      ['training', 'stem'],
      stem,
      !(darts && stem === 'imagenet_b5'),
      'cifar or imagenet, for darts',
    );
    demand(
      ['training', 'lr_scheduler'],
      training.lr_scheduler,
      training.lr_scheduler === 'cosine' || training.epochs > 5,
      'cosine, as linear needs more than 5 epochs',
    );
    demand(
      ['training', 'auxiliary'],
      auxiliary,
      !(auxiliary && !darts && quirksOf(mode, quirks).auxiliary),
      'false, as quirks.auxiliary has the original fail with it',
    );
  });

/** A whole config, whatever files it came from. */
export type Config = Omit<z.infer<typeof schema>, 'extends'>;
