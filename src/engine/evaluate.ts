// Loss and accuracy of a network on images it does not learn from.

import * as torch from 'torch-js';
import type { Figures } from './accuracy.js';
import { type PassOptions, type RunContext, runPass } from './pass.js';
import type { Criterion, Model } from './weight_step.js';

/** Runs `model` in evaluation mode, without gradients, and puts it back in training mode. */
export async function evaluate(
  model: Model,
  criterion: Criterion,
  options: Omit<PassOptions, 'step' | 'report'>,
  context: RunContext,
): Promise<Figures> {
  model.eval();
  try {
    const step: PassOptions['step'] = ({ images, labels }, watch) => {
      const outcome = torch.no_grad(() => {
        const logits = model.call(images);
        return { logits, loss: criterion.call(logits, labels) };
      });
      watch.lap('evaluation');
      return outcome;
    };
    return await runPass({ ...options, step }, context);
  } finally {
    model.train();
  }
}
