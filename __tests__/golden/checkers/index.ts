// Every checker. A file that none of them knows is not covered.
import type { Checker } from '../checker.js';
import { augmentCifar, augmentImagenet, augmentMnist } from './augment.js';
import { forwardBackward } from './forward_backward.js';
import { functional } from './functional.js';
import { genotype } from './genotype.js';
import { init } from './init.js';
import { initFullsize } from './init_fullsize.js';
import { loaderOrder } from './loader_order.js';
import { modules } from './modules.js';
import { optim } from './optim.js';
import { optimSchedules } from './optim_schedules.js';
import { searchTrajectory } from './search_trajectory.js';
import { trainTrajectory } from './train_trajectory.js';

export const CHECKERS: readonly Checker[] = [
  functional,
  modules,
  init,
  initFullsize,
  forwardBackward,
  searchTrajectory,
  trainTrajectory,
  optim,
  optimSchedules,
  genotype,
  loaderOrder,
  augmentCifar,
  augmentImagenet,
  augmentMnist,
];
