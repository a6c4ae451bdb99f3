// `bnas sample-imagenet`: the part of ImageNet that a search uses.

import { join } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';
import { MODES, type Mode, quirksOf } from '../config/quirks.js';
import { PLACEMENTS, type SampleOptions, sampleImageNet } from '../data/imagenet_sample.js';
import { progressOn, silent } from '../engine/progress.js';

interface Options extends Omit<SampleOptions, 'source' | 'target' | 'validation_share'> {
  validationShare: number;
  mode: Mode;
  quiet?: true;
}

export function sampleImageNetCommand(): Command {
  return new Command('sample-imagenet')
    .description('choose the part of ImageNet that a search uses, class by class')
    .argument('<imagenet>', 'the folder with ImageNet: train/CLASS/*.JPEG')
    .argument(
      '<target>',
      'the folder that gets train/ and val/ of the sample, and its manifest.json',
    )
    .option('--seed <number>', 'decides the choice', seed, 2)
    .option('--share <number>', 'share of each class that is sampled', share, 0.125)
    .option('--validation-share <number>', 'share of the sample that goes to val/', share, 0.2)
    .addOption(
      new Option('--placement <kind>', 'how images get into the sample')
        .choices(PLACEMENTS)
        .default('symlink'),
    )
    .addOption(
      new Option('--mode <mode>', 'reference: with replacement, as the original draws')
        .choices(MODES)
        .default('fixed'),
    )
    .option('--quiet', 'print the result only')
    .addHelpText(
      'after',
      `
Broken off, the same command goes on where it was.

Example:
  bnas sample-imagenet /data/imagenet data/imagenet-sample`,
    )
    .action(async (imagenet: string, target: string, options: Options) => {
      const { seed, share, validationShare: validation_share, placement, mode } = options;
      const progress = options.quiet ? silent : progressOn(process.stderr);
      try {
        const { train, val } = await sampleImageNet(
          {
            ...{
              source: join(imagenet, 'train'),
              target,
              seed,
              share,
              validation_share,
              placement,
            },
            with_replacement: quirksOf(mode).sample_with_replacement,
          },
          (classes) => progress.begin('Classes', classes),
          () => progress.advance(),
        );
        process.stdout.write(
          `${target} has ${train} images to learn from and ${val} to validate\n`,
        );
      } finally {
        progress.end();
      }
    });
}

function seed(text: string): number {
  const value = Number(text);
  if (/^\d+$/.test(text) && value < 2 ** 32) return value;
  throw new InvalidArgumentError('It must be a whole number from 0 to 4294967295.');
}

function share(text: string): number {
  const value = Number(text);
  if (value > 0 && value <= 1) return value;
  throw new InvalidArgumentError('It must be a number above 0, at most 1.');
}
