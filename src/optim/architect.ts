// The step of the architecture parameters, first order. After architect.py of the original.
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import type { Module } from '../nn/index.js';
import { Adam } from './adam.js';

/** What an architect needs of a batch: images [N, C, H, W] and class indices [N]. */
export interface LabelledImages {
  images: Tensor;
  labels: Tensor;
}

/** What an architect needs of a network: a module with architecture parameters beside its own. */
export type SearchModel = Module<[Tensor], Tensor> & { arch_parameters(): Tensor[] };

export interface Architect {
  /** Of the architecture parameters; its state belongs into a checkpoint. */
  readonly optimizer: Adam;

  /**
   * Moves the architecture parameters once. Their gradients stay readable until the next step.
   *
   * @param batches - one of each half of the training data; `train` matters to second order only
   * @param confidence - of the learning rate, in (0, 1] (default 1)
   * @returns the loss on the `valid` batch before the step, a scalar without graph
   */
  step(batches: { train: LabelledImages; valid: LabelledImages }, confidence?: number): Tensor;
}

export interface ArchitectOptions {
  /** At full confidence. */
  lr: number;
  /** Default [0.5, 0.999]. */
  betas?: [number, number];
  /** Default 1e-3. */
  weight_decay?: number;
}

/** First order: the weights are taken as they are (DARTS with xi = 0). */
export class FirstOrderArchitect implements Architect {
  readonly optimizer: Adam;
  readonly #lr: number;

  /** @param criterion - loss of (logits, target) */
  constructor(
    readonly model: SearchModel,
    readonly criterion: Module<[Tensor, Tensor], Tensor>,
    { lr, betas = [0.5, 0.999], weight_decay = 1e-3 }: ArchitectOptions,
  ) {
    this.#lr = lr;
    this.optimizer = new Adam(model.arch_parameters(), { lr, betas, weight_decay });
  }

  step({ valid }: { valid: LabelledImages }, confidence = 1): Tensor {
    return torch.tidy(() => {
      this.optimizer.lr = this.#lr * confidence;
      this.optimizer.zero_grad();
      const loss = this.criterion.call(this.model.call(valid.images), valid.labels);
      // The original computes the weights' gradients too, and throws them away.
      loss.backward(undefined, { inputs: this.model.arch_parameters() });
      this.optimizer.step();
      return loss.detach();
    });
  }
}
