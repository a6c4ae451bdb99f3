// Random indices, read and written, beside the model on plain numbers.
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as torch from 'torch-js';
import { type Index, Slice, type Tensor } from 'torch-js';
import { valuesOf } from '../support/tensors.js';
import { type ModelIndex, take } from './indexing_model.js';

interface Case {
  shape: number[];
  indices: ModelIndex[];
}

const whole = (min: number, max: number) => fc.integer({ min, max });

const product = (sizes: readonly number[]) => sizes.reduce((total, size) => total * size, 1);

const exactly = <T>(count: number, item: fc.Arbitrary<T>) =>
  fc.array(item, { minLength: count, maxLength: count });

const slice = fc
  .tuple(fc.option(whole(-5, 5)), fc.option(whole(-5, 5)), fc.option(whole(1, 3)))
  .map(([start, stop, step]) => new Slice(start, stop, step));

/** Indices for the dimensions from `dim` on; arrays are [k], [1] or [k, 1], so that they broadcast. */
function indicesFrom(shape: number[], dim: number, k: number): fc.Arbitrary<ModelIndex[]> {
  const rest = (count: number, index: fc.Arbitrary<ModelIndex>) =>
    index.chain((first) => indicesFrom(shape, dim + count, k).map((others) => [first, ...others]));
  const added = fc.constantFrom<ModelIndex>(null, true);
  const size = shape[dim];
  if (size === undefined) {
    return fc.oneof(
      { weight: 3, arbitrary: fc.constant<ModelIndex[]>([]) },
      added.map((index) => [index]),
    );
  }
  const forms = [fc.constant<ModelIndex[]>([]), rest(1, slice), rest(0, added)];
  if (size > 0) {
    const place = whole(-size, size - 1);
    const array = fc
      .constantFrom<number[][]>([k], [1], [k, 1])
      .chain((form) => exactly(product(form), place).map((at) => ({ at, shape: form })));
    forms.push(rest(1, place), rest(1, array));
  }
  return fc.oneof(...forms);
}

/** At most one '...', put before the indices of the last dimensions. */
function withEllipsis({ shape, indices }: Case, at: number): Case {
  const place = Math.min(at, indices.length);
  const tail = indices.slice(place).filter((index) => index !== null && index !== true).length;
  const head = indices.slice(0, place).filter((index) => index !== null && index !== true).length;
  // What stood for the dimensions after `head` now stands for the last ones.
  const sizes = [...shape.slice(0, head), 2, ...shape.slice(head, head + tail)];
  return { shape: sizes, indices: [...indices.slice(0, place), '...', ...indices.slice(place)] };
}

const plainCase = fc
  .tuple(fc.array(whole(0, 4), { maxLength: 4 }), whole(1, 3))
  .chain(([shape, k]) => indicesFrom(shape, 0, k).map((indices) => ({ shape, indices })));

/** A mask over some dimensions, with basic indices around it. */
const maskCase = fc
  .tuple(
    fc.array(whole(0, 3), { minLength: 1, maxLength: 3 }),
    fc.array(fc.oneof(slice, fc.constantFrom<ModelIndex>(null, 0, -1)), { maxLength: 2 }),
    fc.array(fc.oneof(slice, fc.constantFrom<ModelIndex>(null, 1)), { maxLength: 2 }),
  )
  .chain(([shape, before, after]) =>
    exactly(product(shape), fc.boolean()).map((mask): Case => {
      const sizes = (indices: ModelIndex[]) =>
        indices.filter((index) => index !== null).map(() => 3);
      return {
        shape: [...sizes(before), ...shape, ...sizes(after)],
        indices: [...before, { mask, shape }, ...after],
      };
    }),
  );

const anyCase = fc.oneof(
  { weight: 3, arbitrary: plainCase },
  fc.tuple(plainCase, whole(0, 4)).map(([case_, at]) => withEllipsis(case_, at)),
  maskCase,
);

function toIndex(index: ModelIndex): Index {
  if (index === null || typeof index !== 'object' || index instanceof Slice) return index;
  if ('mask' in index) return torch.tensor(index.mask, { dtype: 'bool', shape: index.shape });
  return torch.tensor(index.at, { dtype: 'int64', shape: index.shape });
}

function counting(shape: number[]): Tensor {
  return torch.arange(product(shape), { dtype: 'float64' }).view(shape);
}

function check(property: (x: Tensor, indices: Index[], case_: Case) => void): void {
  fc.assert(
    fc.property(anyCase, (case_) =>
      torch.tidy(() => property(counting(case_.shape), case_.indices.map(toIndex), case_)),
    ),
    { numRuns: 1000 },
  );
}

test('reading takes the same elements, as a view where the model says so', () => {
  check((x, indices, { shape, indices: model }) => {
    const { sources, isView, ...expected } = take(shape, model);
    const taken = x.index(...indices);
    expect(taken.shape).toEqual(expected.shape);
    expect(valuesOf(taken)).toEqual(sources);
    taken.fill_(-1);
    expect(valuesOf(x).includes(-1)).toBe(isView && sources.length > 0);
  });
});

test('writing changes the same elements and no others', () => {
  check((x, indices, { shape, indices: model }) => {
    const { sources } = take(shape, model);
    const expected = valuesOf(x);
    for (const at of sources) expected[at] = -7;
    expect(valuesOf(x.index_put_(indices, -7))).toEqual(expected);
  });
});

test('accumulating adds once for each time that an element is taken', () => {
  check((x, indices, { shape, indices: model }) => {
    const taken = take(shape, model);
    const values = torch.arange(taken.sources.length, { dtype: 'float64' }).view(taken.shape);
    const expected = valuesOf(x);
    taken.sources.forEach((at, i) => {
      expected[at] = (expected[at] as number) + i;
    });
    expect(valuesOf(x.index_put_(indices, values, { accumulate: true }))).toEqual(expected);
  });
});

test('the gradient goes to the elements that were taken', () => {
  check((x, indices, { shape, indices: model }) => {
    const { sources } = take(shape, model);
    x.requires_grad_(true)
      .index(...indices)
      .sum()
      .backward();
    const expected = new Array(x.numel()).fill(0);
    for (const at of sources) expected[at]++;
    expect(valuesOf(x.grad as Tensor)).toEqual(expected);
  });
});
