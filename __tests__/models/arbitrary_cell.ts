// Search cells of random shapes and spaces, with random inputs and weights.
import fc from 'fast-check';
import type { DType } from 'torch-js';
import * as torch from 'torch-js';
import { edgeCount } from '../../src/models/edges.js';
import { PRIMITIVES, type Primitive } from '../../src/models/genotypes.js';
import { MixedOp } from '../../src/models/mixed_op.js';
import { SearchCell } from '../../src/models/search_cell.js';
import { bothExecutions, type Results } from './both_executions.js';

const SPACE: Primitive[] = [...PRIMITIVES, 'sep_conv_7x7', 'conv_7x1_1x7'];

export interface CellCase {
  seed: number;
  batch: number;
  size: [number, number];
  /** Channels of a node are `k * pairs * 2`. */
  pairs: number;
  k: number;
  steps: number;
  primitives: Primitive[];
  reduction: boolean;
  reduction_prev: boolean;
  betas: boolean;
  training: boolean;
}

/** @param most largest height, width, batch and count of channel pairs */
export function arbitraryCell(most: { size: number; batch: number; pairs: number }) {
  const side = fc.integer({ min: 2, max: most.size });
  const cell = fc.record<CellCase>({
    seed: fc.nat(1e6),
    batch: fc.integer({ min: 1, max: most.batch }),
    size: fc.tuple(side, side),
    pairs: fc.integer({ min: 1, max: most.pairs }),
    k: fc.constantFrom(1, 1, 2, 4),
    steps: fc.integer({ min: 1, max: 3 }),
    primitives: fc.subarray(SPACE, { minLength: 2 }),
    reduction: fc.boolean(),
    reduction_prev: fc.boolean(),
    betas: fc.boolean(),
    training: fc.boolean(),
  });
  // Of one value a channel there are no statistics.
  return cell.filter(({ batch, size }) => batch > 1 || Math.max(...size) > 2);
}

/** The cell's results under both executions; alphas are far from uniform. */
export function runBoth(chosen: CellCase, dtype: DType = 'float64') {
  const { seed, batch, k, pairs, steps, primitives, reduction, reduction_prev, betas } = chosen;
  const [height, width] = chosen.size;
  torch.manual_seed(seed);
  const cell = new SearchCell({
    ...{ steps, multiplier: steps, C_prev_prev: 6, C_prev: 5, C: 2 * pairs * k },
    ...{ kind: 'normal', reduction, reduction_prev },
    edge: (C, stride) => new MixedOp(C, stride, primitives, { k }),
  }).to(dtype);
  const scale = reduction_prev ? 2 : 1;
  // Drawn in float32, so that both dtypes see the same numbers.
  const leaf = (shape: number[]) => torch.randn(shape).to(dtype).requires_grad_();
  const edges = edgeCount(steps);
  const leaves: Record<string, torch.Tensor> = {
    s0: leaf([batch, 6, scale * height - (scale - 1) * (seed % 2), scale * width]),
    s1: leaf([batch, 5, height, width]),
    alphas: torch.randn([edges, primitives.length]).mul_(3).to(dtype).requires_grad_(),
  };
  if (betas) leaves.betas = leaf([edges]);
  cell.train();
  // Running statistics that are not those of the start.
  torch.tidy(() => torch.no_grad(() => void forward()));
  cell.train(chosen.training);
  const upstream = torch.tidy(() => torch.no_grad(() => torch.randn(forward().shape).to(dtype)));

  function forward() {
    const { s0, s1, alphas } = leaves as Record<'s0' | 's1' | 'alphas', torch.Tensor>;
    return cell.call(s0, s1, torch.softmax(alphas, -1), leaves.betas ?? null);
  }
  return bothExecutions(cell, leaves, () => {
    const output = forward();
    return { output, loss: output.mul(upstream).sum() };
  }) satisfies Record<'plain' | 'fused', Results>;
}
