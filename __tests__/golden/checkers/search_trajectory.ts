// search_trajectory_*: whole search steps, in float32 and float64, and the genotype at the end.

import type { DType, Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { quirksOf } from '../../../src/config/quirks.js';
import type { Batch } from '../../../src/data/loader.js';
import { searchStep } from '../../../src/engine/search_step.js';
import { type Execution, setExecution } from '../../../src/models/execution.js';
import { formatGenotype } from '../../../src/models/genotypes.js';
import type { SearchNetwork } from '../../../src/models/search_network.js';
import { confidence, cosine, FirstOrderArchitect, SGD, warm_up } from '../../../src/optim/index.js';
import { checker, rand3 } from '../checker.js';
import { recipeSeeds } from '../figures.js';
import { exactly, type Measure, relative, same, summaryOf, valuesOf, within } from '../measures.js';
import { builderOf } from '../networks.js';
import { ObservedArchitect, RecordingLoss } from '../observed_architect.js';
import {
  FLOAT64_SEARCH,
  float32Search,
  type SearchFigures,
  type SearchStepFigures,
  type SearchTolerances,
  searchFigures,
} from '../trajectory_figures.js';
import { batchMeasures, drawBatch, modelMeasures, ofStep } from '../trajectory_measures.js';

/** The class that each script searches with. */
const CLASSES: Readonly<Record<string, string>> = {
  'BNASv2CLR/train_search_b_confidence.py': 'BNASv2CLR model_search_b.Network',
  'BNASv2CLR/train_search_b.py': 'BNASv2CLR model_search_b.Network',
  'BNASv2PC/train_search_b.py': 'BNASv2PC model_search_b.Network',
  'BNASv2PC/train_search_imagenet_b.py': 'BNASv2PC model_search_imagenet_b.Network',
};

function classOf({ header }: SearchFigures): string {
  const [script] = /BNASv2\w+\/\w+\.py/.exec(header.what) ?? [];
  return CLASSES[script ?? ''] ?? '';
}

/** All batches of a run, drawn before its first step. */
function drawBatches(figures: SearchFigures, dtype: DType): { train: Batch; valid: Batch }[] {
  const [seed] = recipeSeeds(figures.recipe, figures.header.seed, 1);
  torch.manual_seed(seed as number);
  const draw = () => drawBatch(figures.input_shape, figures.constructor.num_classes, dtype);
  return figures.steps.map(() => ({ train: draw(), valid: draw() }));
}

const archParameter = (model: SearchNetwork, name: string): Tensor =>
  model[name as 'alphas_normal'];

function archMeasures(
  model: SearchNetwork,
  figures: SearchStepFigures,
  { archParameters, archGradients }: SearchTolerances,
): Measure[] {
  const each = (
    of: Record<string, number[]>,
    compare: (arch: Tensor, name: string, expected: number[]) => Measure,
  ) =>
    Object.entries(of).map(([name, expected]) =>
      compare(archParameter(model, name), name, expected),
    );
  return [
    ...each(figures.arch_parameters, (arch, name, expected) =>
      within(name, valuesOf(arch), expected, archParameters),
    ),
    ...each(figures.arch_gradients, ({ grad }, name, expected) =>
      within(`gradient of ${name}`, grad ? valuesOf(grad) : [], expected, archGradients),
    ),
    ...each(figures.arch_gradients_sum_abs, ({ grad }, name, expected) => {
      const { sum, abs } = grad ? summaryOf(grad) : { sum: NaN, abs: NaN };
      const elements = grad?.numel() ?? 0;
      return within(`sums of gradient of ${name}`, [sum, abs], expected, archGradients * elements);
    }),
  ];
}

/** The norm of the architecture's gradients after clipping, which is what they still tell of it. */
function clippedNormMeasures(
  model: SearchNetwork,
  { arch_grad_norm_before_clipping: norm }: SearchStepFigures,
  grad_clip: number,
  { archGradients }: SearchTolerances,
): Measure[] {
  if (norm === undefined) return [];
  const grads = model.arch_parameters().flatMap(({ grad }) => (grad ? valuesOf(grad) : []));
  const expected = norm * Math.min(1, grad_clip / (norm + 1e-6));
  const tolerance = archGradients * Math.sqrt(grads.length);
  return [within('norm of clipped arch gradients', Math.hypot(...grads), expected, tolerance)];
}

/** The genotype that the network's own rule derives from the last architecture parameters of the file. */
function genotypeMeasures(figures: SearchFigures, model: SearchNetwork): Measure[] {
  torch.no_grad(() => {
    for (const [name, values] of Object.entries(figures.steps.at(-1)?.arch_parameters ?? {})) {
      const { shape, dtype } = archParameter(model, name);
      archParameter(model, name).copy_(torch.tensor(values, { shape, dtype }));
    }
  });
  const derived = model.genotype();
  return [
    same('genotype of the last arch parameters in the file', derived, figures.genotype),
    same('its text', formatGenotype(derived), figures.genotype_text),
  ];
}

const dtypeOf = ({ recipe }: SearchFigures): DType =>
  recipe.includes('converted to float64') ? 'float64' : 'float32';

function run(
  figures: SearchFigures,
  build: (args: unknown) => SearchNetwork,
  execution: Execution,
): Measure[] {
  const { hyper_parameters: hyper, epochs, recipe } = figures;
  const dtype = dtypeOf(figures);
  torch.manual_seed(figures.header.seed);
  using model = build(figures.constructor);
  const batches = drawBatches(figures, dtype);
  model.to(dtype).train();
  setExecution(model, execution);
  const criterion = new RecordingLoss();
  const optimizer = new SGD(model.parameters(), {
    lr: hyper.learning_rate,
    momentum: hyper.momentum,
    weight_decay: hyper.weight_decay,
  });
  const unrolled = figures.steps[0]?.hvp !== undefined;
  const clipped = figures.steps[0]?.arch_grad_norm_before_clipping !== undefined;
  const options = {
    lr: hyper.arch_learning_rate,
    weight_decay: hyper.arch_weight_decay,
    grad_clip: clipped ? hyper.grad_clip : undefined,
    ...quirksOf('reference'),
    rebuild: () => build(figures.constructor).dispose(),
  };
  const architect = unrolled
    ? new ObservedArchitect(model, criterion, optimizer, options)
    : new FirstOrderArchitect(model, criterion, options);
  const rate = (epoch: number) => {
    const { learning_rate: lr, learning_rate_min: lr_min } = hyper;
    const warmsUp = recipe.includes('lr is the warm-up');
    return warmsUp ? warm_up(epoch, { lr }) : cosine(epoch, { lr, lr_min, epochs });
  };
  const measures = (figures.batches ?? []).flatMap((expected, i) => {
    const { train, valid } = batches[i] as { train: Batch; valid: Batch };
    return [
      ...batchMeasures(`step ${i}: train`, train, expected.train_x, expected.train_y),
      ...batchMeasures(`step ${i}: valid`, valid, expected.valid_x, expected.valid_y),
    ];
  });
  figures.steps.forEach((expected, i) => {
    const tolerances = dtype === 'float64' ? FLOAT64_SEARCH : float32Search(figures, i);
    const { epoch } = expected;
    optimizer.lr = rate(epoch);
    criterion.losses = [];
    const stepMeasures = torch.tidy((): Measure[] => {
      const { loss, grad_norm } = searchStep({
        model,
        criterion,
        optimizer,
        architect,
        ...(batches[i] as { train: Batch; valid: Batch }),
        grad_clip: hyper.grad_clip,
        confidence: confidence(epoch, epochs, hyper.power ?? 0),
      });
      const architectLosses = criterion.losses.slice(0, -1);
      return [
        within('learning rate', optimizer.lr, expected.lr, 1e-15),
        within('architecture learning rate', architect.optimizer.lr, expected.arch_lr, 1e-15),
        within(
          'losses of the architect',
          architectLosses,
          expected.architect_losses,
          tolerances.loss,
        ),
        ...(architect instanceof ObservedArchitect ? architect.measures(expected, tolerances) : []),
        within('train loss', Number(loss.item()), expected.train_loss, tolerances.loss),
        relative(
          'gradient norm',
          Number(grad_norm.item()),
          expected.grad_norm_before_clipping,
          tolerances.gradNorm,
        ),
        ...archMeasures(model, expected, tolerances),
        ...clippedNormMeasures(model, expected, hyper.grad_clip, tolerances),
        ...modelMeasures(model, expected, tolerances),
      ];
    });
    measures.push(...ofStep(i, stepMeasures, tolerances.reportOnly));
  });
  optimizer.dispose();
  architect.optimizer.dispose();
  if (figures.rand3_after_last_step) {
    measures.push(exactly('rand3 at the end', valuesOf(rand3()), figures.rand3_after_last_step));
  }
  return [...measures, ...genotypeMeasures(figures, model)];
}

export const searchTrajectory = checker(/^search_trajectory_/, searchFigures, (figures) => {
  const name = `${figures.steps.length} steps`;
  const build = builderOf({ class: classOf(figures) }) as
    | ((args: unknown) => SearchNetwork)
    | undefined;
  if (!build) return [{ name, reason: figures.header.what }];
  const executed = (execution: Execution) => () => run(figures, build, execution);
  const cases = [{ name, run: executed('plain') }];
  // In float32 rounding soon decides; in float64 fused kernels have to give the original's figures.
  if (dtypeOf(figures) === 'float64')
    cases.push({ name: `${name}, fused`, run: executed('fused') });
  return cases;
});
