// The configs of the project: each is valid, named after its file, and checked by editors.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { loadConfig } from '../../src/config/load.js';
import { PROJECT_ROOT } from '../support/paths.js';

const FOLDER = `${PROJECT_ROOT}configs`;
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));

describe.each(files)('configs/%s', (file) => {
  test('is valid', () => {
    const config = loadConfig(`${FOLDER}/${file}`);
    expect(`${config.name}.yaml`).toBe(file);
  });

  test('names its schema for editors', () => {
    const [first] = readFileSync(`${FOLDER}/${file}`, 'utf8').split('\n');
    expect(first).toBe('# yaml-language-server: $schema=schema.json');
  });
});

// What the scripts of the original have as their defaults, and the baselines' own first codes.
describe('the configs say what the scripts of the original do', () => {
  const search = (file: string) => {
    const { seed, data, search } = loadConfig(`${FOLDER}/${file}.yaml`);
    return [
      data.dataset,
      seed,
      search.batch_size,
      [search.learning_rate, search.learning_rate_min],
      search.epochs,
      [search.init_channels, search.layers, search.en_layers],
      [search.arch_learning_rate, search.confidence_power, search.second_order, search.begin],
      [search.partial_channels, search.edge_normalisation],
      search.validate_from,
    ];
  };

  // biome-ignore format: a table
  test.each([
    ['b_darts', 'cifar10', 2, 256, [0.1, 0], 50, [16, 2, 1], [3e-4, 2, 'off', 0], [1, false], 'begin'],
    ['b_darts_unrolled', 'cifar10', 2, 256, [0.1, 0], 50, [16, 2, 1], [3e-4, 2, 'finite_difference', 0], [1, false], 'begin'],
    ['b_darts_without_clr', 'cifar10', 1, 256, [0.025, 0.001], 50, [16, 2, 2], [3e-4, 'off', 'off', 0], [1, false], 'begin'],
    ['b_pc_darts', 'cifar10', 2, 512, [0.2, 0], 50, [16, 2, 1], [6e-4, 'off', 'off', 15], [4, true], 49],
    ['b_pc_darts_unrolled', 'cifar10', 2, 512, [0.2, 0], 50, [16, 2, 1], [6e-4, 'off', 'finite_difference', 15], [4, true], 49],
    ['b_pc_darts_imagenet', 'imagenet', 2, 512, [0.2, 0], 50, [16, 2, 1], [6e-3, 'off', 'off', 35], [2, true], 47],
    ['darts', 'cifar10', 2, 64, [0.025, 0.001], 50, [16, 8, 1], [3e-4, 'off', 'finite_difference', 0], [1, false], 'begin'],
    ['pc_darts', 'cifar10', 2, 256, [0.1, 0], 50, [16, 8, 1], [6e-4, 'off', 'off', 15], [4, true], 'begin'],
  ])('search: %s', (file, ...expected) => {
    expect(search(file)).toEqual(expected);
  });

  const training = (file: string) => {
    const { seed, data, training } = loadConfig(`${FOLDER}/${file}.yaml`);
    return [
      [data.dataset, seed],
      training.genotype,
      [training.epochs, training.batch_size, training.learning_rate, training.lr_scheduler],
      [training.init_channels, training.layers, training.pool_time, training.en_layers],
      [training.drop_path_prob, training.cutout, training.weight_decay, training.label_smoothing],
      training.auxiliary,
    ];
  };

  // biome-ignore format: a table
  test.each([
    ['train_cifar10', ['cifar10', 0], 'BNASv2_CLR_v1', [600, 128, 0.025, 'cosine'], [48, 6, 2, 2], [0.3, 16, 3e-4, 0], false],
    ['train_cifar10_pc', ['cifar10', 0], 'BNASv2_PC_cifar_v1', [2000, 128, 0.025, 'cosine'], [48, 6, 2, 2], [0.3, 16, 3e-4, 0], false],
    ['train_cifar100', ['cifar100', 0], 'BNASv2_CLR_v1', [600, 128, 0.025, 'cosine'], [48, 6, 2, 2], [0.3, 16, 3e-4, 0], false],
    ['train_mnist', ['mnist', 0], 'BNASv2_CLR_v1', [600, 128, 0.025, 'cosine'], [48, 6, 2, 2], [0.3, 'off', 3e-4, 0], false],
    ['train_fashion', ['fashion', 0], 'BNASv2_CLR_v1', [600, 128, 0.025, 'cosine'], [48, 6, 2, 2], [0.3, 'off', 3e-4, 0], false],
    ['train_svhn', ['svhn', 0], 'BNASv2_CLR_v1', [600, 128, 0.025, 'cosine'], [48, 6, 2, 2], [0.3, 'off', 3e-4, 0], false],
    ['train_norb', ['norb', 0], 'BNASv2_CLR_v1', [600, 128, 0.025, 'cosine'], [48, 6, 2, 2], [0.3, 'off', 3e-4, 0], false],
    ['train_imagenet', ['imagenet', 0], 'BNASv2_PC_image', [250, 256, 0.1, 'cosine'], [44, 6, 2, 2], [0, 'off', 3e-5, 0.1], false],
    ['darts', ['cifar10', 2], 'DARTS_V2', [600, 96, 0.025, 'cosine'], [36, 20, 'auto', 2], [0.2, 16, 3e-4, 0], true],
    ['pc_darts', ['cifar10', 2], 'PC_DARTS_cifar', [600, 96, 0.025, 'cosine'], [36, 20, 'auto', 2], [0.3, 16, 3e-4, 0], true],
  ])('training: %s', (file, ...expected) => {
    expect(training(file)).toEqual(expected);
  });
});
