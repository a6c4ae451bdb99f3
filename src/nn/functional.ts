// Layers without state, thin over the operators. Names and defaults of torch/nn/functional.py.

import type { DType, Tensor } from 'torch-js';
import * as torch from 'torch-js';

/** One number for both height and width, or [height, width]. */
export type Pair = number | [height: number, width: number];

/** What becomes of the losses of a batch. */
export type Reduction = 'none' | 'mean' | 'sum';

/** max(x, 0) of any shape. */
export function relu(input: Tensor, { inplace = false } = {}): Tensor {
  return inplace ? torch.relu_(input) : torch.relu(input);
}

/** exp(x) over its sum along `dim`. With `dtype` the input is converted first. */
export function softmax(input: Tensor, dim: number, { dtype }: { dtype?: DType } = {}): Tensor {
  return torch.softmax(input, dim, { dtype });
}

/** log(softmax(x)) along `dim`, without overflow. With `dtype` the input is converted first. */
export function log_softmax(input: Tensor, dim: number, { dtype }: { dtype?: DType } = {}): Tensor {
  return torch.log_softmax(input, dim, { dtype });
}

/**
 * Zeroes each element with probability `p`, in [0, 1] (default 0.5), and divides the rest by 1 - p.
 * Outside training (default true) it gives the input back.
 */
export function dropout(input: Tensor, { p = 0.5, training = true, inplace = false } = {}): Tensor {
  if (!(p >= 0 && p <= 1)) {
    throw new RangeError(`dropout: p must be between 0 and 1, got ${p}`);
  }
  return inplace ? torch.dropout_(input, p, training) : torch.dropout(input, p, training);
}

/** input [..., in] times weight [out, in] transposed, plus bias [out]. */
export function linear(input: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor {
  return torch.linear(input, weight, bias);
}

export interface Conv2dArguments {
  /** Default 1. */
  stride?: Pair;
  /** Zeros on either side (default 0). */
  padding?: Pair;
  /** Distance between kernel elements (default 1). */
  dilation?: Pair;
  /** Default 1. */
  groups?: number;
}

/** input [N, C, H, W] with weight [out, C / groups, kh, kw] and bias [out]. */
export function conv2d(
  input: Tensor,
  weight: Tensor,
  bias: Tensor | null = null,
  { stride = 1, padding = 0, dilation = 1, groups = 1 }: Conv2dArguments = {},
): Tensor {
  return torch.conv2d(input, weight, bias, stride, padding, dilation, groups);
}

export interface BatchNormArguments {
  weight?: Tensor | null;
  bias?: Tensor | null;
  /** Normalise with the batch's own statistics, and move the running ones (default false). */
  training?: boolean;
  /** Share of the batch in the running statistics (default 0.1). */
  momentum?: number;
  /** Added to the variance (default 1e-5). */
  eps?: number;
}

/**
 * Normalises each channel of [N, C, ...]. In training `running_mean` and `running_var` [C] are
 * updated in place (the variance with its unbiased estimate) where given.
 *
 * @throws RangeError in training when a channel has one value only
 */
export function batch_norm(
  input: Tensor,
  running_mean: Tensor | null,
  running_var: Tensor | null,
  options: BatchNormArguments = {},
): Tensor {
  const { weight = null, bias = null, training = false, momentum = 0.1, eps = 1e-5 } = options;
  if (training) requireManyValues(input.shape);
  const cudnn = true;
  return torch.batch_norm(
    input,
    weight,
    bias,
    running_mean,
    running_var,
    training,
    momentum,
    eps,
    cudnn,
  );
}

/** The variance of a single value is 0, whatever the value. */
function requireManyValues(shape: number[]): void {
  const values = shape.reduce((product, size, dim) => (dim === 1 ? product : product * size), 1);
  if (values === 1) {
    throw new RangeError(
      `batch_norm: expected more than 1 value per channel when training, got input size [${shape.join(', ')}]`,
    );
  }
}

export interface MaxPool2dOptions {
  /** Default: the kernel's size. */
  stride?: Pair;
  /** At most half the kernel (default 0). */
  padding?: Pair;
  /** Default 1. */
  dilation?: Pair;
  /** Round the output size up, not down (default false). */
  ceil_mode?: boolean;
}

/** Largest value of each window of [N, C, H, W]; padding never wins, the first of equals does. */
export function max_pool2d(
  input: Tensor,
  kernel_size: Pair,
  options: MaxPool2dOptions = {},
): Tensor {
  const { stride = kernel_size, padding = 0, dilation = 1, ceil_mode = false } = options;
  return torch.max_pool2d(input, kernel_size, stride, padding, dilation, ceil_mode);
}

export interface AvgPool2dOptions {
  /** Default: the kernel's size. */
  stride?: Pair;
  /** At most half the kernel (default 0). */
  padding?: Pair;
  /** Round the output size up, not down (default false). */
  ceil_mode?: boolean;
  /** Divide by the whole window, padding and all (default true). */
  count_include_pad?: boolean;
}

/** Mean of each window of [N, C, H, W]. */
export function avg_pool2d(
  input: Tensor,
  kernel_size: Pair,
  options: AvgPool2dOptions = {},
): Tensor {
  const {
    stride = kernel_size,
    padding = 0,
    ceil_mode = false,
    count_include_pad = true,
  } = options;
  return torch.avg_pool2d(input, kernel_size, stride, padding, ceil_mode, count_include_pad);
}

/** Mean of [N, C, H, W] over as many windows as `output_size` asks for; 1 is global pooling. */
export function adaptive_avg_pool2d(input: Tensor, output_size: Pair): Tensor {
  return torch.adaptive_avg_pool2d(input, output_size);
}

export interface NllLossOptions {
  /** Weight per class [C]. */
  weight?: Tensor | null;
  /** A target that counts for nothing (default -100). */
  ignore_index?: number;
  /** Default 'mean': by the sum of the targets' weights. */
  reduction?: Reduction;
}

/**
 * Negative log-likelihood: log-probabilities [N, C, ...] against class indices [N, ...] (int64).
 */
export function nll_loss(input: Tensor, target: Tensor, options: NllLossOptions = {}): Tensor {
  const { weight = null, ignore_index = -100, reduction = 'mean' } = options;
  return torch.nll_loss_nd(input, target, weight, reductionCode(reduction), ignore_index);
}

export interface CrossEntropyOptions extends NllLossOptions {
  /** Share of the target that is spread over all classes, in [0, 1] (default 0). */
  label_smoothing?: number;
}

/**
 * Cross entropy of logits [N, C, ...] against class indices [N, ...] (int64) or probabilities of
 * the input's own shape.
 */
export function cross_entropy(
  input: Tensor,
  target: Tensor,
  options: CrossEntropyOptions = {},
): Tensor {
  const { weight = null, ignore_index = -100, reduction = 'mean', label_smoothing = 0 } = options;
  const code = reductionCode(reduction);
  return torch.cross_entropy_loss(input, target, weight, code, ignore_index, label_smoothing);
}

/** Squared difference, element by element. */
export function mse_loss(
  input: Tensor,
  target: Tensor,
  { reduction = 'mean' }: { reduction?: Reduction } = {},
): Tensor {
  return torch.mse_loss(input, target, reductionCode(reduction));
}

const REDUCTIONS: readonly Reduction[] = ['none', 'mean', 'sum'];

/** at::Reduction::Reduction. */
function reductionCode(reduction: Reduction): number {
  const code = REDUCTIONS.indexOf(reduction);
  if (code < 0) {
    throw new RangeError(
      `reduction must be one of ${REDUCTIONS.join(', ')}, got ${String(reduction)}`,
    );
  }
  return code;
}
