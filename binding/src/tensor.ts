// Tensor: a handle to a LibTorch tensor. What it is, its data in and out, its gradient, its life. The
// operators come as methods from methods.ts.
import { addon } from './addon.js';
import { type Device, deviceName } from './device.js';
import { arrayFor, type DType, dtypeOf, type TypedArray } from './dtype.js';
import { TorchError, torchError } from './errors.js';
import { formatTensor } from './format.js';
import { integerWidth, numbers, readInteger, refresh } from './mailbox.js';
import { ScopedHandle } from './scope.js';

/** What a tensor's elements come out as: bigint for int64, boolean for bool, number otherwise. */
export type Element = number | bigint | boolean;

/** Elements in nested arrays, one level a dimension; a scalar is a plain element. */
export type Nested = Element | Nested[];

interface Description {
  dtype: DType;
  device: Device;
  requiresGrad: boolean;
  isLeaf: boolean;
  shape: number[];
  strides: number[];
}

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
    if (this._handle === 0) {
      throw new TorchError('a tensor was used after it was disposed', {
        code: 'ERR_TORCH_DISPOSED',
        kind: 'RuntimeError',
        operator: '',
        shapes: [],
      });
    }
    return this._handle;
  }

  private _takeHandle(): number {
    this._liveHandle();
    return this._release();
  }

  /** The size of each dimension; [] for a scalar. A fresh array. */
  get shape(): number[] {
    return this.describe().shape;
  }

  get dtype(): DType {
    return this.describe().dtype;
  }

  get device(): Device {
    return this.describe().device;
  }

  get requires_grad(): boolean {
    return this.describe().requiresGrad;
  }

  /** Whether it was made by the user, and not by an operator that autograd recorded. */
  get is_leaf(): boolean {
    return this.describe().isLeaf;
  }

  /** The gradient accumulated by `backward`, or null. Each read gives a new handle to it. */
  get grad(): Tensor | null {
    const handle = addon.gradOf(this._liveHandle());
    return handle === 0 ? null : new Tensor(handle);
  }

  set grad(value: Tensor | null) {
    try {
      addon.setGrad(this._liveHandle(), value === null ? 0 : value._liveHandle());
    } catch (error) {
      throw torchError(error, 'grad');
    }
  }

  /** How many dimensions it has. */
  dim(): number {
    return this.describe().shape.length;
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
    const { strides } = this.describe();
    return dim === undefined ? strides : pick(strides, dim, 'stride');
  }

  /** How many elements it has. */
  numel(): number {
    return this.describe().shape.reduce((product, size) => product * size, 1);
  }

  is_floating_point(): boolean {
    return /^b?float/.test(this.dtype);
  }

  /**
   * The only element of a one-element tensor: bigint for int64, boolean for bool, number otherwise.
   * Waits for the device to be done.
   * @throws RangeError where there are more or none.
   */
  item(): Element {
    const { shape } = this.describe();
    if (shape.some((size) => size !== 1)) {
      throw new RangeError(`item: only one-element tensors have one, but the shape is [${shape}]`);
    }
    return this.elements()[0] as Element;
  }

  /** The elements in nested arrays; a plain element for a scalar. int64 comes as bigint, bool as boolean. */
  tolist(): Nested {
    const elements = this.elements();
    let at = 0;
    const build = (shape: readonly number[]): Nested => {
      const [size, ...inner] = shape;
      if (size === undefined) return elements[at++] as Element;
      return Array.from({ length: size }, () => build(inner));
    };
    return build(this.shape);
  }

  /**
   * A copy of the elements in row-major order: Float32Array for float32, float16 and bfloat16 (exactly),
   * BigInt64Array for int64, Uint8Array (0 and 1) for bool, real and imaginary parts in turn for complex
   * numbers. Waits for the device to be done.
   */
  toTypedArray(): TypedArray {
    const ArrayOf = arrayFor(this.dtype);
    return new ArrayOf(addon.toBuffer(this._handle));
  }

  /** A short text with the elements, dtype and device, as PyTorch prints tensors. */
  override toString(): string {
    if (this.disposed) return 'tensor(disposed)';
    const { shape, dtype, device } = this.describe();
    return formatTensor(shape, dtype, device, this.elements());
  }

  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return this.toString();
  }

  private elements(): ArrayLike<Element> {
    const { dtype } = this.describe();
    if (dtype.startsWith('complex')) throw new TypeError(`elements of ${dtype} have no plain form`);
    const array = this.toTypedArray();
    return dtype === 'bool' ? Array.from(array, Boolean) : array;
  }

  private describe(): Description {
    if (addon.describe(this._liveHandle())) refresh();
    const [dtype, type, index, requiresGrad, isLeaf, layout, dim] = numbers as unknown as number[];
    let at = 7;
    const next = () => {
      const value = Number(readInteger(at));
      at += integerWidth(at);
      return value;
    };
    const shape = Array.from({ length: dim as number }, next);
    const strides = layout === 0 ? Array.from({ length: dim as number }, next) : [];
    return {
      dtype: dtypeOf(dtype as number),
      device: deviceName(type as number, index as number),
      requiresGrad: requiresGrad !== 0,
      isLeaf: isLeaf !== 0,
      shape,
      strides,
    };
  }
}

function pick(values: readonly number[], dim: number, name: string): number {
  const value = values.at(dim);
  if (value === undefined || dim < -values.length) {
    throw new RangeError(
      `${name}: dim must be in [-${values.length}, ${values.length}), got ${dim}`,
    );
  }
  return value;
}
