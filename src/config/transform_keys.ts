// Transforms as a config lists them: torchvision's names, arguments and defaults.

import { z } from 'zod';
import {
  anyNumber,
  ascending,
  number,
  numbers,
  positive,
  saying,
  share,
  wholeNumber,
} from './values.js';

const size = wholeNumber(1);
const probability = number(0, 1);
const amount = number(0).default(0);

const ARGUMENTS = {
  RandomCrop: { size, padding: wholeNumber(0).default(0) },
  RandomHorizontalFlip: { p: probability.default(0.5) },
  RandomGrayscale: { p: probability.default(0.1) },
  Resize: { size },
  CenterCrop: { size },
  RandomResizedCrop: {
    size,
    scale: ascending(share()).default([0.08, 1]),
    ratio: ascending(positive()).default([3 / 4, 4 / 3]),
  },
  ColorJitter: {
    brightness: amount,
    contrast: amount,
    saturation: amount,
    hue: number(0, 0.5).default(0),
  },
  Normalize: { mean: numbers(anyNumber()), std: numbers(positive()) },
  Cutout: { length: wholeNumber(1) },
};

type Name = keyof typeof ARGUMENTS;
const NAMES = Object.keys(ARGUMENTS) as Name[];

const named = <N extends Name>(name: N) =>
  z.strictObject({ name: z.literal(name), ...ARGUMENTS[name] });

const transform = saying(
  z.discriminatedUnion('name', [
    named('RandomCrop'),
    named('RandomHorizontalFlip'),
    named('RandomGrayscale'),
    named('Resize'),
    named('CenterCrop'),
    named('RandomResizedCrop'),
    named('ColorJitter'),
    named('Normalize'),
    named('Cutout'),
  ]),
  `a transform by its name, one of ${NAMES.join(', ')}`,
);

/** These work on numbers, all others on pixels. */
const LAST = ['Normalize', 'Cutout'];

/** What is done to an image, one after the other. */
export function transforms() {
  const list = z.array(transform).superRefine((list, context) => {
    const ranks = list.map(({ name }) => LAST.indexOf(name));
    const astray = ranks.findIndex(
      (rank, i) => i > 0 && ranks[i - 1] !== -1 && rank <= (ranks[i - 1] as number),
    );
    if (astray > 0) {
      const message = `Normalize and Cutout last, in this order, once each`;
      context.addIssue({ code: 'custom', path: [astray, 'name'], message });
    }
    for (const [i, each] of list.entries()) {
      if (each.name === 'Normalize' && each.mean.length !== each.std.length) {
        const message = `as many numbers as mean has, ${each.mean.length}`;
        context.addIssue({ code: 'custom', path: [i, 'std'], message });
      }
    }
  });
  return saying(list, 'a list of transforms');
}
