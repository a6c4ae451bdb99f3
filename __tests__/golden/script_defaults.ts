// The defaults of the original's scripts beside the configs that stand for them.
import { loadConfig } from '../../src/config/load.js';
import { PROJECT_ROOT } from '../support/paths.js';
import { FiguresError } from './figures.js';
import { type Measure, same } from './measures.js';

/** The config that does what a script does without a flag. */
const CONFIGS: Readonly<Record<string, string>> = {
  'BNASv2CLR/train_search_b_confidence.py': 'b_darts',
  'BNASv2CLR/train_search_b.py': 'b_darts_without_clr',
  'BNASv2CLR/train_b.py': 'train_cifar10',
  'BNASv2PC/train_search_b.py': 'b_pc_darts',
  'BNASv2PC/train_b.py': 'train_cifar10_pc',
  'BNASv2PC/train_search_imagenet_b.py': 'b_pc_darts_imagenet',
  'BNASv2PC/train_imagenet_b.py': 'train_imagenet',
};

/** Flags that are keys of the same name. */
const SAME_NAME = [
  'batch_size',
  'learning_rate',
  'learning_rate_min',
  'momentum',
  'weight_decay',
  'epochs',
  'init_channels',
  'layers',
  'en_layers',
  'grad_clip',
  'arch_learning_rate',
  'arch_weight_decay',
  'begin',
  'lr_scheduler',
  'auxiliary',
  'auxiliary_weight',
];

type Defaults = Readonly<Record<string, unknown>>;
/** What a flag's value comes to in a config, by its key there. */
type Meaning = (value: unknown, defaults: Defaults) => [key: string, value: unknown];

const SEARCH: Readonly<Record<string, Meaning>> = {
  unrolled: (value) => ['second_order', value ? 'finite_difference' : 'off'],
  power: (value) => ['confidence_power', value],
  train_portion: (value) => ['train_portion', value],
};
const TRAINING: Readonly<Record<string, Meaning>> = {
  cutout: (value, { cutout_length }) => ['cutout', value ? cutout_length : 'off'],
  drop_path_prob: (value) => ['drop_path_prob', value],
  label_smooth: (value) => ['label_smoothing', value],
  tencrop: (value) => ['ten_crop', value],
  // ImageNet's script has none.
  arch: (value) => ['genotype', value ?? 'BNASv2_PC_image'],
};

/** @throws FiguresError for a script of another name */
export function scriptMeasures(script: string, defaults: Defaults): Measure[] {
  const name = CONFIGS[script];
  if (name === undefined) throw new FiguresError(`no config stands for ${script}`);
  const config = loadConfig(`${PROJECT_ROOT}configs/${name}.yaml`);
  const searches = script.includes('search');
  const section: Defaults = searches ? config.search : config.training;
  const meanings = searches ? SEARCH : TRAINING;
  const measures = Object.entries(defaults).flatMap(([flag, value]) => {
    const meaning = meanings[flag] ?? (SAME_NAME.includes(flag) ? () => [flag, value] : undefined);
    const [key, expected] = meaning?.(value, defaults) ?? [];
    return key === undefined ? [] : [same(`${name}: ${key}`, section[key as string], expected)];
  });
  return [
    ...measures,
    same(`${name}: seed`, config.seed, defaults.seed),
    same(`${name}: report_freq`, config.report_freq, defaults.report_freq),
  ];
}
