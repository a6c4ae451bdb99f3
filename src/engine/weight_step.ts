// One step of a network's weights: loss, gradients, clipping, update.

import * as torch from 'torch-js';
import type { Module } from '../nn/index.js';
import { clip_grad_norm_, type LabelledImages, type SGD } from '../optim/index.js';

export type Model = Module<[torch.Tensor], torch.Tensor>;
export type Criterion = Module<[torch.Tensor, torch.Tensor], torch.Tensor>;

export interface WeightStepOptions {
  model: Model;
  /** Loss of logits `[N, classes]` and labels `[N]`. */
  criterion: Criterion;
  /** Holds the parameters that are trained. */
  optimizer: SGD;
  train: LabelledImages;
  /** Largest joint norm of their gradients. */
  grad_clip: number;
}

/** What a step leaves, without graph, on its device: reading none of it costs no waiting. */
export interface WeightStepResult {
  /** Loss before the step, a scalar. */
  loss: torch.Tensor;
  /** `[N, classes]`, before the step. */
  logits: torch.Tensor;
  /** Joint norm of the gradients before clipping, a scalar. */
  grad_norm: torch.Tensor;
}

/** Trains the optimizer's parameters on one batch. Their gradients stay until the next step. */
export function weightStep(options: WeightStepOptions): WeightStepResult {
  const { model, criterion, optimizer, train, grad_clip } = options;
  return torch.tidy(() => {
    const parameters = optimizer.param_groups.flatMap(({ params }) => params);
    optimizer.zero_grad();
    const logits = model.call(train.images);
    const loss = criterion.call(logits, train.labels);
    // Named, so that a supernet's alphas are left alone: their gradient here would go unused.
    loss.backward(undefined, { inputs: parameters });
    const grad_norm = clip_grad_norm_(parameters, grad_clip);
    optimizer.step();
    return { loss: loss.detach(), logits: logits.detach(), grad_norm };
  });
}
