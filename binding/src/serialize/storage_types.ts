// The names of torch's storage classes in pickles (torch/storage.py, _dtype_to_storage_type_map).
import type { DType } from '../dtype.js';

const STORAGES: readonly (readonly [string, DType])[] = [
  ['DoubleStorage', 'float64'],
  ['FloatStorage', 'float32'],
  ['HalfStorage', 'float16'],
  ['BFloat16Storage', 'bfloat16'],
  ['LongStorage', 'int64'],
  ['IntStorage', 'int32'],
  ['ShortStorage', 'int16'],
  ['CharStorage', 'int8'],
  ['ByteStorage', 'uint8'],
  ['BoolStorage', 'bool'],
  ['ComplexFloatStorage', 'complex64'],
  ['ComplexDoubleStorage', 'complex128'],
];

export const DTYPE_OF_STORAGE: ReadonlyMap<string, DType> = new Map(
  STORAGES.map(([name, dtype]) => [`torch.${name}`, dtype]),
);

/** The class for a dtype; what has none lies in an UntypedStorage. */
export const STORAGE_OF_DTYPE: ReadonlyMap<DType, string> = new Map(
  STORAGES.map(([name, dtype]) => [dtype, name]),
);

export const UNTYPED_STORAGE = 'torch.storage.UntypedStorage';
