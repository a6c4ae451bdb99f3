// Opens a data set by its name: the one place that knows them all.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type DatasetName, PUBLISHED, type PublishedFile } from '../constants.js';
import { DataError, type Dataset } from '../dataset.js';
import { Cifar, findCifar } from './cifar.js';
import { plainOrGzip } from './file.js';
import { classFolders, ImageFolder, readClassIndex } from './image_folder.js';
import { FashionMnist, hasIdxFiles, Mnist } from './mnist.js';
import { Norb } from './norb.js';
import { Svhn } from './svhn.js';
import { Synthetic } from './synthetic.js';

export type Part = 'train' | 'test';

export interface Place {
  /** Where the data sets lie; for image folders, the one with `train/` and `test/` (imagenet: `val/`). */
  readonly folder: string;
  /** The file that lists the classes of an image folder by label. Default: none, they are sorted. */
  readonly class_index?: string;
}

const OPEN: Record<DatasetName, (part: Part, place: Place) => Dataset> = {
  mnist: (part, { folder }) => {
    const own = join(folder, 'MNIST', 'raw');
    return hasIdxFiles(own) ? new Mnist(part, own) : new Mnist(part);
  },
  fashion: (part, { folder }) => new FashionMnist(part, join(folder, 'FashionMNIST', 'raw')),
  cifar10: (part, { folder }) => new Cifar('cifar10', part, folder),
  cifar100: (part, { folder }) => new Cifar('cifar100', part, folder),
  svhn: (part, { folder }) => new Svhn(part, folder),
  norb: (part, place) =>
    isImageFolder(place.folder)
      ? imageFolder(part, place)
      : new Norb(part, join(place.folder, 'smallnorb')),
  imagenet: (part, place) => imageFolder(part, place, 'val'),
  folder: imageFolder,
  synthetic: (part) => new Synthetic(part),
};

/**
 * One part of the data set `name`.
 *
 * @throws DataError when it is not there, or a file of it is damaged.
 */
export function openDataset(name: DatasetName, part: Part, place: Place): Dataset {
  return OPEN[name](part, place);
}

/** Sets that may be there in another form than the published one. */
const FOUND: Partial<Record<DatasetName, (folder: string) => boolean>> = {
  cifar10: (folder) => findCifar('cifar10', folder) !== undefined,
  cifar100: (folder) => findCifar('cifar100', folder) !== undefined,
  norb: isImageFolder,
};

/** What must be fetched before the data set `name` can be opened. */
export function missingFiles(name: DatasetName, folder: string): readonly PublishedFile[] {
  if (FOUND[name]?.(folder)) return [];
  // A file may have been unpacked by hand.
  const isThere = ({ path }: PublishedFile) => plainOrGzip(join(folder, path.replace(/\.gz$/, '')));
  return (PUBLISHED[name] ?? []).filter((file) => isThere(file) === undefined);
}

function isImageFolder(folder: string): boolean {
  return existsSync(join(folder, 'train'));
}

/** Labels are those of the training images in both parts, even where one has fewer classes. */
function imageFolder(part: Part, place: Place, test = 'test'): Dataset {
  const parts = { train: join(place.folder, 'train'), test: join(place.folder, test) };
  const missing = [parts.train, parts[part]].find((folder) => !existsSync(folder));
  if (missing !== undefined) {
    const places = Object.values(parts).map((folder) => join(folder, 'CLASS'));
    throw new DataError(
      `${missing} is not there: images are looked for in ${places.join(' and ')}`,
    );
  }
  return new ImageFolder(parts[part], classesInFolders(place));
}

/**
 * What the labels of image folders mean.
 *
 * @throws DataError when there are no such folders, or the file that lists them is damaged.
 */
export function classesInFolders({ folder, class_index }: Place): readonly string[] {
  return class_index === undefined
    ? classFolders(join(folder, 'train'))
    : readClassIndex(class_index);
}
