// The face of nn: modules by name, functions as `functional`, initialisation as `init`.
export * from './activation.js';
export * from './batch_norm.js';
export * from './containers.js';
export * from './conv.js';
export * as functional from './functional.js';
export * from './functional_call.js';
export * from './identity.js';
export * as init from './init.js';
export { Linear, type LinearOptions } from './linear.js';
export * from './loss.js';
export * from './module.js';
export { Buffer, Parameter, type Placement } from './parameter.js';
export * from './pooling.js';
export type { IncompatibleKeys, StateDict } from './state_dict.js';
export { loadWeights, saveWeights } from './weights.js';
