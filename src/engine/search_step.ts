// One step of the B-DARTS search (BNAS-v2, arXiv 2009.08886): first the architecture, then the weights,
// as the loop of the original's train_search_b_confidence.py.

import type * as torch from 'torch-js';
import type { Architect, LabelledImages } from '../optim/index.js';
import { type WeightStepOptions, type WeightStepResult, weightStep } from './weight_step.js';

export interface SearchStepOptions extends WeightStepOptions {
  /** Null while the architecture is not trained yet. */
  architect: Architect | null;
  /** A batch of the images that train the architecture. */
  valid: LabelledImages;
  /** Factor of the architecture's learning rate, default 1. */
  confidence?: number;
  /** Called between the two, to take the time. */
  lap?(part: 'architecture'): void;
}

export interface SearchStepResult extends WeightStepResult {
  /** Loss on `valid` before the step, a scalar; null without an architect. */
  arch_loss: torch.Tensor | null;
}

/** Trains the architecture on `valid`, then the weights on `train`. */
export function searchStep(options: SearchStepOptions): SearchStepResult {
  const { architect, train, valid, confidence, lap } = options;
  const arch_loss = architect ? architect.step({ train, valid }, confidence) : null;
  lap?.('architecture');
  return { ...weightStep(options), arch_loss };
}
