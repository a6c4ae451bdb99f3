// Tensor: a handle to a LibTorch tensor; what it is, its gradient, its life. The operators come as
// methods from methods.ts.
import { addon } from './addon.js';
import type { Element } from './data.js';
import { type Device, deviceName } from './device.js';
import { bytesOf, type DType, dtypeOf, isFloating, type TypedArray } from './dtype.js';
import { item, type Nested, tolist, toTypedArray, typedArrayView } from './elements.js';
import { rangeError, show, TorchError, torchError, typeError } from './errors.js';
import { LAYOUTS, type Layout } from './layout.js';
import { integerWidth, numbers, readInteger, refresh } from './mailbox.js';
import { ScopedHandle } from './scope.js';

/** Where the addon's description of a tensor has what (native/tensors.h); strides follow the sizes. */
const At = {
  dtype: 0,
  deviceType: 1,
  deviceIndex: 2,
  requiresGrad: 3,
  isLeaf: 4,
  layout: 5,
  dim: 6,
  sizes: 7,
} as const;

export class Tensor extends ScopedHandle {
  /**
   * Takes over the tensor that `source` holds, which becomes disposed; so subclasses are made.
   * A number is a handle out of the addon.
   */
  constructor(source: Tensor | number) {
    super(typeof source === 'number' ? source : source._takeHandle());
  }

  /** @internal The handle, or an error that says it is disposed. */
  _liveHandle(): number {
    if (this._handle > 0) return this._handle;
    // An object that no constructor made: Object.create(Tensor.prototype), a class that skipped super().
    if (this._handle === undefined)
      throw typeError('expected a tensor, but got an object without one');
    throw new TorchError('a tensor was used after it was disposed', {
      code: 'ERR_TORCH_DISPOSED',
      kind: 'RuntimeError',
      operator: '',
      shapes: [],
    });
  }

  private _takeHandle(): number {
    this._liveHandle();
    return this._release();
  }

  /** The size of each dimension; [] for a scalar. A fresh array. */
  get shape(): number[] {
    this.describe();
    return this.readIntegers(At.sizes);
  }

  get dtype(): DType {
    return dtypeOf(this.described(At.dtype));
  }

  get device(): Device {
    return deviceName(this.described(At.deviceType), numbers[At.deviceIndex] as number);
  }

  get layout(): Layout {
    return layoutName(this.described(At.layout));
  }

  /** How many dimensions it has. */
  get ndim(): number {
    return this.described(At.dim);
  }

  /** Bytes of one element. */
  get itemsize(): number {
    return bytesOf(this.dtype);
  }

  /** Bytes of all elements, however many of them share memory. */
  get nbytes(): number {
    return this.numel() * this.itemsize;
  }

  /** Whether autograd records what is done with it. Can be set on leaves of floating or complex types. */
  get requires_grad(): boolean {
    return this.described(At.requiresGrad) !== 0;
  }

  set requires_grad(value: boolean) {
    if (typeof value !== 'boolean') {
      throw typeError(`requires_grad: must be true or false, but got ${show(value)}`);
    }
    this.requires_grad_(value);
  }

  /** Whether it was made by the user, and not by an operator that autograd recorded. */
  get is_leaf(): boolean {
    return this.described(At.isLeaf) !== 0;
  }

  /** The name of the step that autograd recorded for it ('MulBackward0'), or null for a leaf. */
  get grad_fn(): string | null {
    try {
      return addon.gradNode(this._liveHandle());
    } catch (error) {
      throw torchError(error, 'grad_fn', [this.shape]);
    }
  }

  /** The gradient accumulated by `backward`, or null. Each read gives a new handle to it. */
  get grad(): Tensor | null {
    const handle = addon.gradOf(this._liveHandle());
    return handle === 0 ? null : new Tensor(handle);
  }

  set grad(value: Tensor | null) {
    if (value !== null && !(value instanceof Tensor)) {
      throw typeError(`grad must be a tensor or null, but got ${show(value)}`);
    }
    try {
      addon.setGrad(this._liveHandle(), value === null ? 0 : value._liveHandle());
    } catch (error) {
      throw torchError(error, 'grad');
    }
  }

  /** How many dimensions it has. */
  dim(): number {
    return this.ndim;
  }

  /** The shape, or the size of one dimension; negative `dim` counts from the end. */
  size(): number[];
  size(dim: number): number;
  size(dim?: number): number[] | number {
    return dim === undefined ? this.shape : pick(this.shape, dim, 'size');
  }

  /** Elements to step over for the next index of each dimension. */
  stride(): number[];
  stride(dim: number): number;
  stride(dim?: number): number[] | number {
    const strides = this.strides();
    return dim === undefined ? strides : pick(strides, dim, 'stride');
  }

  /** How many elements it has. */
  numel(): number {
    return this.shape.reduce((product, size) => product * size, 1);
  }

  /** Bytes of one element. */
  element_size(): number {
    return this.itemsize;
  }

  is_floating_point(): boolean {
    return isFloating(this.dtype);
  }

  /**
   * The only element of a one-element tensor: bigint for int64 and uint64, boolean for bool, {re, im} for
   * complex numbers, number otherwise. Waits for the device to be done.
   * @throws RangeError where there are more or none.
   */
  item(): Element {
    return item(this);
  }

  /** The elements in nested arrays, each as `item` gives it; a plain element for a scalar. */
  tolist(): Nested {
    return tolist(this);
  }

  /**
   * A copy of the elements in row-major order: Float32Array for float32, float16 and bfloat16 (exactly),
   * BigInt64Array for int64, Uint8Array (0 and 1) for bool, real and imaginary parts in turn for complex
   * numbers. Given back to `tensor` with this dtype and shape, it makes the same tensor again. Waits for
   * the device to be done.
   */
  toTypedArray(): TypedArray {
    return toTypedArray(this);
  }

  /**
   * The elements themselves, not copied: what is written into the array is in the tensor, and back. It
   * outlives the tensor; one that is resized moves away from it. Its ArrayBuffer cannot be sent to other
   * threads. Into a bool's, write 0 and 1 alone.
   * @throws TypeError for half precision and for what requires a gradient, TorchError where the elements
   * are not contiguous or not on the CPU.
   */
  typedArrayView(): TypedArray {
    return typedArrayView(this);
  }

  /** Its parts along the first dimension, as `unbind` gives them. */
  [Symbol.iterator](): IterableIterator<Tensor> {
    if (this.ndim === 0) throw typeError('a tensor without dimensions cannot be iterated over');
    return this.unbind(0)[Symbol.iterator]();
  }

  /** Has the addon describe it in the mailbox, where it stays until the next call. */
  private describe(): void {
    if (addon.describe(this._liveHandle())) refresh();
  }

  private described(at: number): number {
    this.describe();
    return numbers[at] as number;
  }

  private strides(): number[] {
    this.describe();
    if (numbers[At.layout] !== LAYOUTS.strided) return [];
    let at = At.sizes as number;
    for (let i = 0; i < (numbers[At.dim] as number); i++) at += integerWidth(at);
    return this.readIntegers(at);
  }

  /** As many of the described integers as it has dimensions. */
  private readIntegers(at: number): number[] {
    const values: number[] = [];
    for (let i = 0; i < (numbers[At.dim] as number); i++) {
      values.push(Number(readInteger(at)));
      at += integerWidth(at);
    }
    return values;
  }
}

function layoutName(code: number): Layout {
  for (const [name, known] of Object.entries(LAYOUTS)) {
    if (known === code) return name as Layout;
  }
  throw rangeError(`LibTorch's layout ${code} has no name here`);
}

function pick(values: readonly number[], dim: number, name: string): number {
  const rank = values.length;
  if (!Number.isInteger(dim) || dim < -rank || dim >= rank) {
    throw rangeError(`${name}: dim must be in [-${rank}, ${rank}), got ${show(dim)}`);
  }
  return values.at(dim) as number;
}
