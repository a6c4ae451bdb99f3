// Golden trajectories through the whole engine: a config in, and what the run keeps (metrics, and a checkpoint after
// every step) against the figures.
import { readFileSync } from 'node:fs';
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { z } from 'zod';
import { type NamedConfig, parseConfig } from '../../src/config/load.js';
import type { Batch } from '../../src/data/batch.js';
import { readCheckpoint } from '../../src/engine/checkpoint.js';
import { nameOf } from '../../src/engine/checkpoint_folder.js';
import { search } from '../../src/engine/search.js';
import { train } from '../../src/engine/train.js';
import { checkGenotype, formatGenotype, parseGenotype } from '../../src/models/genotypes.js';
import type { SearchNetwork } from '../../src/models/search_network.js';
import { records, toyContext } from '../engine/toy.js';
import { FIGURES } from '../support/paths.js';
import { type FigureFile, genotypeFigure, parseFigures, recipeSeeds } from './figures.js';
import { type GoldenSetting, GoldenSource } from './golden_source.js';
import { exactly, type Measure, same, valuesOf, within } from './measures.js';
import { builderOf, networkFigure } from './networks.js';
import {
  FLOAT64_SEARCH,
  float32Search,
  float32Train,
  float64Train,
  searchFigures,
  trainFigures,
} from './trajectory_figures.js';
import { drawBatch, modelMeasures, ofStep } from './trajectory_measures.js';

const STEPS_AN_EPOCH = 2;

function figureFile(name: string): FigureFile {
  return { name, content: JSON.parse(readFileSync(`${FIGURES}/${name}.json`, 'utf8')) };
}

/** The loss of step `i`, of whose epoch metrics.jsonl has the mean so far after every step. */
function lossOf(path: string, i: number): number {
  const means = records(path, 'metrics.jsonl').filter(({ kind }) => kind === 'step');
  const within = i % STEPS_AN_EPOCH;
  const before = within === 0 ? 0 : within * means[i - 1].loss;
  return (within + 1) * means[i].loss - before;
}

const epochOf = (path: string, epoch: number) =>
  records(path, 'metrics.jsonl').find(
    (record) => record.kind === 'epoch' && record.epoch === epoch,
  );

/** Calls `compare` with what the run had learned after step `i`. */
function afterStep<T>(path: string, i: number, compare: (state: Record<string, unknown>) => T): T {
  const epoch = Math.floor(i / STEPS_AN_EPOCH);
  const name = nameOf({ epoch, step: (i % STEPS_AN_EPOCH) + 1 });
  return torch.tidy(() => compare(readCheckpoint(`${path}/checkpoints/${name}`).state));
}

function configOf(keys: Record<string, unknown>): NamedConfig {
  const common = {
    device: 'cpu',
    threads: 1,
    mode: 'reference',
    report_freq: 1,
    checkpoint: { every_steps: 1, keep_last: 100 },
  };
  return parseConfig(JSON.stringify({ ...common, ...keys }), 'golden.yaml');
}

/** How the scripts differ, as a config says it. */
function methodOf(what: string): Record<string, unknown> {
  if (what.includes('BNASv2CLR')) return {};
  const imagenet = what.includes('imagenet');
  return {
    partial_channels: imagenet ? 2 : 4,
    edge_normalisation: true,
    ...(imagenet && { stem: 'imagenet', arch_grad_clip: 5, warm_up_epochs: 5 }),
  };
}

/** The run of `search_trajectory_…` in a new folder, and how far it is from the figures. */
export async function searchRun(name: string, path: string): Promise<Measure[]> {
  const figures = parseFigures(figureFile(name), searchFigures);
  const { header, hyper_parameters: hyper, epochs, input_shape, recipe } = figures;
  const { C, layers, en_layers, num_classes } = figures.constructor as unknown as Record<
    string,
    number
  >;
  const { power, ...options } = hyper;
  const dtype = recipe.includes('converted to float64') ? 'float64' : 'float32';
  const config = configOf({
    seed: header.seed,
    // The figures have the genotype of the end.
    quirks: { genotype_before_epoch: false },
    search: {
      ...options,
      ...methodOf(header.what),
      ...{ init_channels: C, layers, en_layers, epochs, batch_size: input_shape[0] },
      confidence_power: power ?? 'off',
      second_order: figures.steps[0]?.hvp ? 'finite_difference' : 'off',
      validate_from: epochs - 1,
    },
  });
  const [seed] = recipeSeeds(recipe, header.seed, 1);
  const classes = num_classes as number;
  const draw: GoldenSetting['draw'] = () => {
    torch.manual_seed(seed as number);
    const batches = figures.steps.map(() =>
      [0, 1].map(() => drawBatch(input_shape, classes, dtype)),
    );
    return [0, 1].map((kind) => batches.map((pair) => pair[kind] as Batch));
  };
  using source = new GoldenSource({ dtype, input_shape, classes, length: STEPS_AN_EPOCH, draw });
  const genotype = await search(config, toyContext(path), source);
  using model = networkOf(header.what).build(figures.constructor) as SearchNetwork;
  model.to(dtype);
  const measures = figures.steps.flatMap((expected, i) => {
    const tolerances = dtype === 'float64' ? FLOAT64_SEARCH : float32Search(figures, i);
    const epoch = epochOf(path, expected.epoch);
    const parts = afterStep(path, i, (state): Measure[] => {
      model.load_state_dict(state.state_dict as Map<string, Tensor>);
      const arch = state.architecture as Map<string, Tensor>;
      return [
        ...modelMeasures(model, expected, tolerances),
        ...Object.entries(expected.arch_parameters).map(([of, values]) =>
          within(of, valuesOf(arch.get(of) as Tensor), values, tolerances.archParameters),
        ),
      ];
    });
    return ofStep(
      i,
      [
        within('learning rate', epoch.lr, expected.lr, 1e-15),
        within('train loss', lossOf(path, i), expected.train_loss, tolerances.loss),
        ...parts,
      ],
      tolerances.reportOnly,
    );
  });
  // A genotype of its own float32 parameters may be another one.
  if (dtype === 'float32') return measures;
  return [...measures, same('genotype', formatGenotype(genotype), figures.genotype_text)];
}

/** The run of `train_trajectory_…` in a new folder, in float32 or float64, and how far it is from the figures. */
export async function trainRun(
  name: string,
  dtype: 'float32' | 'float64',
  path: string,
): Promise<Measure[]> {
  const figures = parseFigures(figureFile(name), trainFigures);
  const { header, hyper_parameters: hyper, input_shape, classes, recipe } = figures;
  const steps = dtype === 'float64' ? figures.steps_float64 : figures.steps;
  const [, init] = /network of (init_\w+)/.exec(recipe) as RegExpExecArray;
  const network = parseFigures(figureFile(init as string), z.object(networkFigure));
  const { C, layers, en_layers, pool_time } = network.constructor as Record<string, number>;
  const arrays = genotypeFigure.parse(network.constructor.genotype_arrays);
  const genotype = parseGenotype(formatGenotype(checkGenotype(arrays)));
  const { learning_rate, momentum, weight_decay, grad_clip, drop_path_prob } = hyper;
  const config = configOf({
    seed: header.seed,
    // Its schedule as it was meant to be, which the figures follow.
    quirks: { imagenet_double_step: false },
    training: {
      ...{ learning_rate, momentum, weight_decay, grad_clip, drop_path_prob },
      ...{ init_channels: C, layers, en_layers, pool_time, batch_size: input_shape[0] },
      epochs: steps.length / STEPS_AN_EPOCH,
      stem: name.includes('imagenet') ? 'imagenet' : 'cifar',
      label_smoothing: figures.criterion === 'CrossEntropyLabelSmooth' ? 0.1 : 0,
    },
  });
  const [batchSeed, dropSeed] = recipeSeeds(recipe, header.seed, 2);
  const draw: GoldenSetting['draw'] = () => {
    torch.manual_seed(batchSeed as number);
    const batches = steps.map(() => drawBatch(input_shape, classes, dtype));
    torch.manual_seed(dropSeed as number);
    return [batches];
  };
  using source = new GoldenSource({ dtype, input_shape, classes, length: STEPS_AN_EPOCH, draw });
  await train(config, genotype, toyContext(path), source);
  const drawn = torch.tidy(() => valuesOf(torch.rand([3])));
  const build = builderOf(network) as (args: unknown) => SearchNetwork;
  using model = build(network.constructor);
  model.to(dtype);
  const measures = steps.flatMap((expected, i) => {
    const tolerances = (dtype === 'float64' ? float64Train : float32Train)(figures, i);
    const epoch = epochOf(path, expected.epoch);
    const parts = afterStep(path, i, (state) => {
      model.load_state_dict(state.state_dict as Map<string, Tensor>);
      return modelMeasures(model, expected, tolerances);
    });
    const { lr, drop_path_prob } = epoch;
    return ofStep(
      i,
      [
        within('learning rate', lr, expected.lr, 1e-15),
        within('drop path', drop_path_prob, expected.drop_path_prob, 1e-15),
        within('train loss', lossOf(path, i), expected.train_loss, tolerances.loss),
        ...parts,
      ],
      tolerances.reportOnly,
    );
  });
  return [...measures, exactly('rand3 at the end', drawn, figures.rand3_after_last_step)];
}

function networkOf(what: string): { build: (args: unknown) => unknown } {
  const imagenet = what.includes('imagenet');
  const owner = what.includes('BNASv2CLR') ? 'BNASv2CLR' : 'BNASv2PC';
  const build = builderOf({
    class: `${owner} model_search_${imagenet ? 'imagenet_' : ''}b.Network`,
  });
  if (!build) throw new Error(`no network for: ${what}`);
  return { build };
}
