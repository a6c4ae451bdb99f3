// The nodes of a search cell by fused kernels: the same modules, read and not called. docs/fused_cell.md.
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { BatchNorm2d, Conv2d, type Module } from '../nn/index.js';
import { hasKernels, runningOf } from './execution.js';
import type { Primitive } from './genotype.js';
import { channel_shuffle, type MixedOp } from './mixed_op.js';
import { FactorizedReduce } from './operations.js';

/** The others run as the modules they are. */
const FUSED: ReadonlySet<Primitive> = new Set<Primitive>([
  ...(['none', 'skip_connect', 'max_pool_3x3', 'avg_pool_3x3'] as const),
  ...(['sep_conv_3x3', 'sep_conv_5x5', 'sep_conv_7x7', 'dil_conv_3x3', 'dil_conv_5x5'] as const),
]);

/** Whether the kernels can run what leaves these states; else plain modules do, or say what is wrong. */
export function fusedServes(edges: readonly MixedOp[], states: readonly Tensor[]): boolean {
  return states.every((state) => {
    if (!hasKernels(state)) return false;
    const [height, width] = state.shape.slice(2) as [number, number];
    return (height % 2 === 0 && width % 2 === 0) || edges.every(servesOdd);
  });
}

/** The original's quirks fail at odd sizes, where edges halve them. */
function servesOdd({ stride, max_pool_floor, k, _ops }: MixedOp): boolean {
  if (stride === 1) return true;
  const reduces = [..._ops].filter((op) => op instanceof FactorizedReduce);
  return !(max_pool_floor && k > 1) && reduces.every(({ pads_odd }) => pads_odd);
}

/** What a mixed operation is made of, found once. */
interface Parts {
  convolutions: Conv2d[];
  normalisations: BatchNorm2d[];
  /** For the kernels: those that run as modules are `none`. */
  primitives: Primitive[];
  /** Columns of those. */
  outside: number[];
}

const known = new WeakMap<MixedOp, Parts>();

function partsOf(edge: MixedOp): Parts {
  let parts = known.get(edge);
  if (parts === undefined) {
    const isFused = edge.primitives.map((primitive) => FUSED.has(primitive));
    const modules = [...edge._ops].filter((_, i) => isFused[i]).flatMap((op) => op.modules());
    parts = {
      convolutions: modules.filter((module) => module instanceof Conv2d),
      normalisations: modules.filter((module) => module instanceof BatchNorm2d),
      primitives: edge.primitives.map((primitive, i) => (isFused[i] ? primitive : 'none')),
      outside: [...isFused.keys()].filter((i) => !isFused[i]),
    };
    known.set(edge, parts);
  }
  return parts;
}

export interface FusedNodesOptions {
  /** Of a cell: those into node 0 first, by the state that they leave. */
  edges: readonly MixedOp[];
  /** [edges, primitives]. */
  weights: Tensor;
  /** [edges], or null. */
  edgeWeights: Tensor | null;
  steps: number;
  training: boolean;
}

/** The first two states of a cell [N, C, H, W], and the nodes that follow from them. */
export function fusedNodes(first: readonly Tensor[], options: FusedNodesOptions): Tensor[] {
  const { steps } = options;
  const states = [...first];
  let sums: Tensor[] = [];
  for (let state = 0; state <= steps; state++) {
    // Node i has its edges from i (i + 3) / 2 on, by the state that they leave.
    const rows: number[] = [];
    for (let i = Math.max(state - 1, 0); i < steps; i++) rows.push((i * (i + 3)) / 2 + state);
    const next = fanOut(states[state] as Tensor, sums, rows, options);
    for (const sum of sums) sum.dispose();
    if (state > 0) states.push(next.shift() as Tensor);
    sums = next;
  }
  return states;
}

/** `partial` plus what leaves a state `x` by the edges `rows`; the first of what was begun before is then a node. */
function fanOut(
  x: Tensor,
  partial: Tensor[],
  rows: number[],
  { edges, weights, edgeWeights: passes, training }: FusedNodesOptions,
): Tensor[] {
  const leaving = rows.map((row) => edges[row] as MixedOp);
  const parts = leaving.map(partsOf);
  const { stride, k: groups } = leaving[0] as MixedOp;
  const { primitives, outside } = parts[0] as Parts;
  const normalisations = parts.flatMap((part) => part.normalisations);
  const { momentum = 0, eps = 0 } = normalisations[0] ?? {};
  const completes = partial.length > 0;
  const outputs = torch.kernels.fan_out(x, {
    ...{ weights, passes, partial, rows, primitives, stride, groups, training, momentum, eps },
    // What the modules outside give belongs to it.
    complete: completes && outside.length === 0 ? 1 : 0,
    parameters: parts.flatMap((part) => part.convolutions.map(({ weight }) => weight)),
    running: normalisations.flatMap(runningOf),
  });
  if (outside.length === 0) return outputs;
  return outputs.map((output, e) =>
    torch.tidy(() => {
      const row = rows[e] as number;
      const { _ops } = leaving[e] as MixedOp;
      const width = x.size(1) / groups;
      let sum = output;
      for (const column of outside) {
        let term = (_ops[column] as Module).call(x.narrow(1, 0, width));
        term = term.mul(weights.select(0, row).select(0, column));
        if (passes !== null) term = term.mul(passes.select(0, row));
        if (groups > 1) term = torch.pad(term, [0, 0, 0, 0, 0, x.size(1) - width]);
        sum = sum.add(term);
      }
      output.dispose();
      return completes && e === 0 && groups > 1 ? channel_shuffle(sum, groups) : sum;
    }),
  );
}
