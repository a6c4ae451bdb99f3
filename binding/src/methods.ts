// Gives Tensor its operators: the generated methods, and those that PyTorch writes by hand too.
import { type BackwardOptions, backward } from './autograd.js';
import type { TensorData } from './data.js';
import { type Device, parseDevice, requireDevice } from './device.js';
import { type DType, isDType } from './dtype.js';
import { show, typeError } from './errors.js';
import { factoryMethods, methods, type TensorMethods } from './generated/methods.js';
import { type Index, type IndexPutOptions, index, indexPut } from './indexing.js';
import type { MemoryFormat } from './layout.js';
import { factoryFunction, operator, operatorMethod } from './operators.js';
import { tensorText } from './printing.js';
import { Tensor } from './tensor.js';

export interface ToOptions {
  device?: Device | null;
  dtype?: DType | null;
  /** Copy even where nothing would change. Default false. */
  copy?: boolean;
  /** Do not wait for the copy to an accelerator to be done. Default false. */
  non_blocking?: boolean;
  /** The order of the result's dimensions in memory. Default 'preserve_format'. */
  memory_format?: MemoryFormat | null;
}

/** The methods that PyTorch, too, writes by hand. */
interface HandWrittenMethods extends Record<keyof typeof CONVERSIONS, () => Tensor> {
  /**
   * The same values on another device or with another dtype, or with both of another tensor; where nothing
   * changes, a second handle to the same tensor.
   */
  to(target: Device | DType | Tensor | ToOptions, options?: ToOptions): Tensor;
  cpu(): Tensor;
  /** On the NVIDIA GPU of that index. Default: the current one. */
  cuda(index?: number): Tensor;
  /**
   * What Python writes as `x[…]`: `x.index(0, '1:3', '...', null, mask)`. Where all indices are numbers,
   * slices, '...' and null the result is a view of this tensor, otherwise a copy; the dimensions of
   * several integer tensors with a slice between them come first, as in PyTorch.
   * @throws TorchError of kind IndexError for what is out of bounds, TypeError for other kinds of index.
   */
  index(...indices: Index[]): Tensor;
  /**
   * What Python writes as `x[…] = values`: `x.index_put_([0, '1:3'], 5)`. One index may stand alone; of an
   * array, each item is an index. The values are broadcast. Numbers must fit the dtype; a tensor written
   * at index tensors must have it.
   */
  index_put_(
    indices: Index | readonly Index[],
    values: Tensor | TensorData,
    options?: IndexPutOptions | boolean,
  ): this;
  /** Adds the gradients of this tensor to the leaves it depends on; see `autograd.backward`. */
  backward(gradient?: Tensor | null, options?: BackwardOptions): void;
  /** The elements, dtype, device and last step of autograd, as PyTorch prints them. */
  toString(): string;
}

/** Methods that convert to the type they are named for. */
const CONVERSIONS = {
  bool: 'bool',
  byte: 'uint8',
  char: 'int8',
  short: 'int16',
  int: 'int32',
  long: 'int64',
  half: 'float16',
  bfloat16: 'bfloat16',
  float: 'float32',
  double: 'float64',
  cfloat: 'complex64',
  cdouble: 'complex128',
} as const;

declare module './tensor.js' {
  interface Tensor extends TensorMethods, HandWrittenMethods {}
}

const toOptions = operator('to');

function toTarget(target: unknown): ToOptions {
  if (isDType(target)) return { dtype: target };
  if (typeof target === 'string' && parseDevice(target)) return { device: target };
  if (target instanceof Tensor) return { device: target.device, dtype: target.dtype };
  if (typeof target === 'object' && target !== null) {
    const { device } = target as ToOptions;
    if (typeof device === 'string') requireDevice(device);
    return target;
  }
  throw typeError(
    `to: target must be a device like 'cuda:0', a dtype like 'float32', a tensor, or options, but got ${show(target)}`,
  );
}

const handWritten: Omit<HandWrittenMethods, keyof typeof CONVERSIONS> & ThisType<Tensor> = {
  to(target, options) {
    return toOptions.call([this, { ...toTarget(target), ...options }]) as Tensor;
  },
  cpu() {
    return this.to('cpu');
  },
  cuda(index) {
    return this.to(index === undefined ? 'cuda' : `cuda:${index}`);
  },
  index(...indices) {
    return index(this, indices);
  },
  index_put_(indices, values, options) {
    indexPut(this, indices, values, options);
    return this;
  },
  backward(gradient, options) {
    backward(this, gradient, options);
  },
  toString() {
    return tensorText(this);
  },
};

function install(name: string | symbol, method: unknown): void {
  Object.defineProperty(Tensor.prototype, name, {
    value: method,
    writable: true,
    configurable: true,
    enumerable: false,
  });
}

function factoryMethod(name: string) {
  const make = factoryFunction(name);
  return function (this: Tensor, ...given: unknown[]) {
    return make(this, ...given);
  };
}

for (const [name, self] of Object.entries(methods)) install(name, operatorMethod(name, self));
for (const name of factoryMethods) install(name, factoryMethod(name));
for (const [name, method] of Object.entries(handWritten)) install(name, method);
for (const [name, dtype] of Object.entries(CONVERSIONS)) {
  install(name, function (this: Tensor) {
    return this.to(dtype);
  });
}
install(Symbol.for('nodejs.util.inspect.custom'), handWritten.toString);
