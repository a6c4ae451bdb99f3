// Calls that LibTorch does not survive, each with what is looked at before it is called. LibTorch lacks these checks:
// it reads or writes beyond a tensor's memory, or loops for ever.
import { ctcLoss, polygamma, segmentReduce, truncatedDivision, zeta } from './guards/contents.js';
import type { Guard } from './guards/given.js';
import { combinations, degree, outputSize, padding, power } from './guards/numbers.js';
import { fusedStep } from './guards/optimizers.js';
import {
  attention,
  batchNorm,
  embeddingBag,
  lstm,
  pdist,
  sobol,
  sobolPoint,
  sobolState,
  weightNorm,
} from './guards/shapes.js';

export type { Guard } from './guards/given.js';

/** By operator. */
export const guards: Readonly<Record<string, Guard>> = {
  _embedding_bag: embeddingBag,
  _embedding_bag_forward_only: embeddingBag,
  _fused_adagrad_: fusedStep,
  _fused_adam_: fusedStep,
  _fused_adamw_: fusedStep,
  _fused_sgd_: fusedStep,
  _sobol_engine_draw: sobol,
  _sobol_engine_ff_: sobolPoint,
  _sobol_engine_initialize_state_: sobolState,
  _sobol_engine_scramble_: sobolState,
  _weight_norm: weightNorm,
  adaptive_avg_pool2d: outputSize,
  adaptive_avg_pool3d: outputSize,
  adaptive_max_pool2d: outputSize,
  adaptive_max_pool3d: outputSize,
  combinations,
  ctc_loss: ctcLoss,
  div: truncatedDivision,
  div_: truncatedDivision,
  divide: truncatedDivision,
  divide_: truncatedDivision,
  embedding_bag: embeddingBag,
  linalg_matrix_power: power,
  lstm,
  matrix_power: power,
  native_batch_norm: batchNorm,
  pdist,
  polygamma,
  polygamma_: polygamma,
  reflection_pad1d: padding,
  reflection_pad2d: padding,
  reflection_pad3d: padding,
  replication_pad1d: padding,
  replication_pad2d: padding,
  replication_pad3d: padding,
  scaled_dot_product_attention: attention,
  segment_reduce: segmentReduce,
  special_chebyshev_polynomial_t: degree,
  special_chebyshev_polynomial_u: degree,
  special_chebyshev_polynomial_v: degree,
  special_chebyshev_polynomial_w: degree,
  special_hermite_polynomial_h: degree,
  special_hermite_polynomial_he: degree,
  special_laguerre_polynomial_l: degree,
  special_legendre_polynomial_p: degree,
  special_polygamma: polygamma,
  special_shifted_chebyshev_polynomial_t: degree,
  special_shifted_chebyshev_polynomial_u: degree,
  special_shifted_chebyshev_polynomial_v: degree,
  special_shifted_chebyshev_polynomial_w: degree,
  special_zeta: zeta,
};
