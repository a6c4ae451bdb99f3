// The test of weights in a file: those that a training has kept, or those of the original's Python.

import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, loadConfig, type NamedConfig } from '../config/load.js';
import { SequentialSampler } from '../data/sampler.js';
import type { Genotype } from '../models/genotypes.js';
import { CrossEntropyLoss, loadWeights } from '../nn/index.js';
import type { Figures } from './accuracy.js';
import { DataSource } from './data_source.js';
import { prepare } from './device.js';
import { evaluate } from './evaluate.js';
import { chosenGenotype, readGenotype } from './genotype_source.js';
import { type FoundNetwork, makeFoundNetwork } from './networks.js';
import type { PassContext } from './pass.js';
import { provideData } from './provide_data.js';
import { readRun } from './runs.js';
import { countOf, grouped, placeOf } from './summary.js';

/** What is tested. */
export interface Candidate {
  config: NamedConfig;
  genotype: Genotype;
  /** A `.pt` or `.safetensors` file. */
  weights: string;
}

export interface CandidateOptions {
  weights?: string;
  /** As readGenotype takes it. */
  genotype?: string;
  override: readonly string[];
}

/** The weights that a training keeps of its best epoch. */
const BEST = 'best.pt';

/**
 * @param source The folder of a training, whose config, genotype and best weights count where `options` name no
 *   others; or a config, which needs weights, and a genotype unless it names one.
 * @throws ConfigError when something is missing; RunDirectoryError when the folder is no training's.
 */
export function candidate(
  source: string,
  { weights, genotype, override }: CandidateOptions,
): Candidate {
  if (!statSync(source, { throwIfNoEntry: false })?.isDirectory()) {
    const config = loadConfig(source, override);
    if (weights === undefined) throw new ConfigError(['no weights: give --weights FILE']);
    return { config, genotype: chosenGenotype(config, genotype), weights };
  }
  if (readRun(source).kind === 'search') {
    throw new ConfigError([
      `${source}: a search has no weights to test: train what it found, with bnas train --genotype ${source}`,
    ]);
  }
  return {
    config: loadConfig(join(source, 'config.yaml'), override),
    genotype: readGenotype(genotype ?? source),
    weights: weights ?? join(source, BEST),
  };
}

/** Weights do not fit the network that they are for. */
export class WeightsError extends Error {
  override readonly name = 'WeightsError';
  readonly code = 'ERR_WEIGHTS';
}

export interface Evaluation extends Figures {
  /** How many were classified. */
  images: number;
}

/** Classifies the test images of the config. */
export async function evaluateCandidate(
  { config, genotype, weights }: Candidate,
  context: PassContext,
): Promise<Evaluation> {
  const device = prepare(config);
  await provideData(config.data, context);
  const source = new DataSource(config);
  const { dataset, indices } = await context.progress.task(`Reading ${config.data.dataset}`, () =>
    source.test(),
  );
  using model = makeFoundNetwork(config, genotype, dataset);
  load(model, weights);
  model.to(device);
  const loader = source.loader({
    dataset,
    sampler: new SequentialSampler(indices),
    batch_size: config.training.batch_size,
    device,
    ten_crop: config.training.ten_crop,
  });
  const images = loader.samples;
  context.progress.line(
    `Testing: ${countOf(model.parameters())} weights, ${grouped(images)} images, ${placeOf(device)}`,
  );
  const { report_freq } = config;
  const pass = { label: 'Test', timing: { pass: 'test' as const }, loader, device, report_freq };
  return { images, ...(await evaluate(model, new CrossEntropyLoss(), pass, context)) };
}

function load(model: FoundNetwork, file: string): void {
  if (!existsSync(file)) throw new WeightsError(`${file}: there is no such file`);
  try {
    loadWeights(model, file);
  } catch (error) {
    if ((error as { code?: string }).code !== 'ERR_STATE_DICT') throw error;
    const [, ...faults] = (error as Error).message.split('\n');
    const shown = faults.slice(0, 3).map((fault) => fault.trim().slice(0, 160));
    throw new WeightsError(
      [`${file} does not fit the network of this config and genotype:`, ...shown, '…'].join('\n  '),
      { cause: error },
    );
  }
}
