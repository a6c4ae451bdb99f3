// augment_*: transforms on synthetic images, their draws and their pixels.
import { z } from 'zod';
import {
  adjust_brightness,
  adjust_contrast,
  adjust_hue,
  adjust_saturation,
  grayscale,
} from '../../../src/data/colour.js';
import { seededDraws } from '../../../src/data/draws.js';
import { crop, hflip, type Image } from '../../../src/data/image.js';
import { resize } from '../../../src/data/resample.js';
import {
  jitterDraws,
  Pipeline,
  randomResizedBox,
  resizedTo,
  type TransformSpec,
  tenCrop,
} from '../../../src/data/transforms.js';
import { cutout } from '../../../src/data/values.js';
import { imageOf, whole } from '../../../src/data/view.js';
import { type Case, checker } from '../checker.js';
import { header } from '../figures.js';
import { exactly, type Measure, relative, same, within } from '../measures.js';

const numbers = z.array(z.number());
/** Sum, sum of absolute values, the first three. */
const digest = z.tuple([z.number(), z.number(), numbers]);
type Digest = z.infer<typeof digest>;

/** The images of all these files: pixel = (7 row + 13 column + 29 channel + 31 image) % 256. */
function synthetic(index: number, height: number, width: number, channels = 3): Image {
  const pixels = new Uint8Array(channels * height * width);
  for (let i = 0; i < pixels.length; i++) {
    const channel = Math.floor(i / (height * width));
    const row = Math.floor(i / width) % height;
    pixels[i] = 7 * row + 13 * (i % width) + 29 * channel + 31 * index;
  }
  return { pixels, shape: [channels, height, width] };
}

/** Pixels `[H, W, C]`, as the files list them. */
function interleaved({ pixels, shape: [channels, height, width] }: Image): number[] {
  const area = height * width;
  return Array.from(
    pixels,
    (_, i) => pixels[(i % channels) * area + Math.floor(i / channels)] ?? -1,
  );
}

/** The sums are float64 ones of equal float32 values, added in another order. */
function compareDigest(
  what: string,
  values: Float32Array,
  [sum, absolute, first]: Digest,
): Measure[] {
  const ours = values.reduce((total, value) => total + value, 0);
  const oursAbsolute = values.reduce((total, value) => total + Math.abs(value), 0);
  return [
    within(`${what} sum`, ours, sum, 1e-12 * absolute),
    relative(`${what} abs-sum`, oursAbsolute, absolute, 1e-12),
    exactly(`${what} first`, values.slice(0, 3), first),
  ];
}

const cases = (runs: Record<string, Case['run']>) =>
  Object.entries(runs).map(([name, run]) => ({ name, run }));

const cifarSchema = z.object({
  header,
  mean: numbers,
  std: numbers,
  images: z.array(
    z.object({
      image: z.number(),
      output: digest,
      first_row: z.array(numbers),
      valid_output: digest,
      valid_first_row: z.array(numbers),
    }),
  ),
  images_with_cutout16: z.object({ output: z.array(digest) }),
  cutout: z.object({
    raw_uint32: numbers,
    cases: z.array(
      z.object({
        height: z.number(),
        width: z.number(),
        length: z.number(),
        draws: z.array(z.object({ zero_rows: numbers, zero_columns: numbers })),
      }),
    ),
    first_mask_32x32_length16: numbers,
  }),
});

export const augmentCifar = checker(/^augment_cifar$/, cifarSchema, (figures) => {
  const { header, mean, std, images } = figures;
  const { seed } = header;
  const normal: TransformSpec = { name: 'Normalize', mean, std };
  const augmented: TransformSpec[] = [
    { name: 'RandomCrop', size: 32, padding: 4 },
    { name: 'RandomHorizontalFlip', p: 0.5 },
    normal,
  ];
  const outputs = (specs: TransformSpec[]) => {
    const draws = seededDraws(seed);
    const pipeline = new Pipeline(specs);
    return images.map(({ image }) => {
      const values = new Float32Array(3 * 32 * 32);
      pipeline.run(synthetic(image, 32, 32), draws, values);
      return values;
    });
  };
  const rows = (values: Float32Array) =>
    [0, 1, 2].flatMap((channel) => [...values.subarray(channel * 1024, channel * 1024 + 32)]);
  return cases({
    train: () =>
      outputs(augmented).flatMap((values, i) => [
        ...compareDigest(`image ${i}`, values, images[i]?.output as Digest),
        exactly(`image ${i} first row`, rows(values), images[i]?.first_row.flat() ?? []),
      ]),
    valid: () =>
      outputs([normal]).flatMap((values, i) => [
        ...compareDigest(`image ${i}`, values, images[i]?.valid_output as Digest),
        exactly(`image ${i} first row`, rows(values), images[i]?.valid_first_row.flat() ?? []),
      ]),
    'train with cutout': () =>
      outputs([...augmented, { name: 'Cutout', length: 16 }]).flatMap((values, i) =>
        compareDigest(`image ${i}`, values, figures.images_with_cutout16.output[i] as Digest),
      ),
    'numpy draws': () => {
      const { numpy } = seededDraws(seed);
      const raw = figures.cutout.raw_uint32;
      return [
        exactly(
          'raw',
          raw.map(() => numpy.next32()),
          raw,
        ),
      ];
    },
    'cutout boxes': () =>
      figures.cutout.cases.flatMap(({ height, width, length, draws: expected }) => {
        const draws = seededDraws(seed);
        return expected.map(({ zero_rows, zero_columns }, i) => {
          const values = new Float32Array(height * width).fill(1);
          cutout(values, [1, height, width], length, draws);
          const [top = 0, bottom = 0] = zero_rows;
          const [left = 0, right = 0] = zero_columns;
          const mask = values.map((_, place) => {
            const [row, column] = [Math.floor(place / width), place % width];
            return row >= top && row < bottom && column >= left && column < right ? 0 : 1;
          });
          return exactly(`${height}x${width}, ${length}: box ${i}`, values, mask);
        });
      }),
    'cutout mask': () => {
      const values = new Float32Array(1024).fill(1);
      cutout(values, [1, 32, 32], 16, seededDraws(seed));
      return [exactly('mask', values, figures.cutout.first_mask_32x32_length16)];
    },
  });
});

const jitter = z.object({
  order: numbers,
  brightness: z.number(),
  contrast: z.number(),
  saturation: z.number(),
  hue: z.number(),
});
const size = z.object({ height: z.number(), width: z.number() });
const run = size.extend({ output: digest });
const imagenetSchema = z.object({
  header,
  random_resized_crop: z.object({
    cases: z.array(size.extend({ draws: z.array(z.object({ i_j_h_w: numbers })) })),
  }),
  color_jitter: z.object({ draws: z.array(jitter) }),
  pipelines: z.object({ train_imagenet_b: z.array(run), train_search_imagenet_b: z.array(run) }),
  ten_crop8_of_12x13_first_pixels: z.array(numbers),
  ten_crop: z.array(
    size.extend({
      ten_crop_top_left_h_w: z.array(numbers),
      flipped_image: z.array(z.boolean()),
      center_crop_top_left_h_w: numbers,
    }),
  ),
  resize: z.array(size.extend({ resize_256: numbers, resize_32: numbers })),
});

const JITTER = {
  name: 'ColorJitter',
  brightness: 0.4,
  contrast: 0.4,
  saturation: 0.4,
  hue: 0.2,
} as const;
const ADJUSTMENTS = [adjust_brightness, adjust_contrast, adjust_saturation, adjust_hue];
const JITTER_NAMES = ['brightness', 'contrast', 'saturation', 'hue'] as const;

export const augmentImagenet = checker(/^augment_imagenet$/, imagenetSchema, (figures) => {
  const { seed } = figures.header;
  const cropAndFlip: TransformSpec[] = [
    { name: 'RandomResizedCrop', size: 224 },
    { name: 'RandomHorizontalFlip', p: 0.5 },
  ];
  const normal: TransformSpec = {
    name: 'Normalize',
    mean: [0.485, 0.456, 0.406],
    std: [0.229, 0.224, 0.225],
  };
  const pipeline = (specs: TransformSpec[], runs: z.infer<typeof run>[]) => () => {
    const draws = seededDraws(seed);
    const compiled = new Pipeline(specs);
    return runs.flatMap(({ height, width, output }, i) => {
      const values = new Float32Array(3 * 224 * 224);
      compiled.run(synthetic(i, height, width), draws, values);
      return compareDigest(`image ${i}`, values, output);
    });
  };
  return cases({
    'random resized crop': () =>
      figures.random_resized_crop.cases.flatMap(({ height, width, draws: expected }) => {
        const draws = seededDraws(seed);
        return expected.map(({ i_j_h_w }, i) =>
          exactly(
            `${height}x${width}: box ${i}`,
            randomResizedBox([3, height, width], draws),
            i_j_h_w,
          ),
        );
      }),
    'colour jitter': () => {
      const draws = seededDraws(seed);
      return figures.color_jitter.draws.flatMap((expected, i) => {
        const drawn = jitterDraws(JITTER, draws);
        return [
          same(
            `order ${i}`,
            drawn.map(([adjust]) => ADJUSTMENTS.indexOf(adjust)),
            expected.order,
          ),
          ...drawn.map(([, factor], place) => {
            const name = JITTER_NAMES[expected.order[place] as number] as 'hue';
            return exactly(`${name} ${i}`, factor, expected[name]);
          }),
        ];
      });
    },
    'pipeline of train_imagenet_b': pipeline(
      [...cropAndFlip, JITTER, normal],
      figures.pipelines.train_imagenet_b,
    ),
    'pipeline of train_search_imagenet_b': pipeline(
      [...cropAndFlip, normal],
      figures.pipelines.train_search_imagenet_b,
    ),
    'ten crops': () =>
      figures.ten_crop.flatMap(({ height, width, ten_crop_top_left_h_w, flipped_image }) => {
        const image = synthetic(0, height, width);
        const expected = ten_crop_top_left_h_w.map(([top = 0, left = 0, h = 0, w = 0], i) =>
          crop(flipped_image[i] ? hflip(image) : image, top, left, h, w),
        );
        return tenCrop(whole(image), 224).map((part, i) =>
          exactly(`${height}x${width}: crop ${i}`, imageOf(part).pixels, expected[i]?.pixels ?? []),
        );
      }),
    'first pixels of ten crops': () =>
      tenCrop(whole(synthetic(1, 12, 13)), 8).map((part, i) =>
        exactly(
          `crop ${i}`,
          interleaved(imageOf(part)).slice(0, 3),
          figures.ten_crop8_of_12x13_first_pixels[i] ?? [],
        ),
      ),
    'centre crops': () =>
      figures.ten_crop.map(({ height, width, center_crop_top_left_h_w }) => {
        const image = synthetic(0, height, width);
        const [top = 0, left = 0, h = 0, w = 0] = center_crop_top_left_h_w;
        const values = new Float32Array(3 * 224 * 224);
        new Pipeline([{ name: 'CenterCrop', size: 224 }]).run(image, seededDraws(seed), values);
        const expected = crop(image, top, left, h, w).pixels;
        return exactly(
          `${height}x${width}`,
          values.map((value) => Math.round(value * 255)),
          expected,
        );
      }),
    'sizes after Resize': () =>
      figures.resize.flatMap(({ height, width, resize_256, resize_32 }) => [
        same(`${height}x${width} to 256`, resizedTo([3, height, width], 256), resize_256),
        same(`${height}x${width} to 32`, resizedTo([3, height, width], 32), resize_32),
      ]),
  });
});

const mnistSchema = z.object({
  header,
  images: z.array(
    z.tuple([z.number(), z.number(), z.boolean(), z.number(), z.boolean(), z.number(), z.number()]),
  ),
  micro: z.record(z.string(), numbers),
});

/** The operations of `micro` by the beginning of their names; the rest of the name is the amount. */
const MICRO: Record<string, (amount: number) => Image> = {
  brightness: (amount) => adjust_brightness(synthetic(2, 6, 6), amount),
  contrast: (amount) => adjust_contrast(synthetic(2, 6, 6), amount),
  saturation: (amount) => adjust_saturation(synthetic(2, 6, 6), amount),
  hue: (amount) => adjust_hue(synthetic(2, 6, 6), amount),
  grayscale: () => grayscale(synthetic(2, 6, 6)),
  hflip: () => hflip(synthetic(2, 6, 6)),
  resized_crop_3_4_12_10_to: (size) => resize(crop(synthetic(3, 20, 24), 3, 4, 12, 10), size, size),
  resize: (size) => {
    const image = synthetic(3, 20, 24);
    return resize(image, ...resizedTo(image.shape, size));
  },
};

export const augmentMnist = checker(/^augment_mnist$/, mnistSchema, (figures) => {
  const { seed } = figures.header;
  const pipeline = new Pipeline([
    { name: 'RandomHorizontalFlip', p: 0.5 },
    { name: 'RandomGrayscale', p: 0.1 },
  ]);
  const sums = (channels: 1 | 3, side: number, column: 5 | 6) => () => {
    const draws = seededDraws(seed);
    return figures.images.map((row) => {
      const values = new Float32Array(channels * side * side);
      pipeline.run(synthetic(row[0], side, side, channels), draws, values);
      const sum = values.reduce((total, value) => total + value, 0);
      return relative(`image ${row[0]}`, sum, row[column], 1e-12);
    });
  };
  return cases({
    draws: () => {
      const { torch } = seededDraws(seed);
      return figures.images.flatMap(([image, flip, , grey]) => [
        exactly(`flip ${image}`, torch.rand(), flip),
        exactly(`grayscale ${image}`, torch.rand(), grey),
      ]);
    },
    'images of one channel': sums(1, 28, 5),
    'images of three channels': sums(3, 32, 6),
    ...Object.fromEntries(
      Object.entries(figures.micro).map(([name, expected]) => [
        name,
        () => {
          const [, operation = name, amount = ''] = /^(.*?)_?(-?[\d.]*)$/.exec(name) ?? [];
          const image = MICRO[operation]?.(Number(amount));
          const pixels = image ? interleaved(image).slice(0, expected.length) : [];
          return [exactly('pixels', pixels, expected)];
        },
      ]),
    ),
  });
});
