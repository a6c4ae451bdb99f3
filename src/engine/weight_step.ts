// One step of a network's weights: loss, gradients, clipping, update.

import * as torch from 'torch-js';
import type { Module } from '../nn/index.js';
import { clip_grad_norm_, type LabelledImages, type SGD } from '../optim/index.js';

export type Model = Module<[torch.Tensor], torch.Tensor> & Partial<WithAuxiliary>;
export type Criterion = Module<[torch.Tensor, torch.Tensor], torch.Tensor>;

/** What a model with an auxiliary head has. */
export interface WithAuxiliary {
  /** Logits `[N, classes]` and those of the auxiliary head, of one pass. */
  callWithAuxiliary(images: torch.Tensor): [logits: torch.Tensor, logits_aux: torch.Tensor];
}

export interface WeightStepOptions {
  model: Model;
  /** Of the auxiliary head's loss in the whole; default 0: the model need not have one. */
  auxiliary_weight?: number;
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
  /** Loss before the step, a scalar; with its share of the auxiliary head's. */
  loss: torch.Tensor;
  /** `[N, classes]`, before the step. */
  logits: torch.Tensor;
  /** Joint norm of the gradients before clipping, a scalar. */
  grad_norm: torch.Tensor;
}

/** Trains the optimizer's parameters on one batch. Their gradients stay until the next step. */
export function weightStep(options: WeightStepOptions): WeightStepResult {
  const { optimizer, grad_clip } = options;
  return torch.tidy(() => {
    const parameters = optimizer.param_groups.flatMap(({ params }) => params);
    optimizer.zero_grad();
    const [logits, loss] = lossOf(options);
    // Named, so that a supernet's alphas are left alone: their gradient here would go unused.
    loss.backward(undefined, { inputs: parameters });
    const grad_norm = clip_grad_norm_(parameters, grad_clip);
    optimizer.step();
    return { loss: loss.detach(), logits: logits.detach(), grad_norm };
  });
}

function lossOf(options: WeightStepOptions): [logits: torch.Tensor, loss: torch.Tensor] {
  const { model, criterion, auxiliary_weight = 0 } = options;
  const { images, labels } = options.train;
  if (auxiliary_weight === 0) {
    const logits = model.call(images);
    return [logits, criterion.call(logits, labels)];
  }
  if (!model.callWithAuxiliary) {
    throw new TypeError('weightStep: auxiliary_weight is for a model with an auxiliary head');
  }
  const [logits, logits_aux] = model.callWithAuxiliary(images);
  const auxiliary = criterion.call(logits_aux, labels).mul(auxiliary_weight);
  return [logits, criterion.call(logits, labels).add(auxiliary)];
}
