// torch-js: LibTorch for Node.js. Every name is PyTorch's where PyTorch has one.
import './methods.js';

export * as autograd from './autograd.js';
export { enable_grad, is_grad_enabled, no_grad } from './autograd.js';
export {
  cuda,
  type Device,
  get_num_threads,
  set_num_threads,
  synchronize,
  version,
} from './device.js';
export {
  bfloat16,
  bool,
  complex64,
  complex128,
  type DType,
  float16,
  float32,
  float64,
  int8,
  int16,
  int32,
  int64,
  isDType,
  type TypedArray,
  uint8,
} from './dtype.js';
export { TorchError } from './errors.js';
export { type TensorData, type TensorOptions, tensor } from './factories.js';
export * from './generated/functions.js';
export type { ToOptions } from './methods.js';
export { default_generator, Generator, manual_seed } from './random.js';
export { dispose, keep, memory, tidy } from './scope.js';
export { type Element, type Nested, Tensor } from './tensor.js';
