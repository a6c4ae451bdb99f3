// Gives Tensor its operators: the generated methods, and those that PyTorch writes by hand too.
import { type BackwardOptions, backward } from './autograd.js';
import { type Device, parseDevice, requireDevice } from './device.js';
import { type DType, isDType } from './dtype.js';
import { show } from './errors.js';
import { factoryMethods, methods, type TensorMethods } from './generated/methods.js';
import { factoryFunction, operator, operatorMethod } from './operators.js';
import { Tensor } from './tensor.js';

export interface ToOptions {
  device?: Device | null;
  dtype?: DType | null;
  /** Copy even where nothing would change. Default false. */
  copy?: boolean;
  /** Do not wait for the copy to an accelerator to be done. Default false. */
  non_blocking?: boolean;
}

/** The methods that PyTorch, too, writes by hand. */
interface HandWrittenMethods {
  /**
   * The same values on another device or with another dtype; where nothing changes, a second handle to
   * the same tensor.
   */
  to(target: Device | DType | ToOptions, options?: ToOptions): Tensor;
  cpu(): Tensor;
  /** On the NVIDIA GPU of that index. Default: the current one. */
  cuda(index?: number): Tensor;
  half(): Tensor;
  float(): Tensor;
  double(): Tensor;
  int(): Tensor;
  long(): Tensor;
  bool(): Tensor;
  /** Adds the gradients of this tensor to the leaves it depends on; see `autograd.backward`. */
  backward(gradient?: Tensor | null, options?: BackwardOptions): void;
}

declare module './tensor.js' {
  interface Tensor extends TensorMethods, HandWrittenMethods {}
}

const toOptions = operator('to');

function toTarget(target: unknown): ToOptions {
  if (isDType(target)) return { dtype: target };
  if (typeof target === 'string' && parseDevice(target)) return { device: target };
  if (typeof target === 'object' && target !== null) {
    const { device } = target as ToOptions;
    if (typeof device === 'string') requireDevice(device);
    return target;
  }
  throw new TypeError(
    `to: target must be a device like 'cuda:0', a dtype like 'float32', or options, but got ${show(target)}`,
  );
}

const handWritten: HandWrittenMethods & ThisType<Tensor> = {
  to(target, options) {
    return toOptions.call([this, { ...toTarget(target), ...options }]) as Tensor;
  },
  cpu() {
    return this.to('cpu');
  },
  cuda(index) {
    return this.to(index === undefined ? 'cuda' : `cuda:${index}`);
  },
  half() {
    return this.to('float16');
  },
  float() {
    return this.to('float32');
  },
  double() {
    return this.to('float64');
  },
  int() {
    return this.to('int32');
  },
  long() {
    return this.to('int64');
  },
  bool() {
    return this.to('bool');
  },
  backward(gradient, options) {
    backward(this, gradient, options);
  },
};

function install(name: string, method: unknown): void {
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
