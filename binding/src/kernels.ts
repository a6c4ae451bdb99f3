// Operators of torch-js's own (native/kernels): parts of a network that LibTorch runs as many operators,
// as one, on the CPU. docs/fused_cell.md has their algebra.
import { operator } from './operators.js';
import type { Tensor } from './tensor.js';

export interface BatchNormSettings {
  /** Whether statistics are the batch's, which then move the running ones. */
  training: boolean;
  /** Share of the new batch in the running statistics. */
  momentum: number;
  /** Added to variances. */
  eps: number;
}

export interface FanOutOptions extends BatchNormSettings {
  /** `[edges of the cell, primitives]`: how much each operation of each edge counts. */
  weights: Tensor;
  /** `[edges of the cell]`: factors of whole edges; null: 1. */
  passes: Tensor | null;
  /** Sums that the outputs are added to, one an edge that leaves x; none: zeros. */
  partial: Tensor[];
  /** The edges that leave x, as rows of `weights`. */
  rows: number[];
  /**
   * The operation of each column of `weights`: `none`, `skip_connect`, `max_pool_3x3`, `avg_pool_3x3`, or
   * `sep_conv_KxK` and `dil_conv_KxK` with K of 3, 5 or 7.
   */
  primitives: readonly string[];
  /**
   * By edge and primitive the weights of its convolutions: depthwise and pointwise, twice for `sep_conv`; both
   * halves of the `skip_connect` of stride 2.
   */
  parameters: Tensor[];
  /** By edge and primitive, for each batch normalisation: running mean, running variance, int64 count. */
  running: Tensor[];
  /** 1 or 2. */
  stride: number;
  /** One channel in so many goes through the operations, the first ones of x; the others pass by. */
  groups: number;
  /**
   * How many of the outputs, from the first on, are whole nodes, which nothing is added to any more: their
   * channels are dealt out in turns, the first of each of `groups` groups, then the second of each.
   */
  complete: number;
}

const fanOut = operator('torch_js::fan_out');

/**
 * All mixed operations that read x [N, C, H, W], float32 or float64, each added to its partial sum: [N, C, ceil(H /
 * stride), ceil(W / stride)] in `channels_last` order. The gradient has no gradient of its own.
 *
 * @throws TorchError under `create_graph`, and for parameters that do not fit the primitives
 */
export function fan_out(x: Tensor, options: FanOutOptions): Tensor[] {
  const { weights, passes, partial, parameters, running, rows, primitives } = options;
  const { stride, groups, complete, training, momentum, eps } = options;
  return fanOut.call([
    ...[x, weights, passes, partial, parameters, running, rows, [...primitives]],
    ...[stride, groups, complete, training, momentum, eps],
  ]) as Tensor[];
}

export interface ConvBnOptions extends BatchNormSettings {
  /** One weight [C_out, C, k, k]; or two of 1x1, the halves of a FactorizedReduce. */
  parameters: Tensor[];
  /** [C_out], with `beta`: scale and shift behind the normalisation; null: 1 and 0. */
  gamma: Tensor | null;
  beta: Tensor | null;
  /** Running mean, running variance, int64 count. */
  running: Tensor[];
  /** Whether x is rectified first. */
  relu: boolean;
  stride: number;
  padding: number;
}

const convBn = operator('torch_js::conv_bn');

/**
 * ReLU, convolution and batch normalisation of x [N, C, H, W], float32 or float64: [N, C_out, ceil(H / stride), ceil(W /
 * stride)] in `channels_last` order, for paddings that keep the size. The gradient has no gradient of its own.
 *
 * @throws TorchError under `create_graph`, and for shapes that do not fit
 */
export function conv_bn(x: Tensor, options: ConvBnOptions): Tensor {
  const { parameters, gamma, beta, running, relu, stride, padding } = options;
  const { training, momentum, eps } = options;
  return convBn.call([
    ...[x, parameters, gamma, beta, running],
    ...[relu, stride, padding, training, momentum, eps],
  ]) as Tensor;
}

const instructionSet = operator('torch_js::instruction_set');

/**
 * `avx512`, `avx2` or `baseline` (SSE2, NEON): what the kernels use here. The environment's ATEN_CPU_CAPABILITY (`avx2`,
 * `default`), LibTorch's own name, holds both to less than the machine has.
 */
export function instruction_set(): 'avx512' | 'avx2' | 'baseline' {
  return instructionSet.call([]) as 'avx512' | 'avx2' | 'baseline';
}

const regionSeconds = operator('torch_js::region_seconds');

/** Seconds that the process has spent in each parallel part of the kernels so far. */
export function region_seconds(): Record<string, number> {
  const [regions, seconds] = regionSeconds.call([]) as [string[], number[]];
  return Object.fromEntries(regions.map((region, i) => [region, seconds[i] as number]));
}
