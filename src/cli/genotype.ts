// `bnas genotype`: shows, draws, counts and converts the cells that a search has found.

import { Command, InvalidArgumentError, Option } from 'commander';
import { loadConfig, makeConfig } from '../config/load.js';
import { genotypeName, readGenotype } from '../engine/genotype_source.js';
import { formatGenotype, genotypeToJson } from '../models/genotypes.js';
import { drawGenotype } from '../report/genotype_drawing.js';
import { listGenotype } from '../report/genotype_listing.js';
import { jsonOption, overrideOption } from './options.js';
import { print, printJson, printTo, table } from './output.js';

const SOURCE =
  'a run folder, a file, FILE:NAME of a file of several, the text itself, or a released name';

export function genotypeCommand(): Command {
  return new Command('genotype')
    .description('show, draw, count or convert the cells of a genotype')
    .addCommand(showCommand())
    .addCommand(drawCommand())
    .addCommand(countCommand())
    .addCommand(convertCommand())
    .addHelpText(
      'after',
      `
Examples:
  bnas genotype show BNASv2_CLR_v1
  bnas genotype draw runs/quickstart-search-1 cells.svg
  bnas genotype count BNASv2_PC_image --config configs/train_imagenet.yaml --parts
  bnas genotype count BNASv2_CLR_v1 -o data.dataset=svhn --image-size 64
  bnas genotype convert genotypes.py:DARTS_V2 --to json`,
    );
}

function showCommand(): Command {
  return new Command('show')
    .description('print both cells')
    .argument('<genotype>', SOURCE)
    .addOption(jsonOption())
    .action((source: string, { json }: { json?: true }) => {
      const genotype = readGenotype(source);
      if (json) return printJson(genotype);
      print(`${listGenotype(genotype)}\n\n${formatGenotype(genotype)}`);
    });
}

function drawCommand(): Command {
  return new Command('draw')
    .description('draw both cells, as SVG')
    .argument('<genotype>', SOURCE)
    .argument('[file]', 'a new file; by default the drawing is printed')
    .action(async (source: string, file?: string) => {
      printTo(file, await drawGenotype(readGenotype(source), genotypeName(source)));
    });
}

function convertCommand(): Command {
  return new Command('convert')
    .description('write a genotype in another form')
    .argument('<genotype>', SOURCE)
    .argument('[file]', 'a new file; by default the genotype is printed')
    .addOption(
      new Option('--to <form>', 'python: as the original prints it')
        .choices(['python', 'json'])
        .makeOptionMandatory(),
    )
    .action((source: string, file: string | undefined, { to }: { to: 'python' | 'json' }) => {
      const genotype = readGenotype(source);
      printTo(file, to === 'json' ? genotypeToJson(genotype) : `${formatGenotype(genotype)}\n`);
    });
}

function countCommand(): Command {
  return new Command('count')
    .description('count the parameters and operations of the network that a config trains of it')
    .argument('<genotype>', SOURCE)
    .option('--config <file>', 'the config; by default that of the paper for CIFAR-10')
    .addOption(overrideOption())
    .option(
      '--image-size <pixels>',
      'side of the images (default: as the network gets those of the data set)',
      pixels,
    )
    .addOption(jsonOption())
    .option('--parts', 'each part of the network by itself')
    .action(async (source: string, options: CountOptions) => {
      const { foundNetworkCost } = await import('../engine/network_cost.js');
      const config = options.config
        ? loadConfig(options.config, options.override)
        : makeConfig({ data: { dataset: 'cifar10' } }, 'count', options.override);
      const { image_shape, ...cost } = foundNetworkCost(
        config,
        readGenotype(source),
        options.imageSize,
      );
      if (options.json) return printJson({ image_shape, ...cost });
      const parts = options.parts ? cost.parts : [];
      const rows = [...parts, { name: 'whole', ...cost }].map((part) => [
        part.name,
        millions(part.parameters),
        millions(part.macs),
        mebibytes(part.activation_bytes),
      ]);
      const head = ['part', 'parameters', 'multiply-adds', 'training memory an image'];
      print(`For an image of ${image_shape.join(' x ')}:\n`);
      print(table([head, ...rows], [1, 2, 3]));
    });
}

interface CountOptions {
  config?: string;
  imageSize?: number;
  override: string[];
  json?: true;
  parts?: true;
}

const millions = (count: number) => `${(count / 1e6).toFixed(3)} M`;

const mebibytes = (bytes: number) => `${(bytes / 2 ** 20).toFixed(1)} MiB`;

function pixels(text: string): number {
  if (/^[1-9]\d{0,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 1 to 99999.');
}
