// `bnas evaluate`: tests weights, those of a training or of the original's Python.

import { Command } from 'commander';
import { withDisplay } from './display.js';
import { jsonOption, overrideOption } from './options.js';
import { print, printJson } from './output.js';

interface Options {
  weights?: string;
  genotype?: string;
  override: string[];
  json?: true;
  quiet?: true;
}

export function evaluateCommand(): Command {
  return new Command('evaluate')
    .description('test weights on the test images: those of a training, or a file')
    .argument('<run>', 'the folder of a training, or a config')
    .option(
      '--weights <file>',
      '.pt, also of the original, or .safetensors (default: best.pt of the run)',
    )
    .option(
      '--genotype <genotype>',
      'as for bnas train (default: that of the run, or of the config)',
    )
    .addOption(overrideOption())
    .addOption(jsonOption())
    .option('--quiet', 'print the result only')
    .addHelpText(
      'after',
      `
Examples:
  bnas evaluate runs/quickstart-train-1
  bnas evaluate runs/quickstart-train-1 --weights runs/quickstart-train-1/last.pt --json
  bnas evaluate runs/quickstart-train-1 -o training.ten_crop=true
  bnas evaluate configs/train_cifar10.yaml --weights weights.pt --genotype BNASv2_CLR_v1`,
    )
    .action(async (source: string, options: Options) => {
      const { candidate, evaluateCandidate } = await import('../engine/evaluation.js');
      const tested = candidate(source, options);
      await withDisplay(options, async (display) => {
        const result = await evaluateCandidate(tested, display);
        if (options.json) return printJson({ weights: tested.weights, ...result });
        const { top1, top5, loss, images } = result;
        print(
          `Test accuracy ${top1.toFixed(2)} % (top-5 ${top5.toFixed(2)} %, loss ${loss.toFixed(4)}) ` +
            `on ${images} images, with ${tested.weights}`,
        );
      });
    });
}
