// `bnas train`: trains the network of a genotype from scratch and tests it once.

import type { Command } from 'commander';
import { chosenGenotype } from '../engine/genotype_source.js';
import { makeRunCommand, type RunOptions, runConfig, withRun } from './run.js';

export function trainCommand(): Command {
  return makeRunCommand('train', 'train the network of a genotype, then test it')
    .option(
      '--genotype <genotype>',
      'a run folder of bnas search, a file, the text itself, or a released name (BNASv2_CLR_v1); ' +
        'by default that of the run that is resumed, or training.genotype of the config',
    )
    .action(async (path: string | undefined, options: RunOptions & { genotype?: string }) => {
      const config = await runConfig('train', path, options);
      const genotype = chosenGenotype(config, options.genotype ?? options.resume);
      await withRun(config, 'train', options, async (context) => {
        const { train } = await import('../engine/train.js');
        const { test, best_epoch } = await train(config, genotype, context);
        process.stdout.write(
          `Test accuracy ${test.top1.toFixed(2)} % (top-5 ${test.top5.toFixed(2)} %), ` +
            `with the weights of epoch ${best_epoch + 1} of ${config.training.epochs}\n`,
        );
      });
    });
}
