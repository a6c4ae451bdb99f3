// What is done to the images of each data set, and the quirks among it.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { parseConfig } from '../../src/config/load.js';
import { SequentialSampler } from '../../src/data/sampler.js';
import { Pipeline } from '../../src/data/transforms.js';
import { DataSource } from '../../src/engine/data_source.js';
import { makeFoundNetwork, makeSupernet } from '../../src/engine/networks.js';
import { pipelineOf, tenCropped } from '../../src/engine/pipelines.js';
import { BNASv2_CLR_v1 } from '../../src/models/genotypes.js';
import { PROJECT_ROOT } from '../support/paths.js';
import { temporaryFolder } from '../support/temporary.js';
import { valuesOf } from '../support/tensors.js';
import { toyConfig } from './toy.js';

const folder = temporaryFolder();
cpSync(`${PROJECT_ROOT}__tests__/data/fixtures`, folder, { recursive: true });

const config = (...overrides: string[]) =>
  toyConfig(
    `data.folder=${folder}`,
    'data.train_samples=all',
    'data.test_samples=all',
    ...overrides,
  );

const names = (dataset: string, ...overrides: string[]) =>
  pipelineOf(config(`data.dataset=${dataset}`, ...overrides), 3, { cutout: 16, colour: true }).map(
    ({ name }) => name,
  );

/** The values of all training images as they are, each image's in order. */
function plainValues(...overrides: string[]): number[][] {
  const source = new DataSource(config(...overrides));
  const { dataset, indices } = source.all();
  const sampler = new SequentialSampler(indices);
  const loader = source.loader({ dataset, sampler, batch_size: 1 });
  const values = Array.from(loader, ({ images }) => valuesOf(images));
  loader.close();
  return values;
}

test('digits are neither shifted nor mirrored, clothes and things are', () => {
  expect(names('mnist')).toEqual(['Normalize', 'Cutout']);
  expect(names('svhn')).toEqual(['Normalize', 'Cutout']);
  const shifted = ['RandomCrop', 'RandomHorizontalFlip', 'Normalize', 'Cutout'];
  for (const name of ['fashion', 'cifar10', 'cifar100']) expect(names(name)).toEqual(shifted);
  expect(names('cifar10', 'data.augment=false')).toEqual(['Normalize', 'Cutout']);
});

test('ImageNet: as the original trains on it, searches on it, and tests', () => {
  const imagenet = config('data.dataset=imagenet');
  const jitter = { brightness: 0.4, contrast: 0.4, saturation: 0.4, hue: 0.2 };
  const crop = [
    { name: 'RandomResizedCrop', size: 224 },
    { name: 'RandomHorizontalFlip', p: 0.5 },
  ];
  const normal = {
    name: 'Normalize',
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
  };
  expect(pipelineOf(imagenet, 3, { cutout: 'off', colour: true })).toEqual([
    ...crop,
    { name: 'ColorJitter', ...jitter },
    normal,
  ]);
  expect(pipelineOf(imagenet, 3, { cutout: 'off' })).toEqual([...crop, normal]);
  expect(pipelineOf(imagenet, 3)).toEqual([
    { name: 'Resize', size: 256 },
    { name: 'CenterCrop', size: 224 },
    normal,
  ]);
});

describe('transforms that the config lists', () => {
  const train = [
    { name: 'RandomCrop', size: 24, padding: 2 },
    { name: 'Normalize', mean: [0.5, 0.5, 0.5], std: [0.25, 0.25, 0.25] },
    { name: 'Cutout', length: 4 },
  ];
  const listed = (part: string, list: unknown[]) =>
    config('data.dataset=svhn', `data.transforms.${part}=${JSON.stringify(list)}`);

  test('are all that is done to the images they are for, in any mode', () => {
    expect(pipelineOf(listed('train', train), 3, { cutout: 'off', colour: true })).toEqual(train);
    expect(pipelineOf(listed('train', train), 3).map(({ name }) => name)).toEqual(['Normalize']);
    const test = listed('test', train.slice(0, 1));
    expect(pipelineOf(test, 3)).toEqual(train.slice(0, 1));
    expect(names('svhn')).toEqual(['Normalize', 'Cutout']);
    const quirky = { ...test, quirks: { ...test.quirks, mnist_as_colour: true } };
    expect(pipelineOf(quirky, 3)).toEqual(train.slice(0, 1));
  });

  test('as docs/data.md shows them, make images of 64 x 64', () => {
    const [, yaml = ''] =
      /```yaml\n(.*?)```/s.exec(readFileSync(`${PROJECT_ROOT}docs/data.md`, 'utf8')) ?? [];
    const shown = parseConfig(yaml, 'docs/data.md');
    const shapes = [{ cutout: 'off' } as const, undefined].map((augment) =>
      new Pipeline(pipelineOf(shown, 3, augment)).output_shape([3, 0, 0]),
    );
    expect(shapes).toEqual([
      [3, 64, 64],
      [3, 64, 64],
    ]);
    expect(shown.data.transforms.train).toHaveLength(5);
  });

  test('give batches of their size and values', () => {
    const crop = `[{ name: CenterCrop, size: 2 }, { name: Normalize, mean: [0, 0, 0], std: [2, 2, 2] }]`;
    const listing = ['data.dataset=svhn', `data.transforms.test=${crop}`];
    const whole = plainValues('data.dataset=svhn', 'data.transforms.test=[]')[1] as number[];
    // Of 32 x 32: rows and columns 15 and 16.
    const middle = [0, 1, 2].flatMap((channel) =>
      [15, 16].flatMap((row) => [15, 16].map((x) => whole[1024 * channel + 32 * row + x])),
    ) as number[];
    expect(whole[0]).toBeCloseTo(10 / 255, 6);
    expect(plainValues(...listing)[1]).toEqual(middle.map((value) => value / 2));
  });

  test.each([
    [
      'svhn',
      '[{ name: Normalize, mean: [0.5], std: [0.5] }]',
      'Normalize: 1 means for images of 3 channels',
    ],
    [
      'folder',
      '[{ name: Resize, size: 8 }]',
      'no crop at the end brings the images, whose sizes differ, to one size',
    ],
  ])('of %s that do not fit are refused before an image is read', (name, list, message) => {
    const source = new DataSource(config('data.dataset=synthetic', `data.transforms.test=${list}`));
    const { dataset, indices } = source.all();
    const image_shape = name === 'folder' ? ([3, 0, 0] as const) : dataset.image_shape;
    const sampler = new SequentialSampler(indices);
    expect(() =>
      source.loader({ dataset: { ...dataset, image_shape }, sampler, batch_size: 1 }),
    ).toThrow(
      expect.objectContaining({ code: 'ERR_CONFIG', message: `data.transforms.test: ${message}` }),
    );
  });
});

describe('quirk mnist_as_colour', () => {
  const quirk = 'quirks.mnist_as_colour=true';

  test('mirrors and greys digits, and does not cut them out', () => {
    expect(names('svhn', quirk)).toEqual(['RandomHorizontalFlip', 'RandomGrayscale']);
    expect(names('cifar10', quirk)).toEqual(names('cifar10'));
  });

  test('leaves their values in 0..1', () => {
    // Red, upper left, of the second image: 10, by its maker's formula.
    const svhn = 'data.dataset=svhn';
    expect(plainValues(svhn, quirk)[1]?.[0]).toBeCloseTo(10 / 255, 6);
    expect(plainValues(svhn)[1]?.[0]).toBeCloseTo((10 / 255 - 0.4377) / 0.198, 5);
  });

  test("normalises cifar100 by cifar10's figures", () => {
    const mean = (...overrides: string[]) =>
      pipelineOf(config('data.dataset=cifar100', ...overrides), 3)[0];
    expect(mean()).toMatchObject({ mean: [0.5071, 0.4865, 0.4409] });
    expect(mean(quirk)).toMatchObject({ mean: [0.49139968, 0.48215827, 0.44653124] });
  });
});

describe('image folders', () => {
  const root = join(folder, 'toys');
  const colours = { animal: '#ff0000', human: '#00ff00' };
  const made = Promise.all(
    ['train', 'test', 'val'].flatMap((part) =>
      Object.entries(colours).map(async ([name, background]) => {
        mkdirSync(join(root, part, name), { recursive: true });
        const image = sharp({ create: { width: 12, height: 8, channels: 3, background } });
        writeFileSync(join(root, part, name, '1.png'), await image.png().toBuffer());
      }),
    ),
  );
  const toys = (...overrides: string[]) => [
    `data.folder=${root}`,
    'data.image_size=8',
    ...overrides,
  ];

  test.each(['folder', 'imagenet', 'norb'])(
    'as %s: images are brought to one size',
    async (name) => {
      await made;
      const values = plainValues(...toys(`data.dataset=${name}`));
      expect(values.map((image) => image.length)).toEqual([192, 192]);
      const [mean, std] = name === 'norb' ? [0.5, 0.5] : [0.485, 0.229];
      expect(values[0]?.[0]).toBeCloseTo((1 - mean) / std, 5);
      expect(values[1]?.[0]).toBeCloseTo((0 - mean) / std, 5);
      const { dataset } = new DataSource(config(...toys(`data.dataset=${name}`))).test();
      expect(Array.from(dataset.labels)).toEqual([0, 1]);
    },
  );

  test('their test images keep the labels of the training images', async () => {
    await made;
    mkdirSync(join(root, 'other', 'train', 'zebra'), { recursive: true });
    mkdirSync(join(root, 'other', 'train', 'ant'), { recursive: true });
    mkdirSync(join(root, 'other', 'test', 'zebra'), { recursive: true });
    for (const file of ['train/zebra/1.png', 'train/ant/1.png', 'test/zebra/1.png']) {
      writeFileSync(join(root, 'other', file), '');
    }
    const other = config('data.dataset=folder', `data.folder=${root}/other`);
    expect(Array.from(new DataSource(other).test().dataset.labels)).toEqual([1]);
  });

  test('quirk norb_classes gives norb ten classes, to its networks, too', async () => {
    await made;
    const fixed = config(...toys('data.dataset=norb'));
    const quirk = config(...toys('data.dataset=norb', 'quirks.norb_classes=true'));
    const classes = [fixed, quirk].map((settings) => {
      const { dataset } = new DataSource(settings).all();
      const supernet = makeSupernet(settings, dataset);
      const found = makeFoundNetwork(settings, BNASv2_CLR_v1, dataset);
      return [supernet, found].map((network) => network.classifier.weight.shape[0]);
    });
    expect(classes).toEqual([
      [2, 2],
      [10, 10],
    ]);
  });
});

test.each([
  ['data.image_size=32', 'data.image_size: expected nothing, as mnist needs none, got 32'],
  [
    'data.class_index=a.txt',
    'data.class_index: expected nothing, as mnist needs none, got "a.txt"',
  ],
  [
    'data.mirror=ftp://a',
    'data.mirror: expected official or an address (http:// or https://), got',
  ],
])('%s is refused', (override, message) => {
  expect(() => toyConfig(override)).toThrow(message);
});

test('ten crops take the place of the centred one, or seven eighths of the side', () => {
  const normal = { name: 'Normalize', mean: [0.5], std: [0.5] } as const;
  const resize = { name: 'Resize', size: 256 } as const;
  expect(tenCropped([resize, { name: 'CenterCrop', size: 224 }, normal], 0)).toEqual([
    resize,
    { name: 'TenCrop', size: 224 },
    normal,
  ]);
  expect(tenCropped([normal], 32)).toEqual([{ name: 'TenCrop', size: 28 }, normal]);
  expect(tenCropped([], 28)).toEqual([{ name: 'TenCrop', size: 25 }]);
});
