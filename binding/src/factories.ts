// Tensors from JavaScript data.
import { addon } from './addon.js';
import type { Device } from './device.js';
import {
  arrayFor,
  type DType,
  dtypeCode,
  dtypeOfArray,
  isDType,
  type TypedArray,
} from './dtype.js';
import { show, torchError } from './errors.js';
import { tidy } from './scope.js';
import { Tensor } from './tensor.js';

/** Data for a tensor: an element, nested arrays of equal lengths, or a TypedArray. */
export type TensorData = number | bigint | boolean | TypedArray | readonly TensorData[];

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
 * A tensor with a copy of `data` (torch.tensor).
 * @throws TypeError for data of other kinds or mixed with bigints, RangeError where nested arrays differ
 * in length or `shape` does not fit.
 */
export function tensor(data: TensorData, options: TensorOptions = {}): Tensor {
  const { dtype, device, requires_grad = false } = options;
  if (dtype !== undefined && dtype !== null && !isDType(dtype)) {
    throw new TypeError(`tensor: dtype must be a name like 'float32', but got ${show(dtype)}`);
  }
  const { array, natural, shape } = flatten(data, dtype ?? undefined);
  const wanted = options.shape ?? shape;
  const count = wanted.reduce((product, size) => product * size, 1);
  if (wanted.some((size) => !Number.isSafeInteger(size) || size < 0) || count !== array.length) {
    throw new RangeError(
      `tensor: shape must fit the ${array.length} elements of data, but got ${show(wanted)}`,
    );
  }
  const made = tidy(() => {
    let result = fromArray(array, natural, wanted);
    if ((dtype ?? natural) !== natural) result = result.to(dtype as DType);
    if (device && device !== 'cpu') result = result.to(device);
    return result;
  });
  return requires_grad ? made.requires_grad_(true) : made;
}

function fromArray(array: TypedArray, dtype: DType, shape: readonly number[]): Tensor {
  try {
    return new Tensor(addon.fromBuffer(array, dtypeCode(dtype), shape));
  } catch (error) {
    throw torchError(error, 'tensor');
  }
}

// `natural` is what the array holds; `tensor` converts it where another dtype is wanted.
function flatten(
  data: TensorData,
  dtype: DType | undefined,
): { array: TypedArray; natural: DType; shape: number[] } {
  if (ArrayBuffer.isView(data)) {
    const natural = dtypeOfArray(data);
    if (!natural) throw new TypeError(`tensor: data must not be a ${show(data)}`);
    return { array: data as TypedArray, natural, shape: [(data as TypedArray).length] };
  }
  const shape: number[] = [];
  for (let level: unknown = data; Array.isArray(level); level = level[0]) shape.push(level.length);
  const elements: unknown[] = [];
  gather(data, shape, 0, elements);
  let natural = naturalType(elements);
  // Numbers on their way to another type go through float64, which loses none of them.
  if (natural === 'float32' && dtype !== undefined) {
    natural = 'float64';
    if (/^u?int/.test(dtype)) requireWhole(elements, dtype);
  }
  const ArrayOf = arrayFor(natural) as unknown as new (elements: unknown[]) => TypedArray;
  return { array: new ArrayOf(elements), natural, shape };
}

function requireWhole(elements: readonly unknown[], dtype: DType): void {
  const bits = Number(dtype.replace(/^u?int/, ''));
  const [low, high] = dtype.startsWith('u')
    ? [0, 2 ** bits]
    : [-(2 ** (bits - 1)), 2 ** (bits - 1)];
  const bad = elements.find((element) => {
    const value = Number(element);
    return !Number.isInteger(value) || value < low || value >= high;
  });
  if (bad !== undefined) throw new RangeError(`tensor: ${show(bad)} does not fit ${dtype}`);
}

function gather(level: unknown, shape: readonly number[], depth: number, into: unknown[]): void {
  const size = shape[depth];
  if (size === undefined) {
    into.push(level);
    return;
  }
  if (!Array.isArray(level) || level.length !== size) {
    throw new RangeError(
      `tensor: nested arrays must have equal lengths, but dimension ${depth} has ${size} items and ${show(level)}`,
    );
  }
  for (const item of level) gather(item, shape, depth + 1, into);
}

// Numbers may stand beside booleans, as in PyTorch; bigints stand alone, lest one be narrowed in silence.
function naturalType(elements: readonly unknown[]): DType {
  const kinds = new Set(elements.map((element) => typeof element));
  for (const kind of kinds) {
    if (kind !== 'number' && kind !== 'bigint' && kind !== 'boolean') {
      const bad = elements.find((element) => typeof element === kind);
      throw new TypeError(
        `tensor: data must be numbers, bigints or booleans, but got ${show(bad)}`,
      );
    }
  }
  if (kinds.has('bigint')) {
    if (kinds.size > 1) throw new TypeError('tensor: data must not mix bigints with other kinds');
    const large = elements.find((element) => BigInt.asIntN(64, element as bigint) !== element);
    if (large !== undefined) throw new RangeError(`tensor: ${show(large)} does not fit int64`);
    return 'int64';
  }
  return kinds.size === 1 && kinds.has('boolean') ? 'bool' : 'float32';
}
