// train_trajectory_*: whole training steps of a found network, in float32 and float64.

import type { DType } from 'torch-js';
import * as torch from 'torch-js';
import { z } from 'zod';
import type { Batch } from '../../../src/data/loader.js';
import { correct } from '../../../src/engine/accuracy.js';
import { weightStep } from '../../../src/engine/weight_step.js';
import type { EvaluationNetwork } from '../../../src/models/evaluation_network.js';
import { CrossEntropyLoss } from '../../../src/nn/index.js';
import { cosine, SGD } from '../../../src/optim/index.js';
import { checker, rand3 } from '../checker.js';
import { FiguresError, parseFigures, recipeSeeds } from '../figures.js';
import { exactly, type Measure, relative, valuesOf, within } from '../measures.js';
import { builderOf, networkFigure } from '../networks.js';
import {
  float32Train,
  float64Train,
  type TrainFigures,
  type TrainStepFigures,
  trainFigures,
} from '../trajectory_figures.js';
import { batchMeasures, drawBatch, modelMeasures, ofStep } from '../trajectory_measures.js';

/** The original's label smoothing, which nothing in these files names. */
const LABEL_SMOOTHING = 0.1;

/** The file of the network that the recipe begins with. */
function initName(recipe: string): string {
  const [, name] = /network of (init_\w+)/.exec(recipe) ?? [];
  if (name === undefined) throw new FiguresError(`no network in: ${recipe}`);
  return name;
}

/** That the percentages of the file are what its logits give. */
function accuracyMeasures({ logits, top1, top5 }: TrainStepFigures, target: torch.Tensor) {
  const N = target.size(0);
  const shown = torch.tensor(logits, { shape: [N, logits.length / N] });
  // The original has percentages in float32.
  const percentages = correct(shown, target, [1, 5]).map((n) =>
    Math.fround(Number(n.item()) * Math.fround(100 / N)),
  );
  return exactly('accuracy of the logits in the file', percentages, [top1, top5]);
}

function run(figures: TrainFigures, dtype: DType, build: () => EvaluationNetwork): Measure[] {
  const { hyper_parameters: hyper, recipe, header } = figures;
  const float64 = dtype === 'float64';
  const steps = float64 ? figures.steps_float64 : figures.steps;
  const epochs = Math.max(...steps.map(({ epoch }) => epoch)) + 1;
  const [batchSeed, dropSeed] = recipeSeeds(recipe, header.seed, 2);
  torch.manual_seed(header.seed);
  using model = build();
  torch.manual_seed(batchSeed as number);
  const batches = steps.map(() => drawBatch(figures.input_shape, figures.classes, dtype));
  const measures = figures.batches.flatMap(({ x, y }, i) =>
    batchMeasures(`step ${i}:`, batches[i] as Batch, x, y),
  );
  model.to(dtype).train();
  const smooth = figures.criterion === 'CrossEntropyLabelSmooth';
  const criterion = new CrossEntropyLoss({ label_smoothing: smooth ? LABEL_SMOOTHING : 0 });
  const optimizer = new SGD(model.parameters(), {
    lr: hyper.learning_rate,
    momentum: hyper.momentum,
    weight_decay: hyper.weight_decay,
  });
  torch.manual_seed(dropSeed as number);
  steps.forEach((expected, i) => {
    const tolerances = (float64 ? float64Train : float32Train)(figures, i);
    const { epoch } = expected;
    const train = batches[i] as Batch;
    optimizer.lr = cosine(epoch, { lr: hyper.learning_rate, epochs });
    model.drop_path_prob = (hyper.drop_path_prob * epoch) / epochs;
    const stepMeasures = torch.tidy((): Measure[] => {
      const { grad_clip } = hyper;
      const result = weightStep({ model, criterion, optimizer, train, grad_clip });
      return [
        within('learning rate', optimizer.lr, expected.lr, 1e-15),
        within('drop path', model.drop_path_prob, expected.drop_path_prob, 1e-15),
        within('loss', Number(result.loss.item()), expected.train_loss, tolerances.loss),
        within('logits', valuesOf(result.logits), expected.logits, tolerances.logits),
        relative(
          'gradient norm',
          Number(result.grad_norm.item()),
          expected.grad_norm_before_clipping,
          tolerances.gradNorm,
        ),
        accuracyMeasures(expected, train.labels),
        ...modelMeasures(model, expected, tolerances),
      ];
    });
    measures.push(...ofStep(i, stepMeasures, tolerances.reportOnly));
  });
  optimizer.dispose();
  return [
    ...measures,
    exactly('rand3 at the end', valuesOf(rand3()), figures.rand3_after_last_step),
  ];
}

export const trainTrajectory = checker(/^train_trajectory_/, trainFigures, (figures, folder) => {
  const init = initName(figures.recipe);
  const file = folder.find(({ name }) => name === init);
  const names = (['float32', 'float64'] as const).map((dtype) => ({ dtype, name: `in ${dtype}` }));
  if (!file) return names.map(({ name }) => ({ name, reason: `needs ${init}.json beside it` }));
  const network = parseFigures(file, z.object(networkFigure));
  const build = builderOf(network);
  if (!build) return names.map(({ name }) => ({ name, reason: network.class }));
  const make = () => build(network.constructor) as EvaluationNetwork;
  return names.map(({ dtype, name }) => ({ name, run: () => run(figures, dtype, make) }));
});
