// torch-js: LibTorch for Node.js. Every name is PyTorch's where PyTorch has one.
/** @module torch-js */
import './methods.js';
import './views.js';

export * as autograd from './autograd.js';
export type { Complex, Element, NestedData, TensorData } from './data.js';
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
  complex32,
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
  uint16,
  uint32,
  uint64,
} from './dtype.js';
export type { Nested } from './elements.js';
export { TorchError } from './errors.js';
export {
  type FromBufferOptions,
  frombuffer,
  type TensorOptions,
  tensor,
} from './factories.js';
export * as fft from './generated/fft.js';
export * from './generated/functions.js';
export * as linalg from './generated/linalg.js';
export type * as Options from './generated/options.js';
export * as special from './generated/special.js';
export { enable_grad, inference_mode, is_grad_enabled, no_grad } from './gradient_mode.js';
export type { Index, IndexArray, IndexPutOptions } from './indexing.js';
export * as kernels from './kernels.js';
export {
  channels_last,
  channels_last_3d,
  contiguous_format,
  type Layout,
  type MemoryFormat,
  preserve_format,
  sparse_bsc,
  sparse_bsr,
  sparse_coo,
  sparse_csc,
  sparse_csr,
  strided,
} from './layout.js';
export { leak_report, track_tensors } from './leaks.js';
export { type FInfo, finfo, type IInfo, iinfo } from './limits.js';
export type { ToOptions } from './methods.js';
export * as random from './random.js';
export {
  default_generator,
  Generator,
  get_rng_state,
  manual_seed,
  set_rng_state,
} from './random.js';
export type { Int, Scalar } from './scalar.js';
export { dispose, keep, type Memory, memory, reset_peak_memory, tidy } from './scope.js';
export { type WriteAt, type WriteOptions, writeAtomically } from './serialize/atomic_file.js';
export { FileFormatError } from './serialize/file_error.js';
export { type LoadOptions, load } from './serialize/load.js';
export * as pickle from './serialize/pickle.js';
export * as safetensors from './serialize/safetensors.js';
export { save } from './serialize/save.js';
export type { Loaded } from './serialize/values.js';
export { Slice } from './slice.js';
export { Tensor } from './tensor.js';
