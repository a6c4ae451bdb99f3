// What the architect does inside a step, which golden files tell of: its losses, and the second-order product.
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { CrossEntropyLoss, Module } from '../../src/nn/index.js';
import { SecondOrderArchitect } from '../../src/optim/index.js';
import { type Measure, relative, summaryOf, within } from './measures.js';
import type { SearchStepFigures, SearchTolerances } from './trajectory_figures.js';

/** Cross entropy that remembers its values. */
export class RecordingLoss extends Module<[Tensor, Tensor]> {
  losses: number[] = [];
  readonly #criterion = new CrossEntropyLoss();

  override forward(logits: Tensor, target: Tensor): Tensor {
    const loss = this.#criterion.call(logits, target);
    this.losses.push(Number(loss.item()));
    return loss;
  }
}

/** Remembers the finite difference of its last step. */
export class ObservedArchitect extends SecondOrderArchitect {
  #norm = NaN;
  #implicit: { sums: number[]; elements: number }[] = [];

  protected override finiteDifference(
    ...[vector, train]: Parameters<SecondOrderArchitect['finiteDifference']>
  ): Tensor[] {
    const difference = super.finiteDifference(vector, train);
    torch.tidy(() => {
      this.#norm = Number(
        torch
          .cat(vector.map((part) => part.flatten()))
          .norm()
          .item(),
      );
      this.#implicit = difference.map((part) => {
        const { sum, abs } = summaryOf(part);
        return { sums: [sum, abs], elements: part.numel() };
      });
    });
    return difference;
  }

  measures({ hvp }: SearchStepFigures, tolerances: SearchTolerances): Measure[] {
    if (hvp === undefined) return [];
    const { archGradients, gradNorm } = tolerances;
    return [
      relative('norm of the validation gradient', this.#norm, hvp.vector_norm, gradNorm),
      ...hvp.implicit_gradient.map((expected, i) => {
        const { sums, elements } = this.#implicit[i] ?? { sums: [], elements: 0 };
        return within(`sums of difference ${i}`, sums, expected, archGradients * elements);
      }),
    ];
  }
}
