// search_trajectory_*: whole search steps, first order, in float32 and float64, and the genotype at the end.

import type { DType, Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { Batch } from '../../../src/data/loader.js';
import { searchStep } from '../../../src/engine/search_step.js';
import { deriveGenotype } from '../../../src/models/derive_genotype.js';
import { formatGenotype } from '../../../src/models/genotypes.js';
import type { SearchNetwork } from '../../../src/models/search_network.js';
import { BatchNorm2d, CrossEntropyLoss } from '../../../src/nn/index.js';
import { confidence, cosine, FirstOrderArchitect, SGD } from '../../../src/optim/index.js';
import { type Case, checker, rand3 } from '../checker.js';
import { recipeSeeds } from '../figures.js';
import { exactly, type Measure, relative, same, summaryOf, valuesOf, within } from '../measures.js';
import { searchNetwork } from '../networks.js';
import {
  type Figures,
  FLOAT64_TOLERANCES,
  float32Tolerances,
  type StepFigures,
  type Tolerances,
  trajectoryFigures,
} from '../trajectory_figures.js';

/** All batches of a run, drawn before its first step. */
function drawBatches(figures: Figures, dtype: DType): { train: Batch; valid: Batch }[] {
  const [seed] = recipeSeeds(figures.recipe, figures.header.seed, 1);
  torch.manual_seed(seed as number);
  const { num_classes } = figures.constructor;
  const draw = () =>
    new Batch(
      torch.randn(figures.input_shape).to({ dtype }),
      torch.randint(0, num_classes, figures.input_shape.slice(0, 1)),
    );
  return figures.steps.map(() => ({ train: draw(), valid: draw() }));
}

function batchMeasures(batches: { train: Batch; valid: Batch }[], figures: Figures): Measure[] {
  const sums = (x: Tensor) => torch.tidy(() => summaryOf(x));
  return (figures.batches ?? []).flatMap((expected, i) =>
    (['train', 'valid'] as const).flatMap((half) => {
      const batch = batches[i]?.[half] as Batch;
      const { sum, abs } = sums(batch.images);
      const x = expected[`${half}_x`];
      return [
        within(`step ${i}: ${half} x`, [sum, abs], x, 1e-12 * (x[1] as number)),
        exactly(`step ${i}: ${half} y`, valuesOf(batch.labels), expected[`${half}_y`]),
      ];
    }),
  );
}

function archMeasures(model: SearchNetwork, figures: StepFigures, tolerances: Tolerances) {
  const { archParameters, archGradients } = tolerances;
  const each = (
    of: Record<string, number[]>,
    compare: (arch: Tensor, name: string, expected: number[]) => Measure,
  ) =>
    Object.entries(of).map(([name, expected]) =>
      compare(model[name as 'alphas_normal'], name, expected),
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

function modelMeasures(model: SearchNetwork, figures: StepFigures, tolerances: Tolerances) {
  const total = (tensors: Tensor[]) =>
    tensors
      .map((tensor) => torch.tidy(() => summaryOf(tensor)))
      .reduce((a, b) => ({ sum: a.sum + b.sum, abs: a.abs + b.abs }), { sum: 0, abs: 0 });
  const norms = model.modules().filter((module) => module instanceof BatchNorm2d);
  const weights = total(model.parameters());
  const means = total(norms.map((norm) => norm.running_mean as Tensor));
  const variances = total(norms.map((norm) => norm.running_var as Tensor));
  const tracked = norms[0]?.num_batches_tracked?.item();
  const { bn, weights_sum_abs } = figures;
  return [
    within(
      'sums of weights',
      [weights.sum, weights.abs],
      weights_sum_abs,
      tolerances.weights * (weights_sum_abs[1] as number),
    ),
    within(
      'sums of running means',
      [means.sum, means.abs],
      [bn.mean_sum, bn.mean_abs],
      tolerances.gradNorm * bn.mean_abs,
    ),
    relative('sum of running variances', variances.sum, bn.var_sum, tolerances.gradNorm),
    exactly('batches tracked', Number(tracked), bn.num_batches_tracked_of_first),
  ];
}

function genotypeMeasures(figures: Figures, model: SearchNetwork): Measure[] {
  const last = figures.steps.at(-1)?.arch_parameters;
  const alphas = (name: 'alphas_normal' | 'alphas_reduce') => {
    const { shape, dtype } = model[name];
    return torch.tensor(last?.[name] ?? [], { shape, dtype });
  };
  const derived = deriveGenotype(alphas('alphas_normal'), alphas('alphas_reduce'), model.options);
  return [
    same('genotype of the last arch parameters in the file', derived, figures.genotype),
    same('its text', formatGenotype(derived), figures.genotype_text),
  ];
}

function run(figures: Figures, dtype: DType): Measure[] {
  const { hyper_parameters: hyper, epochs } = figures;
  torch.manual_seed(figures.header.seed);
  using model = searchNetwork(figures.constructor);
  const batches = drawBatches(figures, dtype);
  const measures = batchMeasures(batches, figures);
  model.to(dtype).train();
  const criterion = new CrossEntropyLoss();
  const optimizer = new SGD(model.parameters(), {
    lr: hyper.learning_rate,
    momentum: hyper.momentum,
    weight_decay: hyper.weight_decay,
  });
  const architect = new FirstOrderArchitect(model, criterion, {
    lr: hyper.arch_learning_rate,
    weight_decay: hyper.arch_weight_decay,
  });
  figures.steps.forEach((expected, i) => {
    const tolerances = dtype === 'float64' ? FLOAT64_TOLERANCES : float32Tolerances(figures, i);
    const { epoch } = expected;
    const { learning_rate: lr, learning_rate_min: lr_min, power = 0 } = hyper;
    optimizer.lr = cosine(epoch, { lr, lr_min, epochs });
    const { train, valid } = batches[i] as { train: Batch; valid: Batch };
    const stepMeasures = torch.tidy((): Measure[] => {
      const { loss, grad_norm, arch_loss } = searchStep({
        model,
        criterion,
        optimizer,
        architect,
        train,
        valid,
        grad_clip: hyper.grad_clip,
        confidence: confidence(epoch, epochs, power),
      });
      return [
        within('learning rate', optimizer.lr, expected.lr, 1e-15),
        within('architecture learning rate', architect.optimizer.lr, expected.arch_lr, 1e-15),
        within(
          'valid loss',
          Number(arch_loss?.item()),
          expected.architect_losses[0] ?? NaN,
          tolerances.loss,
        ),
        within('train loss', Number(loss.item()), expected.train_loss, tolerances.loss),
        relative(
          'gradient norm',
          Number(grad_norm.item()),
          expected.grad_norm_before_clipping,
          tolerances.gradNorm,
        ),
        ...archMeasures(model, expected, tolerances),
        ...modelMeasures(model, expected, tolerances),
      ];
    });
    const { reportOnly } = tolerances;
    measures.push(...stepMeasures.map((m) => ({ ...m, what: `step ${i}: ${m.what}`, reportOnly })));
  });
  optimizer.dispose();
  architect.optimizer.dispose();
  if (figures.rand3_after_last_step) {
    measures.push(exactly('rand3 at the end', valuesOf(rand3()), figures.rand3_after_last_step));
  }
  return [...measures, ...genotypeMeasures(figures, model)];
}

export const searchTrajectory = checker(/^search_trajectory_/, trajectoryFigures, (figures) => {
  const [first] = figures.steps;
  const name = `${figures.steps.length} steps`;
  if (first?.hvp !== undefined) return [{ name, reason: 'second order' }];
  if (first && 'betas_normal' in first.arch_parameters) {
    return [{ name, reason: 'edge weights (B-PC-DARTS)' }];
  }
  const dtype = figures.recipe.includes('converted to float64') ? 'float64' : 'float32';
  const entry: Case = { name, run: () => run(figures, dtype) };
  return [entry];
});
