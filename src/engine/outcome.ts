// What a step comes to, and whether that is still a number.

import * as torch from 'torch-js';

/** Without graph, on the device: reading it waits for a GPU. */
export interface Outcome {
  /** Loss before the step, a scalar. */
  loss: torch.Tensor;
  /** `[N, classes]`, before the step. */
  logits: torch.Tensor;
  /** Joint norm of the weights' gradients before clipping, a scalar. */
  grad_norm?: torch.Tensor;
  /** Loss by which the architecture was moved, a scalar. */
  arch_loss?: torch.Tensor | null;
}

/** The scalars of an outcome. */
export type Seen = Record<'loss' | 'gradient norm' | "architecture's loss", number | undefined>;

/** The loss is no number any more: no later step can mend that. */
export class DivergedError extends Error {
  override readonly name = 'DivergedError';
  readonly code = 'ERR_DIVERGED';
}

/** Reads the scalars. */
export function read({ loss, grad_norm, arch_loss }: Outcome): Seen {
  return {
    loss: Number(loss.item()),
    'gradient norm': grad_norm && Number(grad_norm.item()),
    "architecture's loss": arch_loss ? Number(arch_loss.item()) : undefined,
  };
}

/** Whether all that was seen are numbers. */
export function isSound(seen: Seen): boolean {
  return Object.values(seen).every((value) => value === undefined || Number.isFinite(value));
}

/** What was seen, for people. */
export function describeSeen(seen: Seen): string {
  return Object.entries(seen)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name} ${value}`)
    .join(', ');
}

/** The loss, or NaN where another scalar is none: what waits for nobody, a meter finds out later. */
export function soundLoss({ loss, grad_norm, arch_loss }: Outcome): torch.Tensor {
  const others = [grad_norm, arch_loss].filter((scalar) => scalar instanceof torch.Tensor);
  return others.reduce((sum, scalar) => sum.add(scalar.mul(0)), loss);
}
