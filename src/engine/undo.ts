// Taking back a step that went wrong.

import * as torch from 'torch-js';
import type { Adam, OptimizerStateDict, SGD } from '../optim/index.js';
import type { Model } from './weight_step.js';

/** What a step moves. */
export interface Learned {
  readonly model: Model & { arch_parameters?(): torch.Tensor[] };
  readonly optimizers: readonly (SGD | Adam)[];
}

/** A copy of all that a step moves, as it is now. */
export class Undo {
  readonly #learned: Learned;
  readonly #tensors: readonly torch.Tensor[];
  readonly #copies: readonly torch.Tensor[];
  readonly #states: readonly OptimizerStateDict[];

  constructor(learned: Learned) {
    const { model, optimizers } = learned;
    this.#learned = learned;
    this.#tensors = [...model.state_dict().values(), ...(model.arch_parameters?.() ?? [])];
    const copy = (tensor: torch.Tensor) => torch.no_grad(() => torch.keep(tensor.clone()));
    this.#copies = this.#tensors.map(copy);
    this.#states = optimizers.map((optimizer) => {
      const { state, param_groups } = optimizer.state_dict();
      const copied = Array.from(state, ([number, own]) => {
        const entries = Object.entries(own).map(([name, value]) => [
          name,
          typeof value === 'number' ? value : copy(value),
        ]);
        return [number, Object.fromEntries(entries)] as const;
      });
      return { state: new Map(copied), param_groups };
    });
  }

  /** Puts everything back. */
  run(): void {
    torch.no_grad(() => {
      this.#tensors.forEach((tensor, i) => {
        tensor.copy_(this.#copies[i] as torch.Tensor);
      });
    });
    this.#learned.optimizers.forEach((optimizer, i) => {
      optimizer.load_state_dict(this.#states[i] as OptimizerStateDict);
    });
  }

  [Symbol.dispose](): void {
    torch.dispose(this.#copies);
    for (const { state } of this.#states) torch.dispose(state);
  }
}
