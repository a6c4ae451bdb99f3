// The keys of a config that say which images are used: range, default, meaning.

import { z } from 'zod';
import {
  DATASETS,
  type DatasetName,
  DECODING,
  ON_CORRUPT,
  SPLIT_METHODS,
} from '../data/constants.js';
import { transforms } from './transform_keys.js';
import { either, flag, oneOf, text, wholeNumber } from './values.js';

export const data = z.strictObject({
  dataset: oneOf(Object.keys(DATASETS) as DatasetName[])
    .default('mnist')
    .describe('what is learned'),
  folder: text(/\S/, 'the path of a folder')
    .default('data')
    .describe(
      'where the data sets lie, and are fetched to; of norb, imagenet and folder: with train/ and test/ (imagenet: val/), a folder a class in each',
    ),
  download: flag()
    .default(true)
    .describe('what is missing of fashion, cifar10, cifar100, svhn or norb is fetched'),
  mirror: either('official', text(/^https?:\/\/./, 'an address (http:// or https://)'))
    .default('official')
    .describe(
      'server that has the files as the folder has them; official: BNAS_DATA_MIRROR if set, else where they are published',
    ),
  class_index: text(/\S/, 'the path of a file')
    .optional()
    .describe(
      'imagenet, folder, norb: classes by label, a folder name a line or {name: label} in .json; by default sorted',
    ),
  image_size: either('auto', wholeNumber(8))
    .default('auto')
    .describe('imagenet, folder, norb: side that images are brought to; auto: 224, 224, 32'),
  num_workers: either('auto', wholeNumber(0, 64))
    .default('auto')
    .describe(
      'threads that read images ahead; 0: the program reads them itself; auto: 2 for images in files, for a GPU, and with quirks.augmentation_stream, else 0',
    ),
  corrupt_images: oneOf(ON_CORRUPT)
    .default('stop')
    .describe(
      'what to do about an image that cannot be read; skip: leave it out, and say how many',
    ),
  decoding: oneOf(['auto', ...DECODING])
    .default('auto')
    .describe(
      "how JPEG files are read; exact: to Pillow's values; fast: in half the time, to values that differ by up to 4 of 255, at borders more; auto: fast, but exact in mode reference",
    ),
  augment: flag()
    .default(true)
    .describe(
      'images that are learned from are shifted, mirrored or cropped at random as suits them; digits are not',
    ),
  transforms: z
    .strictObject({
      train: either('auto', transforms())
        .default('auto')
        .describe('to images that are learned from; auto: what suits the data set'),
      test: either('auto', transforms())
        .default('auto')
        .describe('to all others; auto: what suits the data set'),
    })
    .prefault({})
    .describe(
      'what is done to images, one after the other, and nothing else: torchvision.transforms by name, with their arguments. Pixels count 0 to 1 after them',
    ),
  train_samples: either('all', wholeNumber(2))
    .default('all')
    .describe('how many of the training images are used'),
  test_samples: either('all', wholeNumber(1))
    .default('all')
    .describe('how many of the test images are used'),
  split: oneOf(SPLIT_METHODS)
    .default('shuffle')
    .describe('how samples, search halves and validation parts are chosen'),
});
