// The slips of the original's code by name: `mode: reference` repeats them, so that its figures
// come out; `mode: fixed` does what its paper says. All that may differ by mode is listed here, and
// every flag acts.

export const MODES = ['fixed', 'reference'] as const;

export type Mode = (typeof MODES)[number];

export interface Quirk {
  /** What the original does. */
  original: string;
  /** What we do without it. */
  fixed: string;
}

export const QUIRKS = {
  second_order_confidence: {
    original:
      'second order scales the unrolled loss by the confidence, which Adam, nearly scale-free, undoes',
    fixed: 'the confidence scales the learning rate of the architecture in both orders',
  },
  unrolled_rebuild_draws: {
    original:
      'every unrolled step makes a new network, whose initialisation shifts all later random draws',
    fixed: 'an unrolled step draws nothing',
  },
  hvp_rounding: {
    original:
      'the finite difference leaves its rounding in the weights, and its passes count for the batch statistics: 4 batches a step',
    fixed: 'the weights stay untouched, and a step counts 2 batches: the unrolled one and its own',
  },
  first_step_momentum: {
    original: 'one missing momentum buffer, and the unrolled step takes all of them as zeros',
    fixed:
      'a missing buffer, as all are before the first step of the weights, counts as zeros alone',
  },
  imagenet_unrolled_ignored: {
    original: 'the search on ImageNet reads that it is to be of second order, and is of first',
    fixed: 'it is of the order that is asked for',
  },
  augmentation_stream: {
    original:
      'images are changed by one random stream a worker, so that the number of workers decides',
    fixed: 'by one stream an image, seeded by the pass and the image',
  },
  split_in_file_order: {
    original: 'parts of the training images are the first ones of the file and the others',
    fixed: 'they are chosen as data.split says',
  },
  search_validation_augmented: {
    original: 'a search validates on images that are shifted and mirrored, in random order',
    fixed: 'on the images as they are',
  },
  sample_with_replacement: {
    original: 'bnas sample-imagenet draws images with replacement, also for both parts',
    fixed: 'without',
  },
  mnist_as_colour: {
    original:
      'mnist, fashion and svhn are mirrored, greyed, and neither normalised nor cut out; cifar100 is normalised by the figures of cifar10',
    fixed: 'each set is normalised by its own figures, and no digit is mirrored',
  },
  norb_classes: {
    original: 'norb gets 10 classes, as other sets have',
    fixed: 'the 5 that it has',
  },
  max_pool_floor: {
    original: 'passed-on channels are pooled with sizes rounded down, so that odd ones fail',
    fixed: 'sizes are rounded up, as those of the searched channels are',
  },
  double_edge_eval: {
    original:
      'the ImageNet supernet runs every edge twice, so that its batch statistics move twice',
    fixed: 'once',
  },
  factorized_reduce_odd: {
    original:
      'features of odd height or width cannot be halved where a skip connection or a tap does it',
    fixed: 'they get a row or column of zeros at the bottom or right',
  },
  genotype_before_epoch: {
    original: 'the genotype is put down before each epoch, so that what the last one found is lost',
    fixed: 'after each epoch',
  },
  imagenet_drop_path_dead: {
    original: 'networks for ImageNet drop no path, whatever the probability',
    fixed: 'they drop paths as the others do',
  },
  imagenet_double_step: {
    original:
      'training on ImageNet steps its cosine twice an epoch, so that the rate is up again at the end; a linear schedule becomes a cosine, and the warm-up never acts',
    fixed: 'once; both schedules and the warm-up act',
  },
  auxiliary: {
    original: 'training with an auxiliary head fails: the broad networks have none',
    fixed: 'they have one, and it is trained',
  },
  nothing_saved: {
    original: 'there are no checkpoints: alphas, optimizers and random streams are never saved',
    fixed: 'there are, and a run that was stopped goes on to the same bits',
  },
  best_on_test: {
    original:
      'all images of the training set are learned from, and the test images choose the best epoch',
    fixed: 'held-out images choose it, and the test images are looked at once',
  },
} as const satisfies Record<string, Quirk>;

export type QuirkName = keyof typeof QUIRKS;

export const QUIRK_NAMES = Object.keys(QUIRKS) as QuirkName[];

/** These change no number, so that no mode implies them: they are to be asked for. */
const HARMLESS: ReadonlySet<QuirkName> = new Set(['nothing_saved']);

/** Which slips a run repeats: all or none by `mode`, but for those that `own` names. */
export function quirksOf(
  mode: Mode,
  own: Readonly<Partial<Record<QuirkName, boolean>>> = {},
): Record<QuirkName, boolean> {
  const implied = (name: QuirkName) => mode === 'reference' && !HARMLESS.has(name);
  const byMode = QUIRK_NAMES.map((name) => [name, own[name] ?? implied(name)]);
  return Object.fromEntries(byMode);
}
