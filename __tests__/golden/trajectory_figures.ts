// What search_trajectory_* files hold, and how closely a run has to follow it.
import { z } from 'zod';
import { genotypeFigure, header } from './figures.js';

const values = z.array(z.number());
const byName = z.record(z.string(), values);

const stepFigures = z.object({
  epoch: z.number(),
  lr: z.number(),
  confidence: z.number().optional(),
  arch_lr: z.number(),
  architect_losses: values,
  /** In full for the first step, [sum, abs-sum] for the others. */
  arch_gradients: byName.default({}),
  arch_gradients_sum_abs: byName.default({}),
  arch_parameters: byName,
  /** Only where the architect is of second order. */
  hvp: z.unknown().optional(),
  train_loss: z.number(),
  grad_norm_before_clipping: z.number(),
  weights_sum_abs: values,
  bn: z.object({
    mean_sum: z.number(),
    mean_abs: z.number(),
    var_sum: z.number(),
    num_batches_tracked_of_first: z.number(),
  }),
});
export type StepFigures = z.infer<typeof stepFigures>;

const sensitivityFigures = z.object({
  train_loss: z.number(),
  arch_parameters_max_abs: z.number(),
  arch_gradients_max_abs: z.number(),
  grad_norm_relative: z.number(),
  weights_abs_relative: z.number(),
});

export const trajectoryFigures = z.object({
  header,
  constructor: z.looseObject({ num_classes: z.number() }),
  hyper_parameters: z.object({
    learning_rate: z.number(),
    learning_rate_min: z.number(),
    momentum: z.number(),
    weight_decay: z.number(),
    grad_clip: z.number(),
    arch_learning_rate: z.number(),
    arch_weight_decay: z.number(),
    power: z.number().optional(),
  }),
  epochs: z.number(),
  input_shape: values,
  recipe: z.string(),
  batches: z
    .array(z.object({ train_x: values, train_y: values, valid_x: values, valid_y: values }))
    .optional(),
  rand3_after_last_step: values.optional(),
  steps: z.array(stepFigures),
  genotype_text: z.string(),
  genotype: genotypeFigure,
  sensitivity: z.object({ per_step: z.array(sensitivityFigures) }),
});
export type Figures = z.infer<typeof trajectoryFigures>;

/** What the figures of one step have to hold. */
export interface Tolerances {
  loss: number;
  archParameters: number;
  archGradients: number;
  gradNorm: number;
  weights: number;
  reportOnly: boolean;
}

export const FLOAT64_TOLERANCES: Tolerances = {
  loss: 1e-9,
  archParameters: 1e-9,
  archGradients: 1e-9,
  gradNorm: 1e-9,
  weights: 1e-9,
  reportOnly: false,
};

/**
 * Rounding grows fast at this size. Each file tells how far noise of 1e-6 moves its run; a step counts only while
 * that is small beside how far the architecture parameters can have moved at all.
 */
export function float32Tolerances({ steps, sensitivity }: Figures, step: number): Tolerances {
  const own = sensitivity.per_step[step];
  if (!own) throw new RangeError(`no sensitivity of step ${step}`);
  const archParameters = 10 * own.arch_parameters_max_abs + 1e-7;
  const travelled = steps.slice(0, step + 1).reduce((sum, { arch_lr }) => sum + arch_lr, 0);
  return {
    loss: 10 * own.train_loss + 2e-6,
    archParameters,
    archGradients: 10 * own.arch_gradients_max_abs + 2e-6,
    gradNorm: 10 * own.grad_norm_relative + 1e-5,
    weights: 10 * own.weights_abs_relative + 1e-6,
    reportOnly: !(archParameters < travelled / 10),
  };
}
