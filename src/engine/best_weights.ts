// The weights of the best epoch so far, so that the last epoch need not be the one that counts.

import * as torch from 'torch-js';
import { type Figures, isBetter } from './accuracy.js';
import type { Model } from './weight_step.js';

/** For a checkpoint. */
export interface BestState {
  readonly epoch: number;
  readonly figures: Figures;
  /** As the model's `state_dict()`. */
  readonly state_dict: ReadonlyMap<string, torch.Tensor>;
}

/** Holds a copy of one epoch's parameters and buffers, on their device. */
export class BestWeights {
  #best: BestState | null = null;

  /**
   * Copies the model's weights if `figures` are better than those held: by top-1, then by top-5.
   *
   * @returns whether they are.
   */
  offer(model: Model, epoch: number, figures: Figures): boolean {
    if (this.#best && !isBetter(figures, this.#best.figures)) return false;
    this.load_state({ epoch, figures, state_dict: model.state_dict() });
    return true;
  }

  /** The live tensors themselves; null when no epoch was offered. */
  state(): BestState | null {
    return this.#best;
  }

  /** Holds a copy of `best`, on `device` (default: where it is). */
  load_state(best: BestState | null, device?: string): void {
    const copied = torch.tidy(() =>
      torch.no_grad(() =>
        Array.from(best?.state_dict ?? [], ([name, tensor]): [string, torch.Tensor] => [
          name,
          torch.keep(tensor.to({ device, copy: true })),
        ]),
      ),
    );
    this[Symbol.dispose]();
    this.#best = best && { ...best, state_dict: new Map(copied) };
  }

  /**
   * Puts the held weights into the model.
   *
   * @returns the epoch they are of.
   * @throws Error when none was ever offered.
   */
  restore(model: Model): number {
    if (this.#best === null) throw new Error('BestWeights: no epoch was offered');
    model.load_state_dict(this.#best.state_dict);
    return this.#best.epoch;
  }

  [Symbol.dispose](): void {
    if (this.#best) torch.dispose(this.#best.state_dict);
    this.#best = null;
  }
}
