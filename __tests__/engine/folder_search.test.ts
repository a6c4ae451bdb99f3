// A search on two folders, as the original's on a sample of ImageNet (train_search_imagenet_b.py).
import { mkdirSync } from 'node:fs';
import { beforeAll, expect, test } from '@jest/globals';
import sharp from 'sharp';
import { RandomSampler, SequentialSampler } from '../../src/data/sampler.js';
import { DataSource, type SourceLoaderOptions } from '../../src/engine/data_source.js';
import { search } from '../../src/engine/search.js';
import { temporaryFolder } from '../support/temporary.js';
import { decided, inPieces } from './pieces.js';
import { records, toyConfig, toyContext } from './toy.js';

const folder = temporaryFolder();

/** Ten images of each of two classes train the weights, four the architecture: 5 and 2 steps a pass. */
beforeAll(async () => {
  const images = { train: 10, val: 4 };
  for (const [part, count] of Object.entries(images)) {
    for (const [label, name] of ['ant', 'bee'].entries()) {
      mkdirSync(`${folder}/${part}/${name}`, { recursive: true });
      for (let i = 0; i < count; i++) {
        const pixels = Uint8Array.from(
          { length: 3 * 40 * 30 },
          (_, at) => (at * (i + 3 + label)) % 251,
        );
        const image = sharp(pixels, { raw: { width: 40, height: 30, channels: 3 } });
        await image.jpeg().toFile(`${folder}/${part}/${name}/${i}.JPEG`);
      }
    }
  }
});

const config = (...overrides: string[]) =>
  toyConfig(
    ...['data.dataset=imagenet', `data.folder=${folder}`, 'data.image_size=16'],
    ...['data.train_samples=all', 'data.test_samples=all', 'search.train_portion=folders'],
    ...['data.num_workers=1', ...overrides],
  );

/** The loaders that a search asks for, in their order. */
async function loadersOf(name: string, ...overrides: string[]): Promise<SourceLoaderOptions[]> {
  const opened: SourceLoaderOptions[] = [];
  class Watched extends DataSource {
    override loader(options: SourceLoaderOptions) {
      opened.push(options);
      return super.loader(options);
    }
  }
  const own = config('search.epochs=1', ...overrides);
  await search(own, toyContext(`${folder}/${name}`), new Watched(own));
  return opened;
}

test('shuffles both folders, and in reference mode validates on the second as it is learned from', async () => {
  const reference = await loadersOf('reference', 'mode=reference');
  expect(reference.map(({ sampler }) => sampler)).toEqual([
    expect.any(RandomSampler),
    expect.any(RandomSampler),
  ]);
  expect(reference.map(({ augment }) => augment)).toEqual([{ cutout: 'off' }, { cutout: 'off' }]);
  const [, , validation] = await loadersOf('fixed');
  expect(validation?.sampler).toEqual(expect.any(SequentialSampler));
  expect(validation?.augment).toBeUndefined();
  // Of the eight images in val/.
  const { valid } = records(`${folder}/fixed`, 'metrics.jsonl').at(-1);
  expect((8 * valid.top1) % 1).toBe(0);
});

test.each([
  ['fixed', []],
  ['reference', ['data.num_workers=2']],
])('in mode %s, stopped within an epoch, it goes on to the same bits', async (mode, more) => {
  const own = config(`mode=${mode}`, 'search.validate_from=1', ...more);
  const whole = `${folder}/${mode} whole`;
  await search(own, toyContext(whole));
  // Two epochs of 5 steps, the last of them validated in 2. After 8, the second pass over val/ is half done.
  const pieces = `${folder}/${mode} in pieces`;
  expect(await inPieces(pieces, 8, (context) => search(own, context))).toBe(1);
  expect(decided(pieces)).toEqual(decided(whole));
});
