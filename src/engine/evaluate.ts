// Loss and accuracy of a network on images it does not learn from.

import * as torch from 'torch-js';
import type { Figures } from './accuracy.js';
import { type PassContext, type PassOptions, runPass } from './pass.js';
import type { Criterion, Model } from './weight_step.js';

/** Runs `model` in evaluation mode, without gradients, and puts it back in training mode. */
export async function evaluate(
  model: Model,
  criterion: Criterion,
  options: Omit<PassOptions, 'step' | 'report'>,
  context: PassContext,
): Promise<Figures> {
  model.eval();
  try {
    const step: PassOptions['step'] = ({ images, labels }, watch) => {
      const outcome = torch.no_grad(() => {
        const logits = logitsOf(model, images);
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

/** @param images `[N, C, H, W]`, or `[N, crops, C, H, W]`: the logits of an image's crops are averaged. */
function logitsOf(model: Model, images: torch.Tensor): torch.Tensor {
  if (images.dim() === 4) return model.call(images);
  const [count, crops] = images.shape as [number, number];
  return model.call(images.flatten(0, 1)).unflatten(0, [count, crops]).mean(1);
}
