// The networks of the papers, each by the keys of a config: counts, and that they learn.
import { describe, expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import { parseConfig } from '../../src/config/load.js';
import { readGenotype } from '../../src/engine/genotype_source.js';
import { makeFoundNetwork, makeSupernet } from '../../src/engine/networks.js';
import { weightStep } from '../../src/engine/weight_step.js';
import type { CellModule } from '../../src/models/cell_network.js';
import { networkCost } from '../../src/models/cost.js';
import { GENOTYPES, namedGenotype } from '../../src/models/genotypes.js';
import { CrossEntropyLoss } from '../../src/nn/index.js';
import { SGD } from '../../src/optim/index.js';
import { owned } from '../support/owned.js';
import { toyConfig } from './toy.js';

/** Parameters in millions and multiplications in millions of what a config asks for, at `size` pixels. */
function costOf(kind: 'search' | 'training', classes: number, size: number, overrides: string[]) {
  const config = parseConfig('', 'empty.yaml', overrides);
  const images = { classes, image_shape: [3, size, size] as const };
  using network =
    kind === 'search'
      ? makeSupernet(config, images)
      : makeFoundNetwork(config, readGenotype(config.training.genotype ?? ''), images);
  const { parameters, macs } = networkCost<CellModule>(network, [3, size, size]);
  return { millions: parameters / 1e6, macs: macs / 1e6 };
}

const pc = ['search.partial_channels=4', 'search.edge_normalisation=true'];
const b2 = ['training.stem=imagenet', 'training.init_channels=44'];
const darts = (where: string, C: number) => [
  `${where}.network=darts`,
  `${where}.init_channels=${C}`,
];
const cells = (name: string) => `training.genotype=${name}`;

describe('the published networks come from a few keys', () => {
  // Counts of the papers and of the logs of their code; multiplications as hooks on the convolutions and linear
  // layers of that code count them under Python.
  test.each<[string, 'search' | 'training', number, number, string[], number, number]>([
    ['B-DARTS', 'search', 10, 32, [], 1.225, 113.675232],
    ['B-PC-DARTS', 'search', 10, 32, pc, 0.289, 30.264288],
    [
      'B-PC-DARTS on ImageNet',
      'search',
      1000,
      224,
      ['search.stem=imagenet', 'search.partial_channels=2', 'search.edge_normalisation=true'],
      0.832,
      93.919872,
    ],
    ['DARTS', 'search', 10, 32, darts('search', 16), 1.931, 300.255744],
    ['PC-DARTS', 'search', 10, 32, [...darts('search', 16), ...pc], 0.3, 56.596992],
    ['CLR_v1', 'training', 10, 32, [cells('BNASv2_CLR_v1')], 3.338, 504.273696],
    ['CLR_v2', 'training', 10, 32, [cells('BNASv2_CLR_v2')], 3.175, 467.13936],
    ['PC_cifar_v1', 'training', 10, 32, [cells('BNASv2_PC_cifar_v1')], 3.679, 555.023136],
    ['PC_cifar_v2', 'training', 10, 32, [cells('BNASv2_PC_cifar_v2')], 3.526, 547.699488],
    ['PC_image, b2', 'training', 1000, 224, [...b2, cells('BNASv2_PC_image')], 4.113, 388.065744],
    [
      'DARTS_V2',
      'training',
      10,
      32,
      [...darts('training', 36), cells('DARTS_V2')],
      3.349,
      528.35904,
    ],
    [
      'PC_DARTS',
      'training',
      10,
      32,
      [...darts('training', 36), cells('PC_DARTS_cifar')],
      3.635,
      556.670592,
    ],
    [
      'DARTS_V2 on ImageNet',
      'training',
      1000,
      224,
      ['training.stem=imagenet', ...darts('training', 48), cells('DARTS_V2')],
      4.719,
      529.911552,
    ],
  ])('%s', (_name, kind, classes, size, overrides, millions, macs) => {
    const cost = costOf(kind, classes, size, overrides);
    expect(cost.millions).toBeCloseTo(millions, 3);
    expect(cost.macs).toBeCloseTo(macs, 6);
  });

  test('b5 halves five times, from images at full size', () => {
    const overrides = ['training.stem=imagenet_b5', 'training.init_channels=2'];
    const config = parseConfig('', 'empty.yaml', overrides);
    using network = makeFoundNetwork(config, namedGenotype('BNASv2_PC_image'), {
      classes: 10,
      image_shape: [3, 64, 64],
    });
    // Taps of 4 to 32 channels; nodes of 64, of which the last enhancement cell gives four.
    const taps = 4 + 8 + 16 + 32;
    expect(network.classifier.weight.shape).toEqual([10, taps + 64 + 4 * 64]);
  });
});

describe('networks of every released genotype learn', () => {
  test.each(
    Object.keys(GENOTYPES).flatMap((name) =>
      [['broad'], ['darts']].map(([network]): [string, string] => [name, network as string]),
    ),
  )('%s, %s', (name, network) => {
    const config = toyConfig(`training.network=${network}`, 'training.layers=3');
    torch.tidy(() => {
      torch.manual_seed(1);
      const images = { classes: 10, image_shape: [1, 16, 16] as const };
      const model = owned(makeFoundNetwork(config, namedGenotype(name), images));
      const optimizer = owned(new SGD(model.parameters(), { lr: 0.05, momentum: 0.9 }));
      const criterion = new CrossEntropyLoss();
      const train = {
        images: torch.randn([4, 1, 16, 16]),
        labels: torch.arange(4, { dtype: 'int64' }),
      };
      const step = () =>
        torch.tidy(() => {
          const { loss } = weightStep({ model, criterion, optimizer, train, grad_clip: 5 });
          return Number(loss.item());
        });
      const losses = Array.from({ length: 8 }, step);
      expect(losses.at(-1)).toBeLessThan(0.7 * (losses[0] as number));
    });
  });
});
