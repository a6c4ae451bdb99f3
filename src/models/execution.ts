// How modules compute: one by one as LibTorch's operators, or as fused kernels. docs/fused_cell.md.
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { type AnyModule, BatchNorm2d, Conv2d, ReLU } from '../nn/index.js';

/**
 * `fused`: by own kernels on the CPU, in float32 and float64, several times faster; the gradient has no gradient.
 * `plain`: operator by operator, as the original. What kernels cannot serve is computed so anyway.
 */
export type Execution = 'plain' | 'fused';

/** Sets how `network` computes, as far as its modules have the choice. */
export function setExecution(network: AnyModule, execution: Execution): void {
  for (const module of network.modules()) {
    if ('execution' in module) module.execution = execution;
  }
}

/** Whether there are kernels for such a tensor. */
export function hasKernels({ device, dtype }: Tensor): boolean {
  return device === 'cpu' && (dtype === 'float32' || dtype === 'float64');
}

/** What a batch normalisation moves in training, as kernels take it. */
export function runningOf(normalisation: BatchNorm2d): Tensor[] {
  const { running_mean, running_var, num_batches_tracked } = normalisation;
  return [running_mean, running_var, num_batches_tracked] as Tensor[];
}

/**
 * (ReLU,) convolution and batch normalisation, the children of `module`, by one kernel; with two
 * convolutions the halves of a FactorizedReduce.
 */
export function convBn(x: Tensor, module: AnyModule): Tensor {
  const parts = module.children();
  const convolutions = parts.filter((part) => part instanceof Conv2d);
  const normalisation = parts.find((part) => part instanceof BatchNorm2d) as BatchNorm2d;
  const { stride, padding } = convolutions[0] as Conv2d;
  const { weight: gamma, bias: beta, training, momentum, eps } = normalisation;
  return torch.kernels.conv_bn(x, {
    ...{ gamma, beta, training, momentum, eps },
    parameters: convolutions.map(({ weight }) => weight),
    running: runningOf(normalisation),
    relu: parts.some((part) => part instanceof ReLU),
    stride: single(stride),
    padding: single(padding),
  });
}

function single(size: number | readonly number[]): number {
  return typeof size === 'number' ? size : (size[0] as number);
}
