// Views: whatever is cropped and mirrored how often, the pixels are those of doing it at once each time.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { crop, hflip, type Image } from '../../src/data/image.js';
import { SCALED } from '../../src/data/values.js';
import { cropView, imageOf, lookUp, mirrorView, shapeOf, whole } from '../../src/data/view.js';

const image: Image = {
  pixels: Uint8Array.from({ length: 2 * 5 * 7 }, (_, i) => i + 1),
  shape: [2, 5, 7],
};
const place = fc.integer({ min: -4, max: 8 });
const size = fc.integer({ min: 1, max: 9 });
const crops = fc.record({ top: place, left: place, height: size, width: size });
const operations = fc.array(fc.oneof(fc.constant('mirror' as const), crops), { maxLength: 4 });

test('a view shows what cropping and mirroring the image at once would', () => {
  fc.assert(
    fc.property(operations, (steps) => {
      let view = whole(image);
      let expected = image;
      for (const step of steps) {
        if (step === 'mirror') {
          view = mirrorView(view);
          expected = hflip(expected);
        } else {
          const { top, left, height, width } = step;
          view = cropView(view, top, left, height, width);
          expected = crop(expected, top, left, height, width);
        }
      }
      expect(shapeOf(view)).toEqual(expected.shape);
      expect([...imageOf(view).pixels]).toEqual([...expected.pixels]);
      const values = new Float32Array(expected.pixels.length).fill(-1);
      lookUp(view, [SCALED], values);
      expect([...values]).toEqual(Array.from(expected.pixels, (pixel) => Math.fround(pixel / 255)));
    }),
    { numRuns: 500 },
  );
});

test('large parts get the values of the table of their channel, and nothing beyond them', () => {
  // An odd count of pixels, of which kernels take four at a time; red is row + 2 column, green 50 more.
  const [height, width] = [71, 67];
  const pixels = Uint8Array.from({ length: 2 * height * width }, (_, i) => {
    const at = i % (height * width);
    return (Math.floor(at / width) + 2 * (at % width) + (i === at ? 0 : 50)) % 256;
  });
  const photo: Image = { pixels, shape: [2, height, width] };
  const tables = [1, 1000].map((factor) =>
    Float32Array.from({ length: 256 }, (_, p) => factor * p),
  );
  const part = mirrorView(cropView(whole(photo), 2, -1, 69, 65));
  const values = new Float32Array(2 * 69 * 65 + 2).fill(-1);
  lookUp(part, tables, values.subarray(1, -1));
  const expected = [1, 1000].flatMap((factor, channel) =>
    Array.from({ length: 69 * 65 }, (_, at) => {
      const [row, column] = [Math.floor(at / 65) + 2, 63 - (at % 65)];
      return column < 0 ? 0 : factor * ((row + 2 * column + 50 * channel) % 256);
    }),
  );
  expect([...values]).toEqual([-1, ...expected, -1]);
});
