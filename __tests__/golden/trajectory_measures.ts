// What runs of whole steps have in common: the batches that they draw, and sums over a network after a step.
import type { DType, Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { Batch } from '../../src/data/loader.js';
import { type AnyModule, BatchNorm2d } from '../../src/nn/index.js';
import { exactly, type Measure, relative, summaryOf, valuesOf, within } from './measures.js';
import type { ModelFigures } from './trajectory_figures.js';

/** randn images of `shape`, drawn in float32 whatever the dtype, and a class for each. */
export function drawBatch(shape: readonly number[], classes: number, dtype: DType): Batch {
  const images = torch.randn(shape).to({ dtype });
  return new Batch(images, torch.randint(0, classes, shape.slice(0, 1)));
}

/** @param x [sum, abs-sum] of the images */
export function batchMeasures(what: string, batch: Batch, x: number[], y: number[]): Measure[] {
  const { sum, abs } = torch.tidy(() => summaryOf(batch.images));
  return [
    within(`${what} x`, [sum, abs], x, 1e-12 * (x[1] as number)),
    exactly(`${what} y`, valuesOf(batch.labels), y),
  ];
}

/** @param tolerances as shares of the sums */
export function modelMeasures(
  model: AnyModule,
  { bn, weights_sum_abs }: ModelFigures,
  tolerances: { weights: number; gradNorm: number },
): Measure[] {
  const norms = model.modules().filter((module) => module instanceof BatchNorm2d);
  const weights = total(model.parameters());
  const means = total(norms.map((norm) => norm.running_mean as Tensor));
  const variances = total(norms.map((norm) => norm.running_var as Tensor));
  const tracked = norms[0]?.num_batches_tracked?.item();
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

function total(tensors: Tensor[]): { sum: number; abs: number } {
  return tensors
    .map((tensor) => torch.tidy(() => summaryOf(tensor)))
    .reduce((a, b) => ({ sum: a.sum + b.sum, abs: a.abs + b.abs }), { sum: 0, abs: 0 });
}

/** The measures of step `step`, named after it. */
export function ofStep(step: number, measures: Measure[], reportOnly: boolean): Measure[] {
  return measures.map((measure) => ({
    ...measure,
    what: `step ${step}: ${measure.what}`,
    reportOnly,
  }));
}
