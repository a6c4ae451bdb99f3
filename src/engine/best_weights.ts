// The weights of the best epoch so far, so that the last epoch need not be the one that counts.

import * as torch from 'torch-js';
import type { Figures } from './accuracy.js';
import type { Model } from './weight_step.js';

/** Holds a copy of one epoch's parameters and buffers, on their device. */
export class BestWeights {
  #best: { epoch: number; figures: Figures; state: Map<string, torch.Tensor> } | undefined;

  /** Copies the model's weights if `figures` are better than those held: by top-1, then by top-5. */
  offer(model: Model, epoch: number, figures: Figures): void {
    const held = this.#best?.figures;
    const better =
      held === undefined ||
      figures.top1 > held.top1 ||
      (figures.top1 === held.top1 && figures.top5 > held.top5);
    if (!better) return;
    this[Symbol.dispose]();
    const state = torch.no_grad(
      () => new Map([...model.state_dict()].map(([name, t]) => [name, torch.keep(t.clone())])),
    );
    this.#best = { epoch, figures, state };
  }

  /**
   * Puts the held weights into the model.
   *
   * @returns the epoch they are of.
   * @throws Error when none was ever offered.
   */
  restore(model: Model): number {
    if (this.#best === undefined) throw new Error('BestWeights: no epoch was offered');
    model.load_state_dict(this.#best.state);
    return this.#best.epoch;
  }

  [Symbol.dispose](): void {
    if (this.#best) torch.dispose(this.#best.state);
    this.#best = undefined;
  }
}
