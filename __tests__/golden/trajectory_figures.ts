// What search_trajectory_* and train_trajectory_* files hold, and how closely a run has to follow them.
import { z } from 'zod';
import { genotypeFigure, header } from './figures.js';

const values = z.array(z.number());
const byName = z.record(z.string(), values);

/** Sums over all weights and all normalisations after a step. */
const modelFigures = {
  weights_sum_abs: values,
  bn: z.object({
    mean_sum: z.number(),
    mean_abs: z.number(),
    var_sum: z.number(),
    num_batches_tracked_of_first: z.number(),
  }),
};
export type ModelFigures = z.infer<z.ZodObject<typeof modelFigures>>;

const searchStep = z.object({
  epoch: z.number(),
  lr: z.number(),
  confidence: z.number().optional(),
  arch_lr: z.number(),
  /** Of every pass that the architect makes, in its order. */
  architect_losses: values,
  /** Only where they are clipped. */
  arch_grad_norm_before_clipping: z.number().optional(),
  /** In full for the first step, [sum, abs-sum] for the others. */
  arch_gradients: byName.default({}),
  arch_gradients_sum_abs: byName.default({}),
  arch_parameters: byName,
  /** Only where the architect is of second order. */
  hvp: z
    .object({
      vector_norm: z.number(),
      /** [sum, abs-sum] of each architecture parameter's. */
      implicit_gradient: z.array(values),
    })
    .optional(),
  train_loss: z.number(),
  grad_norm_before_clipping: z.number(),
  ...modelFigures,
});
export type SearchStepFigures = z.infer<typeof searchStep>;

const searchSensitivity = z.object({
  train_loss: z.number(),
  arch_parameters_max_abs: z.number(),
  arch_gradients_max_abs: z.number(),
  grad_norm_relative: z.number(),
  weights_abs_relative: z.number(),
});

export const searchFigures = z.object({
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
  steps: z.array(searchStep),
  genotype_text: z.string(),
  genotype: genotypeFigure,
  sensitivity: z.object({ per_step: z.array(searchSensitivity) }),
});
export type SearchFigures = z.infer<typeof searchFigures>;

const trainStep = z.object({
  epoch: z.number(),
  lr: z.number(),
  drop_path_prob: z.number(),
  train_loss: z.number(),
  logits: values,
  top1: z.number(),
  top5: z.number(),
  grad_norm_before_clipping: z.number(),
  ...modelFigures,
});
export type TrainStepFigures = z.infer<typeof trainStep>;

const trainSensitivity = z.array(z.object({ train_loss: z.number(), logits_max_abs: z.number() }));

export const trainFigures = z.object({
  header,
  hyper_parameters: z.object({
    learning_rate: z.number(),
    momentum: z.number(),
    weight_decay: z.number(),
    grad_clip: z.number(),
    drop_path_prob: z.number(),
  }),
  criterion: z.enum(['CrossEntropyLoss', 'CrossEntropyLabelSmooth']),
  input_shape: values,
  classes: z.number(),
  recipe: z.string(),
  batches: z.array(z.object({ x: values, y: values })),
  rand3_after_last_step: values,
  steps: z.array(trainStep),
  steps_float64: z.array(trainStep),
  sensitivity: z.object({ float32: trainSensitivity, float64: trainSensitivity }),
});
export type TrainFigures = z.infer<typeof trainFigures>;

/** What the figures of one search step have to hold. */
export interface SearchTolerances {
  loss: number;
  archParameters: number;
  archGradients: number;
  gradNorm: number;
  weights: number;
  reportOnly: boolean;
}

const FLOAT64 = 1e-9;

export const FLOAT64_SEARCH: SearchTolerances = {
  loss: FLOAT64,
  archParameters: FLOAT64,
  archGradients: FLOAT64,
  gradNorm: FLOAT64,
  weights: FLOAT64,
  reportOnly: false,
};

/**
 * Rounding grows fast at this size. Each file tells how far noise of 1e-6 moves its run; a step counts only while
 * that is small beside how far the architecture parameters can have moved at all. In second order one draw of noise
 * tells too little, as Adam turns signs around: its steps are proved in float64.
 */
export function float32Search(
  { steps, sensitivity }: SearchFigures,
  step: number,
): SearchTolerances {
  const own = sensitivity.per_step[step];
  if (!own) throw new RangeError(`no sensitivity of step ${step}`);
  const archParameters = 10 * own.arch_parameters_max_abs + 1e-7;
  const travelled = steps.slice(0, step + 1).reduce((sum, { arch_lr }) => sum + arch_lr, 0);
  const secondOrder = steps[step]?.hvp !== undefined;
  return {
    loss: 10 * own.train_loss + 2e-6,
    archParameters,
    archGradients: 10 * own.arch_gradients_max_abs + 2e-6,
    gradNorm: 10 * own.grad_norm_relative + 1e-5,
    weights: 10 * own.weights_abs_relative + 1e-6,
    reportOnly: secondOrder || !(archParameters < travelled / 10),
  };
}

/** What the figures of one training step have to hold. */
export interface TrainTolerances {
  loss: number;
  logits: number;
  gradNorm: number;
  weights: number;
  reportOnly: boolean;
}

/** Rounding of doubles, over a forward and a backward pass, is about this share of the noise of 1e-12. */
const ROUNDING_SHARE = 2e-3;

export function float64Train({ sensitivity }: TrainFigures, step: number): TrainTolerances {
  const { train_loss, logits_max_abs } = trainSensitivityOf(sensitivity.float64, step);
  const loss = FLOAT64 + ROUNDING_SHARE * train_loss;
  const logits = FLOAT64 + ROUNDING_SHARE * logits_max_abs;
  return { loss, logits, gradNorm: 10 * logits, weights: logits, reportOnly: false };
}

/** As in a search; a step counts only while its logits can be told apart from noise at all. */
export function float32Train({ steps, sensitivity }: TrainFigures, step: number): TrainTolerances {
  const own = trainSensitivityOf(sensitivity.float32, step);
  const logits = 10 * own.logits_max_abs + 2e-6;
  const largest = Math.max(...(steps[step]?.logits ?? []).map(Math.abs));
  return {
    loss: 10 * own.train_loss + 2e-6,
    logits,
    gradNorm: 10 * logits,
    weights: logits,
    reportOnly: !(logits < largest / 100),
  };
}

function trainSensitivityOf(sensitivity: TrainFigures['sensitivity']['float32'], step: number) {
  const own = sensitivity[step];
  if (!own) throw new RangeError(`no sensitivity of step ${step}`);
  return own;
}
