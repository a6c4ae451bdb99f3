// Indexing as Python writes it, x[…] and x[…] = v; after ATen/TensorIndexing.h, which does it for PyTorch.
import { MAX_DEPTH, type TensorData } from './data.js';
import { isInteger, type TypedArray } from './dtype.js';
import { show, TorchError, typeError } from './errors.js';
import { fromData } from './factories.js';
import { operator } from './operators.js';
import { requireOptions } from './options.js';
import { tidy } from './scope.js';
import { Slice } from './slice.js';
import { Tensor } from './tensor.js';

/** Positions as an array of numbers, or a mask as an array of booleans; nested for several dimensions. */
export type IndexArray = TypedArray | readonly (number | bigint | boolean | IndexArray)[];

/**
 * One index of `Tensor.index`:
 * - a number takes one position of a dimension and removes the dimension; negative ones count from the end;
 * - a Slice, or its text ('1:3', ':', '::2'), takes a range;
 * - '...' stands for as many full slices as there are dimensions left over;
 * - null adds a dimension of size 1;
 * - a tensor or array of integers takes those positions; several of them are broadcast together;
 * - a tensor or array of booleans takes the positions, over as many dimensions as it has, where it is true;
 * - true adds a dimension of size 1, false one of size 0, beside integer arrays broadcast with them.
 */
export type Index = number | bigint | boolean | null | string | Slice | Tensor | IndexArray;

type Resolved = number | boolean | null | '...' | Slice | Tensor;

export interface IndexPutOptions {
  /** Add the values to what is there; a position named twice gets both. Default false. */
  accumulate?: boolean;
}

const alias = operator('alias');
const select = operator('select');
const slice = operator('slice');
const unsqueeze = operator('unsqueeze');
const gatherAt = operator('index');
const writeAt = operator('index_put_');

/** `self[indices]`; see `Tensor.index`. */
export function index(self: Tensor, indices: readonly Index[]): Tensor {
  return tidy(() => {
    const { view, positions } = narrow('index', self, indices);
    if (positions.some((position) => position !== null)) {
      return gatherAt.call([view, positions]) as Tensor;
    }
    return view === self ? (alias.call([self]) as Tensor) : view;
  });
}

/** `self[indices] = values`; see `Tensor.index_put_`. */
export function indexPut(
  self: Tensor,
  indices: Index | readonly Index[],
  values: Tensor | TensorData,
  options: IndexPutOptions | boolean = false,
): void {
  if (typeof options !== 'boolean') requireOptions('index_put_', options, ['accumulate']);
  const accumulate = typeof options === 'boolean' ? options : (options.accumulate ?? false);
  if (typeof accumulate !== 'boolean') {
    throw typeError(`index_put_: accumulate must be true or false, but got ${show(accumulate)}`);
  }
  tidy(() => {
    const list = Array.isArray(indices) ? indices : [indices];
    const { view, positions } = narrow('index_put_', self, list);
    const source =
      values instanceof Tensor
        ? withoutLeadingOnes(values)
        : fromData('index_put_: values', values, { dtype: self.dtype });
    if (positions.some((position) => position !== null)) {
      writeAt.call([view, positions, source, accumulate]);
    } else if (accumulate) {
      view.add_(source);
    } else {
      // A scalar may lie on another device: filling takes its value across.
      source.dim() === 0 ? view.fill_(source) : view.copy_(source);
    }
  });
}

/**
 * Numbers, slices and new dimensions are applied by views; what is left are the positions along the
 * dimensions of the view, null for those taken whole.
 */
function narrow(
  caller: string,
  self: Tensor,
  indices: readonly Index[],
): { view: Tensor; positions: (Tensor | null)[] } {
  const resolved = indices.map((value, i) => resolve(caller, value, i));
  const rank = self.dim();
  const taken = resolved.reduce<number>((sum, value) => sum + dimensionsTaken(value), 0);
  if (taken > rank) {
    const which =
      rank === 0 ? 'a tensor without dimensions has none: use item()' : `it has ${rank}`;
    throw indexError(caller, `${taken} dimensions are indexed, but ${which}`, self);
  }
  if (resolved.filter((value) => value === '...').length > 1) {
    throw indexError(caller, "only one index can be '...'", self);
  }
  let view = self;
  const positions: (Tensor | null)[] = [];
  // Where the next index works: in the view, and in the tensor itself.
  let dim = 0;
  let axis = 0;
  const skip = (count: number) => {
    for (let i = 0; i < count; i++) positions.push(null);
    dim += count;
  };
  for (const value of resolved) {
    if (value === '...') {
      skip(rank - taken);
      axis += rank - taken;
    } else if (value === null) {
      view = unsqueeze.call([view, dim]) as Tensor;
      skip(1);
    } else if (typeof value === 'boolean') {
      view = unsqueeze.call([view, dim]) as Tensor;
      positions.push(fromData(caller, value ? [0] : [], { dtype: 'int64' }));
      dim += 1;
    } else if (typeof value === 'number') {
      const size = view.size(dim);
      if (value < -size || value >= size) {
        const message = `index ${value} is out of bounds for dimension ${axis} with size ${size}`;
        throw indexError(caller, message, self);
      }
      view = select.call([view, dim, value]) as Tensor;
      axis += 1;
    } else if (value instanceof Slice) {
      if (!value.isFull) {
        view = slice.call([view, dim, value.start, value.stop, value.step]) as Tensor;
      }
      skip(1);
      axis += 1;
    } else {
      positions.push(value);
      dim += dimensionsTaken(value);
      axis += dimensionsTaken(value);
    }
  }
  return { view, positions };
}

/** The dimensions of the indexed tensor that an index speaks of. */
function dimensionsTaken(value: Resolved): number {
  if (value === null || value === '...' || typeof value === 'boolean') return 0;
  return value instanceof Tensor && isMask(value) ? value.dim() : 1;
}

function isMask({ dtype }: Tensor): boolean {
  return dtype === 'bool' || dtype === 'uint8';
}

function resolve(caller: string, value: Index, i: number): Resolved {
  if (value === null || typeof value === 'boolean' || value instanceof Slice) return value;
  if (value instanceof Tensor) return resolveTensor(value);
  if (typeof value === 'number' || typeof value === 'bigint') {
    const whole = Number(value);
    if (Number.isSafeInteger(whole)) return whole;
  } else if (typeof value === 'string') {
    const found = value === '...' ? value : Slice.parse(value);
    if (found !== undefined) return found;
  } else if (Array.isArray(value) || ArrayBuffer.isView(value)) {
    const data = value as TensorData;
    const dtype = Array.isArray(value) && !isMaskArray(value) ? 'int64' : undefined;
    return resolveTensor(fromData(`${caller}: index ${i}`, data, { dtype }));
  }
  throw typeError(
    `${caller}: index ${i} must be a whole number, a slice like '1:3', '...', null, a boolean, or a tensor or array of integers or booleans, but got ${show(value)}`,
  );
}

// Booleans make a mask, all else positions; the empty array, as in PyTorch, no positions.
function isMaskArray(value: readonly unknown[]): boolean {
  const items = value.flat(MAX_DEPTH);
  return items.length > 0 && items.every((item) => typeof item === 'boolean');
}

// A tensor without dimensions is as good as the number or boolean in it.
function resolveTensor(value: Tensor): Tensor | number | boolean {
  if (value.dim() > 0) return value;
  if (isMask(value)) return Boolean(value.item());
  return isInteger(value.dtype) ? Number(value.item()) : value;
}

// As in PyTorch, a value may have dimensions of size 1 to spare in front.
function withoutLeadingOnes(value: Tensor): Tensor {
  const { shape } = value;
  const first = shape.findIndex((size) => size !== 1);
  if (first === 0 || shape.length === 0) return value;
  return value.view(first < 0 ? [] : shape.slice(first));
}

function indexError(caller: string, message: string, self: Tensor): TorchError {
  const shapes = [self.shape];
  return new TorchError(`${caller}: ${message} (shape [${shapes[0]?.join(', ')}])`, {
    code: 'ERR_TORCH',
    kind: 'IndexError',
    operator: caller,
    shapes,
  });
}
