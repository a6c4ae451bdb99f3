// Who wants to be told of a run as it goes, beside what the run itself writes down and shows.

import type { Figures } from './accuracy.js';
import type { FoundNetwork, Supernet } from './networks.js';

export type PassName = 'search' | 'train' | 'valid' | 'test';

/** What it is told of; nothing of it changes the run. */
export interface RunObserver {
  /** The run folder and the network are there; `images`: how many each pass has. */
  begin?(model: Supernet | FoundNetwork, images: Readonly<Partial<Record<PassName, number>>>): void;
  /** An epoch (from 0) begins, at this learning rate of the weights. */
  epoch?(epoch: number, lr: number): void;
  /** Step 0, `report_freq`, twice that … of a pass is done; the figures are of all its images so far. */
  step?(pass: PassName, step: number, figures: Figures): void;
  /** A pass is over, with these figures. */
  pass?(pass: PassName, figures: Figures): void;
}
