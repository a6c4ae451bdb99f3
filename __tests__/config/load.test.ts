// Configs: what is read, and what every fault is called, with its place.
import { describe, expect, test } from '@jest/globals';
import { loadConfig, parseConfig } from '../../src/config/load.js';
import { QUIRK_NAMES, quirksOf } from '../../src/config/quirks.js';
import { temporaryFolder, writeFile } from '../support/temporary.js';

const folder = temporaryFolder();

/** The lines of the error that a config with these overrides makes. */
function faults(source: string, overrides: string[] = []): string[] {
  try {
    parseConfig(source, 'some.yaml', overrides);
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    expect(code).toBe('ERR_CONFIG');
    return message.split('\n');
  }
  throw new Error('the config was accepted');
}

describe('an empty config', () => {
  const config = parseConfig('', 'configs/nothing.yaml');

  test("has the original's search defaults", () => {
    expect(config.search).toEqual({
      network: 'broad',
      init_channels: 16,
      layers: 'auto',
      en_layers: 1,
      primitives: [
        'none',
        'max_pool_3x3',
        'avg_pool_3x3',
        'skip_connect',
        'sep_conv_3x3',
        'sep_conv_5x5',
        'dil_conv_3x3',
        'dil_conv_5x5',
      ],
      partial_channels: 1,
      edge_normalisation: false,
      stem: 'cifar',
      epochs: 50,
      batch_size: 256,
      learning_rate: 0.1,
      warm_up_epochs: 0,
      learning_rate_min: 0,
      momentum: 0.9,
      weight_decay: 3e-4,
      grad_clip: 5,
      cutout: 'off',
      sample_portion: 1,
      train_portion: 0.5,
      arch_learning_rate: 3e-4,
      arch_weight_decay: 1e-3,
      arch_betas: [0.5, 0.999],
      arch_grad_clip: 'off',
      second_order: 'off',
      held: [],
      confidence_power: 2,
      begin: 0,
      validate_from: 'begin',
      stop_at_skips: 'off',
    });
  });

  test("has the original's training defaults", () => {
    expect(config.training).toEqual({
      network: 'broad',
      init_channels: 48,
      layers: 'auto',
      pool_time: 'auto',
      en_layers: 2,
      stem: 'cifar',
      auxiliary: false,
      auxiliary_weight: 0.4,
      epochs: 600,
      batch_size: 128,
      learning_rate: 0.025,
      lr_scheduler: 'cosine',
      warm_up_epochs: 0,
      learning_rate_min: 0,
      momentum: 0.9,
      weight_decay: 3e-4,
      grad_clip: 5,
      label_smoothing: 0,
      cutout: 'off',
      ten_crop: false,
      drop_path_prob: 0.3,
      train_portion: 0.9,
    });
  });

  test('is named after its file', () => {
    expect(config.name).toBe('nothing');
    expect(parseConfig('name: my-run', 'configs/nothing.yaml').name).toBe('my-run');
  });
});

describe('overrides', () => {
  test('win over the file, the last over those before, with the types of YAML', () => {
    const { seed, search, data } = parseConfig('seed: 1\nsearch:\n  epochs: 9\n', 'x.yaml', [
      'seed=5',
      'search.epochs=3',
      'search.epochs=4',
      'search.confidence_power=off',
      'search.arch_betas=[0.9, 0.99]',
      'data.train_samples=100',
    ]);
    expect(seed).toBe(5);
    expect(search.epochs).toBe(4);
    expect(search.confidence_power).toBe('off');
    expect(search.arch_betas).toEqual([0.9, 0.99]);
    expect(data.train_samples).toBe(100);
  });

  test.each([
    ['foo', '-o foo: expected KEY=VALUE, such as search.epochs=3'],
    ['=3', '-o =3: expected KEY=VALUE, such as search.epochs=3'],
    ['seed.x=2', '-o seed.x=2: seed: expected a whole number of at least 0, got {"x":2}'],
    ['extends=b.yaml', '-o extends=b.yaml: a file alone can extend another'],
    [
      'search.epochs=many',
      '-o search.epochs=many: search.epochs: expected a whole number of at least 1, got "many"',
    ],
    ['search.epoch=3', '-o search.epoch=3: unknown key "epoch" in search: did you mean epochs?'],
    [
      '__proto__.seed=3',
      '-o __proto__.seed=3: unknown key "__proto__": the keys are extends, name, seed, device, threads, ' +
        'execution, mode, init, quirks, save, report_freq, skip_nonfinite, checkpoint, data, search, training',
    ],
  ])('%s is refused', (override, message) => {
    expect(faults('seed: 1', [override])).toEqual([message]);
  });
});

describe('faults', () => {
  test('of overrides are told all at once, too, in their order', () => {
    expect(faults('', ['foo', 'sed=1', 'search.epochs=[', 'search.begin=-1'])).toEqual([
      '-o foo: expected KEY=VALUE, such as search.epochs=3',
      '-o sed=1: unknown key "sed": did you mean seed?',
      expect.stringMatching(/^-o search\.epochs=\[: /),
      '-o search.begin=-1: search.begin: expected a whole number of at least 0, got -1',
    ]);
  });

  test('are told all at once, in the order of the file, each with line and column', () => {
    const source = [
      'seed: -1',
      'search:',
      '  epoch: 3',
      '  batch_size: many',
      '  arch_betas: [0.5]',
      '  confidence_power: -1',
      'epochs: 3',
    ].join('\n');
    expect(faults(source, ['data.split=random'])).toEqual([
      'some.yaml:1:7: seed: expected a whole number of at least 0, got -1',
      'some.yaml:3:3: unknown key "epoch" in search: did you mean epochs?',
      'some.yaml:4:15: search.batch_size: expected a whole number of at least 1, got "many"',
      'some.yaml:5:15: search.arch_betas: expected a list of two, each a number from 0 to 0.9999, got [0.5]',
      'some.yaml:6:21: search.confidence_power: expected off or a number of at least 0, got -1',
      'some.yaml:7:1: unknown key "epochs": did you mean search.epochs or training.epochs?',
      '-o data.split=random: data.split: expected one of shuffle, stratified, file_order, got "random"',
    ]);
  });

  test.each([
    ['seed: 1.5', '1:7: seed: expected a whole number of at least 0, got 1.5'],
    ['seed:', '1:6: seed: expected a whole number of at least 0, got null'],
    ['device: gpu', '1:9: device: expected auto, cpu or cuda:N, got "gpu"'],
    ['threads: 0', '1:10: threads: expected auto or a whole number from 1 to 1024, got 0'],
    ['mode: original', '1:7: mode: expected one of fixed, reference, got "original"'],
    ['quirks:\n  hvp_rounding: 1', '2:17: quirks.hvp_rounding: expected true or false, got 1'],
    [
      'quirks:\n  hvp: true',
      `2:3: unknown key "hvp" in quirks: the keys are ${QUIRK_NAMES.join(', ')}`,
    ],
    [
      'search:\n  partial_channels: 3',
      '2:21: search.partial_channels: expected a divisor of search.init_channels, 16, got 3',
    ],
    [
      'search:\n  primitives: [none, skip_connect]\n  held: [max_pool_3x3]',
      '3:9: search.held: expected some of search.primitives, none, skip_connect, and not all, got ["max_pool_3x3"]',
    ],
    [
      'search:\n  primitives: [none, skip_connect]\n  held: [skip_connect, none]',
      '3:9: search.held: expected some of search.primitives, none, skip_connect, and not all, got ["skip_connect","none"]',
    ],
    [
      'search:\n  primitives: [none, max_pool_3x3]\n  stop_at_skips: 2',
      '3:18: search.stop_at_skips: expected off, as search.primitives has no skip_connect, got 2',
    ],
    ['name: a b', '1:7: name: expected letters, digits, dots, dashes and underscores, got "a b"'],
    ['name: ..', '1:7: name: expected letters, digits, dots, dashes and underscores, got ".."'],
    ['search: 3', '1:9: search: expected keys and values, got 3'],
    ['- 1', '1:1: expected keys and values, got [1]'],
    [
      'lr: 3',
      '1:1: unknown key "lr": the keys are extends, name, seed, device, threads, execution, mode, init, quirks, save, report_freq, skip_nonfinite, checkpoint, data, search, training',
    ],
    [
      'data:\n  dataset: cifar',
      '2:12: data.dataset: expected one of mnist, fashion, cifar10, cifar100, svhn, norb, imagenet, folder, synthetic, got "cifar"',
    ],
    [
      'data:\n  train_samples: 1',
      '2:18: data.train_samples: expected all or a whole number of at least 2, got 1',
    ],
    [
      'search:\n  init_channels: 3',
      '2:18: search.init_channels: expected an even whole number of at least 2, got 3',
    ],
    ['search:\n  learning_rate: 0', '2:18: search.learning_rate: expected a number above 0, got 0'],
    [
      'search:\n  learning_rate: .inf',
      '2:18: search.learning_rate: expected a number above 0, got Infinity',
    ],
    ['search:\n  momentum: 2', '2:13: search.momentum: expected a number from 0 to 1, got 2'],
    [
      'search:\n  learning_rate_min: 1',
      '2:22: search.learning_rate_min: expected at most search.learning_rate, 0.1, got 1',
    ],
    [
      'search:\n  train_portion: 1',
      '2:18: search.train_portion: expected folders or a number above 0 and below 1, got 1',
    ],
    [
      'data: { dataset: norb }\nsearch: { train_portion: folders }',
      '1:18: data.dataset: expected imagenet, for folders, got "norb"',
    ],
    [
      'mode: reference\ndata: { dataset: folder, num_workers: 0 }',
      '2:39: data.num_workers: expected auto or at least 1, as quirks.augmentation_stream has a random stream a worker, got 0',
    ],
    [
      'data:\n  transforms:\n    train: 5',
      '3:12: data.transforms.train: expected auto or a list of transforms, got 5',
    ],
    [
      'data:\n  transforms:\n    test: [{ name: ToTensor }]',
      '3:20: data.transforms.test.0.name: expected a transform by its name, one of RandomCrop, RandomHorizontalFlip, RandomGrayscale, Resize, CenterCrop, RandomResizedCrop, ColorJitter, Normalize, Cutout, got "ToTensor"',
    ],
    [
      'data:\n  transforms:\n    test:\n      - name: RandomCrop',
      '4:9: data.transforms.test.0.size: expected a whole number of at least 1, got nothing',
    ],
    [
      'data:\n  transforms:\n    test:\n      - { name: CenterCrop, size: 8, pad: 2 }',
      '4:38: unknown key "pad" in data.transforms.test.0: the keys are name, size',
    ],
    [
      'data:\n  transforms:\n    test:\n      - { name: ColorJitter, hue: 1 }',
      '4:35: data.transforms.test.0.hue: expected a number from 0 to 0.5, got 1',
    ],
    [
      'data:\n  transforms:\n    test: [{ name: Cutout, length: 3 }, { name: Resize, size: 8 }]',
      '3:49: data.transforms.test.1.name: expected Normalize and Cutout last, in this order, once each, got "Resize"',
    ],
    [
      'data:\n  transforms:\n    test: [{ name: Normalize, mean: [0, 1], std: [1] }]',
      '3:50: data.transforms.test.0.std: expected as many numbers as mean has, 2, got [1]',
    ],
    [
      'data: { transforms: { train: [] } }\nsearch: { cutout: 16 }',
      '2:19: search.cutout: expected off, as data.transforms.train lists all that is done, got 16',
    ],
    [
      'data: { transforms: { train: [] }, augment: false }',
      '1:45: data.augment: expected true, as data.transforms.train lists all that is done, got false',
    ],
    [
      'data: { transforms: { train: [], test: [] }, dataset: folder, image_size: 8 }',
      '1:75: data.image_size: expected auto, as data.transforms lists all, got 8',
    ],
    [
      'search:\n  epochs: 2\n  begin: 2',
      '3:10: search.begin: expected below search.epochs, 2, got 2',
    ],
    [
      'search:\n  epochs: 2\n  validate_from: 2',
      '3:18: search.validate_from: expected begin or below search.epochs, 2, got 2',
    ],
    [
      'search:\n  network: darts\n  layers: 2',
      '3:11: search.layers: expected auto or at least 3, for darts, got 2',
    ],
    [
      'training:\n  network: darts\n  stem: imagenet_b5',
      '3:9: training.stem: expected cifar or imagenet, for darts, got "imagenet_b5"',
    ],
    [
      'training:\n  epochs: 5\n  lr_scheduler: linear',
      '3:17: training.lr_scheduler: expected cosine, as linear needs more than 5 epochs, got "linear"',
    ],
    [
      'mode: reference\ntraining:\n  auxiliary: true',
      '3:14: training.auxiliary: expected false, as quirks.auxiliary has the original fail with it, got true',
    ],
    [
      'training:\n  pool_time: 7',
      '2:14: training.pool_time: expected at most training.layers, 6, got 7',
    ],
    [
      'training:\n  drop_path_prob: 1',
      '2:19: training.drop_path_prob: expected a number from 0 to 0.99, got 1',
    ],
    ['a: 1\na: 2', '2:1: Map keys must be unique'],
  ])('%j', (source, message) => {
    expect(faults(source)).toEqual([`some.yaml:${message}`]);
  });

  test('in a list of transforms keep the place that each has', () => {
    const override = 'data.transforms.test=[{ name: Resize, size: 0 }, { name: Flip }]';
    expect(faults('', [override])).toEqual([
      expect.stringContaining('test.0.size: expected a whole number of at least 1, got 0'),
      expect.stringContaining('test.1.name: expected a transform by its name, '),
    ]);
  });

  test('a list of operations must have at least two, known and different', () => {
    const expected =
      'a list of at least two, all different, of none, avg_pool_3x3, max_pool_3x3, skip_connect, ' +
      'sep_conv_3x3, sep_conv_5x5, sep_conv_7x7, dil_conv_3x3, dil_conv_5x5, conv_7x1_1x7';
    expect(faults('search:\n  primitives: [none, conv]')).toEqual([
      `some.yaml:2:22: search.primitives.1: expected ${expected}, got "conv"`,
    ]);
    for (const list of ['["none"]', '["none","none"]']) {
      expect(faults(`search:\n  primitives: ${list}`)).toEqual([
        `some.yaml:2:15: search.primitives: expected ${expected}, got ${list}`,
      ]);
    }
  });
});

describe('quirks', () => {
  const read = (source: string, overrides: string[] = []) =>
    parseConfig(source, 'some.yaml', overrides).quirks;

  test('follow the mode where nothing else is said, and none is left open', () => {
    expect(new Set(Object.values(read('')))).toEqual(new Set([false]));
    expect(read('mode: reference')).toEqual(quirksOf('reference'));
    const own = ['quirks.hvp_rounding=false'];
    expect(read('mode: reference', own)).toEqual(quirksOf('reference', { hvp_rounding: false }));
  });
});

test('an auxiliary head is not refused where the original has one, or its slip is mended', () => {
  const auxiliary = ['mode=reference', 'training.auxiliary=true'];
  const read = (...overrides: string[]) =>
    parseConfig('', 'x.yaml', [...auxiliary, ...overrides]).training.auxiliary;
  expect(read('quirks.auxiliary=false')).toBe(true);
  expect(read('training.network=darts')).toBe(true);
});

test("transforms have torchvision's defaults", () => {
  const names = ['RandomCrop', 'CenterCrop', 'RandomResizedCrop'].map(
    (name) => `{ name: ${name}, size: 8 }`,
  );
  const others = ['RandomHorizontalFlip', 'RandomGrayscale', 'ColorJitter'].map(
    (name) => `{ name: ${name} }`,
  );
  const { data } = parseConfig(
    `data: { transforms: { train: [${[...names, ...others]}] } }`,
    'x.yaml',
  );
  expect(data.transforms).toEqual({
    train: [
      { name: 'RandomCrop', size: 8, padding: 0 },
      { name: 'CenterCrop', size: 8 },
      { name: 'RandomResizedCrop', size: 8, scale: [0.08, 1], ratio: [3 / 4, 4 / 3] },
      { name: 'RandomHorizontalFlip', p: 0.5 },
      { name: 'RandomGrayscale', p: 0.1 },
      { name: 'ColorJitter', brightness: 0, contrast: 0, saturation: 0, hue: 0 },
    ],
    test: 'auto',
  });
});

test('reads a file, and says so when there is none', () => {
  const path = writeFile(folder, 'three.yaml', 'seed: 3\n');
  expect(loadConfig(path)).toMatchObject({ name: 'three', seed: 3 });
  expect(() => loadConfig(`${folder}/none.yaml`)).toThrow(
    expect.objectContaining({
      code: 'ERR_CONFIG',
      message: `${folder}/none.yaml: there is no such file`,
    }),
  );
});
