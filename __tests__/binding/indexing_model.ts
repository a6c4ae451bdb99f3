// Indexing worked out on plain numbers: which elements of a row-major array x[…] takes, as PyTorch defines it.
import type { Slice } from 'torch-js';

/** An index as the model takes it: `mask` and `at` stand for boolean and integer tensors. */
export type ModelIndex =
  | number
  | boolean
  | null
  | '...'
  | Slice
  | { mask: boolean[]; shape: number[] }
  | { at: number[]; shape: number[] };

export interface Taken {
  shape: number[];
  /** For each element of the result, in row-major order, where it lies in the array. */
  sources: number[];
  /** Whether the result would be a view. */
  isView: boolean;
}

/** A dimension of the result: offsets along it. `group` marks those that arrays make together. */
interface Axis {
  offsets: number[];
  group: boolean;
}

interface Offsets {
  shape: number[];
  offsets: number[];
}

const product = (sizes: readonly number[]) => sizes.reduce((total, size) => total * size, 1);

export function take(shape: readonly number[], indices: readonly ModelIndex[]): Taken {
  const strides = shape.map((_, dim) => product(shape.slice(dim + 1)));
  const axes: Axis[] = [];
  const arrays: Offsets[] = [];
  const addArray = (array: Offsets) => {
    axes.push({ offsets: [], group: true });
    arrays.push(array);
  };
  let base = 0;
  let dim = 0;
  for (const index of withoutEllipsis(shape.length, indices)) {
    const size = shape[dim] as number;
    const stride = strides[dim] as number;
    const wrap = (position: number) => (position < 0 ? position + size : position) * stride;
    if (index === null) {
      axes.push({ offsets: [0], group: false });
    } else if (typeof index === 'boolean') {
      addArray({ shape: [index ? 1 : 0], offsets: index ? [0] : [] });
    } else if (typeof index === 'number') {
      base += wrap(index);
      dim++;
    } else if ('mask' in index) {
      addArray(nonzero(index, strides.slice(dim)));
      dim += index.shape.length;
    } else if ('at' in index) {
      addArray({ shape: index.shape, offsets: index.at.map(wrap) });
      dim++;
    } else {
      axes.push({ offsets: positions(index, size).map((at) => at * stride), group: false });
      dim++;
    }
  }
  return { ...combine(axes, arrays, base), isView: arrays.length === 0 };
}

function withoutEllipsis(
  rank: number,
  indices: readonly ModelIndex[],
): Exclude<ModelIndex, '...'>[] {
  const taken = indices.reduce<number>((sum, index) => {
    if (index === null || index === '...' || typeof index === 'boolean') return sum;
    return sum + (typeof index === 'object' && 'mask' in index ? index.shape.length : 1);
  }, 0);
  const full = new Array(rank - taken).fill({ start: null, stop: null, step: 1 });
  const at = indices.indexOf('...');
  const all =
    at < 0 ? [...indices, ...full] : [...indices.slice(0, at), ...full, ...indices.slice(at + 1)];
  return all as Exclude<ModelIndex, '...'>[];
}

function positions({ start, stop, step }: Slice, size: number): number[] {
  const clip = (at: number) => Math.min(Math.max(at < 0 ? at + size : at, 0), size);
  const found: number[] = [];
  for (let at = clip(start ?? 0); at < clip(stop ?? size); at += step) found.push(at);
  return found;
}

function nonzero(index: { mask: boolean[]; shape: number[] }, strides: number[]): Offsets {
  const offsets: number[] = [];
  index.mask.forEach((on, flat) => {
    if (!on) return;
    let rest = flat;
    let offset = 0;
    for (let dim = index.shape.length - 1; dim >= 0; dim--) {
      const size = index.shape[dim] as number;
      offset += (rest % size) * (strides[dim] as number);
      rest = Math.floor(rest / size);
    }
    offsets.push(offset);
  });
  return { shape: [offsets.length], offsets };
}

// Arrays are broadcast together; their dimensions stand where they stood, or first where parted.
function combine(axes: Axis[], arrays: Offsets[], base: number): Omit<Taken, 'isView'> {
  const first = axes.findIndex(({ group }) => group);
  const last = axes.findLastIndex(({ group }) => group);
  const parted = axes.slice(first, last).some(({ group }) => !group);
  const before = first < 0 ? axes : parted ? [] : axes.slice(0, first);
  const after = first < 0 ? [] : axes.slice(parted ? 0 : first).filter(({ group }) => !group);
  const together = broadcast(arrays);
  const parts: Offsets[] = [
    ...before.map(({ offsets }) => ({ shape: [offsets.length], offsets })),
    together,
    ...after.map(({ offsets }) => ({ shape: [offsets.length], offsets })),
  ];
  return {
    shape: parts.flatMap((part) => part.shape),
    sources: parts.reduce(
      (sources, part) => sources.flatMap((at) => part.offsets.map((offset) => at + offset)),
      [base],
    ),
  };
}

function broadcast(arrays: readonly Offsets[]): Offsets {
  const rank = Math.max(0, ...arrays.map(({ shape }) => shape.length));
  const padded = arrays.map(({ shape }) => [...new Array(rank - shape.length).fill(1), ...shape]);
  const shape = Array.from({ length: rank }, (_, dim) =>
    padded.reduce((size, other) => (size === 1 ? (other[dim] as number) : size), 1),
  );
  const offsets = Array.from({ length: product(shape) }, (_, flat) =>
    arrays.reduce((sum, array, i) => {
      const own = padded[i] as number[];
      let at = 0;
      for (let dim = 0; dim < rank; dim++) {
        const place = Math.floor(flat / product(shape.slice(dim + 1))) % (shape[dim] as number);
        at = at * (own[dim] as number) + (own[dim] === 1 ? 0 : place);
      }
      return sum + (array.offsets[at] as number);
    }, 0),
  );
  return { shape, offsets };
}
