// The step of the architecture parameters, and its first-order form. After architect.py and
// architect_confidence.py of the original; DARTS (arXiv 1806.09055), section 2.3.
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import type { Module } from '../nn/index.js';
import { Adam } from './adam.js';
import { clip_grad_norm_ } from './clip_grad.js';
import { holdColumns } from './held_columns.js';

/** What an architect needs of a batch: images [N, C, H, W] and class indices [N]. */
export interface LabelledImages {
  images: Tensor;
  labels: Tensor;
}

/** A batch of each half of the training data; first order does not look at `train`. */
export interface SearchBatches {
  train: LabelledImages;
  valid: LabelledImages;
}

/** What an architect needs of a network: a module with architecture parameters beside its own. */
export type SearchModel = Module<[Tensor], Tensor> & { arch_parameters(): Tensor[] };

/** Loss of (logits, labels), a scalar. */
export type Criterion = Module<[Tensor, Tensor], Tensor>;

export interface ArchitectOptions {
  /** At full confidence. */
  lr: number;
  /** Default [0.5, 0.999]. */
  betas?: [number, number];
  /** Default 1e-3. */
  weight_decay?: number;
  /** Largest joint norm of the architecture's gradients (default: any). */
  grad_clip?: number;
  /** Columns of the alphas [edges, primitives], from 0, that no step changes (default none). */
  held?: readonly number[];
}

/** Moves the architecture parameters by Adam; subclasses differ in the gradient. */
export abstract class Architect {
  /** Of the architecture parameters; its state belongs into a checkpoint. */
  readonly optimizer: Adam;
  protected readonly lr: number;
  readonly #grad_clip: number | undefined;
  readonly #held: readonly number[];

  constructor(
    readonly model: SearchModel,
    readonly criterion: Criterion,
    { lr, betas = [0.5, 0.999], weight_decay = 1e-3, grad_clip, held = [] }: ArchitectOptions,
  ) {
    this.lr = lr;
    this.#grad_clip = grad_clip;
    this.#held = held;
    this.optimizer = new Adam(model.arch_parameters(), { lr, betas, weight_decay });
    for (const { shape } of this.#alphas()) {
      const columns = shape[1] as number;
      for (const column of held) {
        if (Number.isInteger(column) && column >= 0 && column < columns) continue;
        throw new RangeError(`Architect: held columns must be in 0..${columns - 1}, got ${column}`);
      }
    }
  }

  /**
   * Moves the architecture parameters once. Their gradients stay readable until the next step, as
   * Adam got them; the weights and their gradients stay as they are.
   *
   * @param confidence - of the learning rate, in (0, 1] (default 1)
   * @returns the loss on the `valid` batch by which they were moved, a scalar without graph
   */
  step(batches: SearchBatches, confidence = 1): Tensor {
    return torch.tidy(() => {
      const parameters = this.model.arch_parameters();
      this.optimizer.lr = this.rate(confidence);
      this.optimizer.zero_grad();
      const loss = this.backward(batches, confidence);
      holdColumns(this.#alphas(), this.#held, () => {
        if (this.#grad_clip !== undefined) clip_grad_norm_(parameters, this.#grad_clip);
        this.optimizer.step();
      });
      return loss.detach();
    });
  }

  /** The learning rate of a step. */
  protected rate(confidence: number): number {
    return this.lr * confidence;
  }

  /** Sets the gradients of the architecture parameters; returns the validation loss. */
  protected abstract backward(batches: SearchBatches, confidence: number): Tensor;

  /** Weights of edges, [edges], are no alphas. */
  #alphas(): Tensor[] {
    return this.model.arch_parameters().filter((parameter) => parameter.dim() === 2);
  }
}

/** First order: the weights are taken as they are (DARTS with xi = 0). */
export class FirstOrderArchitect extends Architect {
  protected override backward({ valid }: SearchBatches): Tensor {
    const loss = this.criterion.call(this.model.call(valid.images), valid.labels);
    // The original computes the weights' gradients too, and throws them away.
    loss.backward(undefined, { inputs: this.model.arch_parameters() });
    return loss;
  }
}
