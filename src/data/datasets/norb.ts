// smallNORB (LeCun, Huang, Bottou 2004): toys of five kinds from two cameras, 24,300 training and 24,300 test pairs
// of 96x96 grey images, in the binary matrix format of their authors.

import { join } from 'node:path';
import { DATASETS } from '../constants.js';
import { DataError, type ImageShape } from '../dataset.js';
import { MemorySet } from '../memory_set.js';
import { plainOrGzip, readBytes } from './file.js';

const PREFIX = {
  train: 'smallnorb-5x46789x9x18x6x2x96x96-training',
  test: 'smallnorb-5x01235x9x18x6x2x96x96-testing',
} as const;

type Part = keyof typeof PREFIX;

/** Magic numbers: the low byte is the type of the values. */
const BYTES = 0x1e3d4c55;
const INT32 = 0x1e3d4c54;

/** One part of smallNORB. Image shape `[2, 96, 96]`: the left view, the right one. 5 classes. */
export class Norb extends MemorySet {
  /**
   * @param folder Where the files `smallnorb-…-dat.mat` and `…-cat.mat` lie, compressed by gzip or not.
   * @throws DataError when a file is missing or damaged, or a label is none.
   */
  constructor(part: Part, folder: string) {
    const [imageFile, labelFile] = ['dat', 'cat'].map((kind) => {
      const path = join(folder, `${PREFIX[part]}-${kind}.mat`);
      return plainOrGzip(path) ?? path;
    }) as [string, string];
    const images = readMatrix(imageFile, BYTES, 4);
    const labels = readMatrix(labelFile, INT32, 1);
    const wide = new Int32Array(Uint8Array.from(labels.values).buffer);
    // What does not fit a byte would otherwise come out as another label.
    const wrong = wide.findIndex((label) => label < 0 || label > 255);
    if (wrong >= 0) throw new DataError(`${labelFile}: label ${wrong} is ${wide[wrong]}`);
    const shape = images.shape.slice(1) as unknown as ImageShape;
    super(shape, images.values, Uint8Array.from(wide), DATASETS.norb.class_names, labelFile);
  }
}

/** Magic number, number of dimensions, the sizes (three at least, the unused ones 1), the values. */
function readMatrix(path: string, magic: number, dimensions: number) {
  const bytes = readBytes(path);
  const header = 8 + 4 * Math.max(3, dimensions);
  if (bytes.length < header) {
    throw new DataError(`${path}: truncated in its header: ${bytes.length} of ${header} bytes`);
  }
  const [found, found_dimensions] = [bytes.readUInt32LE(0), bytes.readInt32LE(4)];
  if (found !== magic) {
    throw new DataError(`${path}: wrong magic number ${hex(found)}, expected ${hex(magic)}`);
  }
  if (found_dimensions !== dimensions) {
    throw new DataError(`${path}: ${found_dimensions} dimensions, expected ${dimensions}`);
  }
  const shape = Array.from({ length: dimensions }, (_, axis) => bytes.readInt32LE(8 + 4 * axis));
  const values = bytes.subarray(header);
  const wanted = shape.reduce((product, size) => product * size, magic === INT32 ? 4 : 1);
  if (values.length !== wanted) {
    throw new DataError(
      `${path}: ${values.length < wanted ? 'truncated' : 'too long'}: its header promises ` +
        `${shape.join(' x ')} values, ${wanted} bytes, ${values.length} follow`,
    );
  }
  return { shape, values };
}

const hex = (magic: number) => `0x${magic.toString(16).toUpperCase()}`;
