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

/** The scalars of an outcome that it has. */
export type Seen = Readonly<Record<string, number>>;

const IN_WORDS: Readonly<Record<string, string>> = {
  grad_norm: 'gradient norm',
  arch_loss: "architecture's loss",
};

/** The loss is no number any more: no later step can mend that. */
export class DivergedError extends Error {
  override readonly name = 'DivergedError';
  readonly code = 'ERR_DIVERGED';
}

/** Reads the scalars. */
export function read({ loss, grad_norm, arch_loss }: Outcome): Seen {
  const scalars = Object.entries({ loss, grad_norm, arch_loss });
  return Object.fromEntries(
    scalars.flatMap(([name, scalar]) => (scalar ? [[name, Number(scalar.item())]] : [])),
  );
}

/** Whether all that was seen are numbers. */
export function isSound(seen: Seen): boolean {
  return Object.values(seen).every(Number.isFinite);
}

/** What was seen, for people. */
export function describeSeen(seen: Seen): string {
  const parts = Object.entries(seen).map(([name, value]) => `${IN_WORDS[name] ?? name} ${value}`);
  return parts.join(', ');
}

/** The loss, or NaN where another scalar is none: what waits for nobody, a meter finds out later. */
export function soundLoss({ loss, grad_norm, arch_loss }: Outcome): torch.Tensor {
  const others = [grad_norm, arch_loss].filter((scalar) => scalar instanceof torch.Tensor);
  return others.reduce((sum, scalar) => sum.add(scalar.mul(0)), loss);
}
