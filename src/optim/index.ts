// The face of optim.
export * from './adam.js';
export * from './architect.js';
export * from './clip_grad.js';
export * from './confidence.js';
export * from './lr_scheduler.js';
export {
  type NewGroup,
  Optimizer,
  type OptimizerStateDict,
  type ParamGroup,
  type ParamsOrGroups,
  type SavedOptimizer,
} from './optimizer.js';
export * from './second_order_architect.js';
export * from './sgd.js';
