// Antialiased bilinear resampling in 8 bits, result for result that of Pillow (libImaging/Resample.c), which
// torchvision resizes with: two passes of fixed-point filters, each rounded to 8 bits. As Pillow up to 12; from
// 13 on it begins with the columns where the height shrinks more, which moves some values by 1.

import { blank, type Image } from './image.js';
import { type Address, bytesAt, place, theKernels } from './kernels.js';
import { imageOf, isInside, shapeOf, type View, whole } from './view.js';

/** Bits after the binary point of a weight: a sum of weighted pixels still fits 32 bits with its sign. */
const PRECISION = 22;

/** Resized to `height` x `width`, as `torchvision.transforms.functional.resize` of an image. */
export function resize(view: View, height: number, width: number): Image {
  // What is black, or mirrored, is made so first.
  if (!isInside(view) || view.mirrored) return resize(whole(imageOf(view)), height, width);
  const [channels, oldHeight, oldWidth] = shapeOf(view);
  const across = makeFilters(oldWidth, width);
  const down = makeFilters(oldHeight, height);
  const result = blank([channels, height, width]);
  const { image, top, left } = view;
  const [, fullHeight, fullWidth] = image.shape;
  const area = height * width;
  // Pixels of three bytes are resized together; planes, one by one, as pixels of one.
  const bytes = image.interleaved ? channels : 1;
  const rowStride = fullWidth * bytes;
  const length = (oldHeight - 1) * rowStride + oldWidth * bytes;
  for (let channel = 0; channel < channels; channel += bytes) {
    const from = channel * fullHeight * fullWidth + top * rowStride + left * bytes;
    const [source, acrossAt, downAt, narrowed, resized] = place(
      ...[length, across.words.byteLength, down.words.byteLength],
      ...[4 * oldHeight * width, 3 * area],
    ) as [Address, Address, Address, Address, Address];
    bytesAt(source, length).set(image.pixels.subarray(from, from + length));
    bytesAt(acrossAt, across.words.byteLength).set(new Uint8Array(across.words.buffer));
    bytesAt(downAt, down.words.byteLength).set(new Uint8Array(down.words.buffer));
    const { resizeColumns, resizeRows } = theKernels();
    resizeColumns(source, rowStride, bytes, oldHeight, acrossAt, across.taps, width, narrowed);
    resizeRows(narrowed, width, downAt, down.taps, height, resized);
    result.pixels.set(bytesAt(resized, bytes * area), channel * area);
  }
  return result;
}

/** For each place its start, how many weights it has, and room for `taps` of them. */
interface Filters {
  readonly taps: number;
  readonly words: Int32Array;
}

/** The triangle filters, stretched when the image shrinks, that turn `size` places into `newSize`. */
function makeFilters(size: number, newSize: number): Filters {
  const scale = size / newSize;
  const support = Math.max(scale, 1);
  const taps = Math.ceil(support) * 2 + 1;
  const words = new Int32Array(newSize * (2 + taps));
  const shares = new Float64Array(taps);
  for (let to = 0; to < newSize; to++) {
    const center = (to + 0.5) * scale;
    const first = Math.max(0, Math.trunc(center - support + 0.5));
    const last = Math.min(size, Math.trunc(center + support + 0.5));
    let total = 0;
    for (let x = first; x < last; x++) {
      const share = Math.max(0, 1 - Math.abs((x - center + 0.5) * (1 / support)));
      shares[x - first] = share;
      total += share;
    }
    const at = to * (2 + taps);
    words[at] = first;
    words[at + 1] = last - first;
    for (let i = 0; i < last - first; i++) {
      const share = (shares[i] as number) / total;
      words[at + 2 + i] = Math.trunc(0.5 + share * (1 << PRECISION));
    }
  }
  return { taps, words };
}
