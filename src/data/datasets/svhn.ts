// SVHN, cropped digits (Netzer et al. 2011): 73,257 training and 26,032 test images of 32x32, in MAT-files.

import { join } from 'node:path';
import { types } from 'node:util';
import { DATASETS } from '../constants.js';
import { DataError } from '../dataset.js';
import { MemorySet, sharedBytes } from '../memory_set.js';
import { type MatArray, readMat } from './mat.js';

const SIDE = 32;
const AREA = SIDE * SIDE;

/** One part of SVHN. Image shape `[3, 32, 32]`, 10 classes; label 0 is the digit 0, as in torchvision. */
export class Svhn extends MemorySet {
  /**
   * @param folder Where `train_32x32.mat` and `test_32x32.mat` lie.
   * @throws DataError when the file is missing or damaged, or a label is not in 1..10.
   */
  constructor(part: 'train' | 'test', folder: string) {
    const path = join(folder, `${part}_32x32.mat`);
    const arrays = readMat(path);
    const images = named(arrays, 'X', path);
    const { shape, data } = images;
    const count = shape[3] ?? 1;
    if (shape[0] !== SIDE || shape[1] !== SIDE || shape[2] !== 3 || shape.length > 4) {
      throw new DataError(`${path}: X is ${shape.join(' x ')}, not 32 x 32 x 3 x images`);
    }
    if (!types.isUint8Array(data)) throw new DataError(`${path}: X has no bytes`);
    const labels = digits(named(arrays, 'y', path), path);
    super([3, SIDE, SIDE], inRows(data, count), labels, DATASETS.svhn.class_names, path);
  }
}

function named(arrays: Map<string, MatArray>, name: string, path: string): MatArray {
  const array = arrays.get(name);
  if (array) return array;
  throw new DataError(`${path}: it has no array ${name}`);
}

/** The file calls the digit 0 10. */
function digits({ data }: MatArray, path: string): Uint8Array {
  const wrong = data.findIndex((label) => !(Number.isInteger(label) && label >= 1 && label <= 10));
  if (wrong >= 0) throw new DataError(`${path}: label ${wrong} is ${data[wrong]}, not in 1..10`);
  return Uint8Array.from(data, (label) => label % 10);
}

/** `[C, H, W]` in row-major order from MATLAB's columns. */
function inRows(columns: Uint8Array, count: number): Uint8Array {
  const pixels = sharedBytes(columns.length);
  for (let plane = 0; plane < 3 * count; plane++) {
    const begin = plane * AREA;
    for (let x = 0; x < SIDE; x++) {
      for (let y = 0; y < SIDE; y++) {
        pixels[begin + y * SIDE + x] = columns[begin + x * SIDE + y] as number;
      }
    }
  }
  return pixels;
}
