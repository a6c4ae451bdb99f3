// Tensors from JavaScript data.
import { addon } from './addon.js';
import { flatten, type TensorData } from './data.js';
import { type Device, requireDevice } from './device.js';
import { bytesOf, type DType, dtypeCode, isDType } from './dtype.js';
import { rangeError, show, torchError, typeError } from './errors.js';
import { requireOptions } from './options.js';
import { tidy } from './scope.js';
import { Tensor } from './tensor.js';

export interface TensorOptions {
  /** Default: the array's own type; for numbers float32, for bigints int64, for booleans bool. */
  dtype?: DType | null;
  /** Default 'cpu'. */
  device?: Device | null;
  /** Whether autograd records what is done with it. Default false. */
  requires_grad?: boolean;
  /** The shape of flat data. Default: the arrays' nesting. */
  shape?: readonly number[];
}

/**
 * A tensor with a copy of `data` (torch.tensor). Floating types round to the nearest value; an integer
 * type refuses what does not fit it. A TypedArray for a complex type has real and imaginary parts in
 * turn, as `toTypedArray` gives them.
 * @throws TypeError for data of other kinds or mixed with bigints, RangeError where nested arrays differ
 * in length, `shape` does not fit, or a value does not fit `dtype`.
 */
export function tensor(data: TensorData, options: TensorOptions = {}): Tensor {
  requireOptions('tensor', options, ['dtype', 'device', 'requires_grad', 'shape']);
  return fromData('tensor', data, options);
}

/** @internal `tensor`, asked for by `caller`. */
export function fromData(caller: string, data: TensorData, options: TensorOptions): Tensor {
  const { device, requires_grad = false } = options;
  const dtype = optionalDType(caller, options.dtype);
  if (device) requireDevice(device);
  const flat = flatten(caller, data, dtype);
  const { shape = flat.shape } = options;
  requireShape(caller, shape, flat.shape);
  return tidy(() => {
    let result = make(caller, () => addon.fromBuffer(flat.array, dtypeCode(flat.dtype), shape));
    if (dtype !== undefined && dtype !== flat.dtype) result = result.to(dtype);
    if (device && device !== 'cpu') result = result.to(device);
    return requires_grad ? result.requires_grad_(true) : result;
  });
}

export interface FromBufferOptions {
  /** What the bytes are. */
  dtype: DType;
  /** How many elements. Default: all that the buffer has after `offset`. */
  count?: number;
  /** Where the first element is, in bytes; a multiple of an element's size. Default 0. */
  offset?: number;
  /** Default false. */
  requires_grad?: boolean;
}

/**
 * A tensor of one dimension that lies in `buffer` itself (torch.frombuffer): what one of them writes, the
 * other shows, in every thread that holds the buffer. Keeps the buffer alive. An ArrayBuffer, which
 * could be transferred away under the tensor, is refused: `tensor` copies one.
 * @throws TypeError for other buffers and growable ones, RangeError where `offset` and `count` do not fit.
 */
export function frombuffer(buffer: SharedArrayBuffer, options: FromBufferOptions): Tensor {
  requireOptions('frombuffer', options, ['dtype', 'count', 'offset', 'requires_grad']);
  const dtype = optionalDType('frombuffer', options.dtype);
  if (dtype === undefined) throw typeError('frombuffer: dtype is missing');
  const bytes = bytesOf(dtype);
  const size = requireShared(buffer);
  const {
    offset = 0,
    count = Math.floor((size - offset) / bytes),
    requires_grad = false,
  } = options;
  if (!isSize(offset) || offset % bytes !== 0 || offset > size) {
    throw rangeError(
      `frombuffer: offset must be a multiple of ${bytes} within the ${size} bytes of buffer, but got ${show(offset)}`,
    );
  }
  if (!isSize(count) || offset + count * bytes > size) {
    throw rangeError(
      `frombuffer: count must be at most ${Math.floor((size - offset) / bytes)}, the elements in buffer, but got ${show(count)}`,
    );
  }
  const view = new Uint8Array(buffer, offset, count * bytes);
  return tidy(() => {
    const made = make('frombuffer', () => addon.fromShared(view, dtypeCode(dtype), [count]));
    return requires_grad ? made.requires_grad_(true) : made;
  });
}

function make(caller: string, native: () => number): Tensor {
  try {
    return new Tensor(native());
  } catch (error) {
    throw torchError(error, caller);
  }
}

function optionalDType(caller: string, dtype: unknown): DType | undefined {
  if (dtype === undefined || dtype === null) return undefined;
  if (isDType(dtype)) return dtype;
  throw typeError(`${caller}: dtype must be a name like 'float32', but got ${show(dtype)}`);
}

function requireShape(caller: string, shape: unknown, natural: readonly number[]): void {
  const product = (sizes: readonly number[]) => sizes.reduce((total, size) => total * size, 1);
  const count = product(natural);
  if (!Array.isArray(shape) || !shape.every(isSize) || product(shape) !== count) {
    throw rangeError(
      `${caller}: shape must fit the ${count} elements of data, but got ${show(shape)}`,
    );
  }
}

function isSize(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

function requireShared(buffer: unknown): number {
  if (Object.prototype.toString.call(buffer) !== '[object SharedArrayBuffer]') {
    throw typeError(`frombuffer: buffer must be a SharedArrayBuffer, but got ${show(buffer)}`);
  }
  const { byteLength, growable } = buffer as SharedArrayBuffer & { growable?: boolean };
  if (growable) throw typeError('frombuffer: buffer must not be growable');
  return byteLength;
}
