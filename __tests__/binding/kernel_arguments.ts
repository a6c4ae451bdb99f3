// Arguments of the fused kernels (torch.kernels), drawn from a seed.
import type { DType, Tensor } from 'torch-js';
import * as torch from 'torch-js';

export interface FanOutCase {
  seed: number;
  batch: number;
  channels: number;
  size: [height: number, width: number];
  primitives: string[];
  /** Edges that leave x; the cell has one more. */
  edges: number;
  stride: 1 | 2;
  groups: number;
  passes: boolean;
  partial: boolean;
  training: boolean;
  dtype?: DType;
}

type Options = torch.kernels.FanOutOptions;

/** Shapes of the convolutions of a primitive, [out, in, k, k], and how many normalisations it has. */
function shapesOf(primitive: string, width: number, stride: number): [number[][], number] {
  if (primitive === 'none') return [[], 0];
  if (primitive.endsWith('pool_3x3')) return [[], 1];
  if (primitive === 'skip_connect') {
    if (stride === 1) return [[], 0];
    const half = Math.floor(width / 2);
    return [[half, width - half].map((out) => [out, width, 1, 1]), 1];
  }
  const k = Number(primitive.at(-1));
  const convolution = [
    [width, 1, k, k],
    [width, width, 1, 1],
  ];
  return primitive.startsWith('sep') ? [[...convolution, ...convolution], 2] : [convolution, 1];
}

/** Of a normalisation that has seen batches. */
export function running(channels: number, dtype: DType = 'float64'): Tensor[] {
  return [
    torch.randn([channels]).to(dtype),
    torch.rand([channels]).add(0.5).to(dtype),
    torch.tensor(3, { dtype: 'int64' }),
  ];
}

/** Everything that can have a gradient requires one. */
export function fanOutArguments(chosen: FanOutCase): { x: Tensor; options: Options } {
  const { batch, channels, size, primitives, edges, stride, groups, dtype = 'float64' } = chosen;
  torch.manual_seed(chosen.seed);
  const leaf = (shape: number[]) => torch.randn(shape).to(dtype).requires_grad_();
  const width = channels / groups;
  const out = size.map((side) => Math.ceil(side / stride));
  const parts = Array.from({ length: edges }, () => primitives).flat();
  const needs = parts.map((primitive) => shapesOf(primitive, width, stride));
  const options: Options = {
    weights: leaf([edges + 1, primitives.length]),
    passes: chosen.passes ? leaf([edges + 1]) : null,
    partial: chosen.partial
      ? Array.from({ length: edges }, () => leaf([batch, channels, ...out]))
      : [],
    rows: Array.from({ length: edges }, (_, e) => edges - e),
    primitives,
    parameters: needs.flatMap(([shapes]) => shapes.map(leaf)),
    running: needs.flatMap(([, count]) =>
      Array.from({ length: count }, () => running(width, dtype)).flat(),
    ),
    ...{ stride, groups, complete: chosen.partial ? 1 : 0 },
    ...{ training: chosen.training, momentum: 0.1, eps: 1e-5 },
  };
  return { x: leaf([batch, channels, ...size]), options };
}

/** The tensors among `options` that have gradients. */
export function leavesOf({ weights, passes, partial, parameters }: Options): Tensor[] {
  return [weights, ...(passes ? [passes] : []), ...partial, ...parameters];
}
