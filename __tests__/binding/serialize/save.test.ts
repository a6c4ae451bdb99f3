// torch.save: what is read again, how the file is laid out, what is refused, what is left on the disk.
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { DType, Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { held } from '../../support/memory.js';
import { temporaryFolder } from '../../support/temporary.js';
import { plain } from './plain.js';

const folder = temporaryFolder();
const file = join(folder, 'value.pt');

let before: ReturnType<typeof held>;
beforeEach(() => {
  before = held();
});
afterEach(() => expect(held()).toEqual(before));

/** Runs `check` on what `value` is after it was saved and loaded. */
function roundTrip<T>(value: T, check: (loaded: T) => void): void {
  torch.tidy(() => {
    torch.save(value, file);
    check(torch.load(file) as T);
  });
}

const DTYPES: DType[] = [
  'uint8',
  'uint16',
  'uint32',
  'uint64',
  'int8',
  'int16',
  'int32',
  'int64',
  'float16',
  'bfloat16',
  'float32',
  'float64',
  'complex32',
  'complex64',
  'complex128',
  'bool',
];

const text = fc.string({ unit: 'binary' });
const leaf = fc.oneof(
  fc.constant(null),
  fc.boolean(),
  fc.double(),
  fc.integer(),
  fc.maxSafeInteger(),
  text,
  fc.uint8Array(),
  fc.array(fc.oneof(text, fc.integer(), fc.boolean())).map((items) => new Set(items)),
  fc.bigInt().filter((value) => !Number.isSafeInteger(Number(value))),
);
const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    leaf,
    fc.array(tie('value')),
    fc.dictionary(fc.oneof(text, fc.constant('__proto__')), tie('value'), {
      noNullPrototype: true,
    }),
    fc
      .array(fc.tuple(fc.oneof(text, fc.integer(), fc.boolean(), fc.constant(null)), tie('value')))
      .map((entries) => new Map(entries)),
  ),
}));

/** A view of a storage, as sizes, strides and offset that stay in it. */
const view = fc.record({
  dtype: fc.constantFrom(...DTYPES),
  sizes: fc.array(fc.nat(3), { maxLength: 4 }),
  strides: fc.array(fc.nat(5), { minLength: 4, maxLength: 4 }),
  offset: fc.nat(4),
});

describe('is read again as it was', () => {
  test('any plain value', () => {
    fc.assert(
      fc.property(anyValue, (value) => roundTrip(value, (loaded) => expect(loaded).toEqual(value))),
      { numRuns: 150 },
    );
  });

  test('any tensor', () => {
    fc.assert(
      fc.property(view, ({ dtype, sizes, strides, offset }) =>
        torch.tidy(() => {
          const storage = torch.randint(0, 2, [64]).to(dtype);
          const tensor = storage.as_strided(sizes, strides.slice(0, sizes.length), offset);
          roundTrip(tensor, (loaded) => expect(plain(loaded)).toEqual(plain(tensor)));
        }),
      ),
      { numRuns: 150 },
    );
  });

  test.each(DTYPES)('%s: extreme elements, bit for bit', (dtype) => {
    const bytes = Uint8Array.from({ length: 64 }, (_, i) =>
      dtype === 'bool' ? i % 2 : (i * 151) % 256,
    );
    torch.tidy(() => {
      const tensor = torch.tensor(bytes).view(dtype);
      roundTrip(tensor, (loaded) => {
        expect(loaded.dtype).toBe(dtype);
        expect(loaded.view('uint8').tolist()).toEqual(Array.from(bytes));
      });
    });
  });

  test('numbers keep what they are beyond the integers', () => {
    const numbers = [-0, 2 ** 53, -(2 ** 53), 1e300, NaN, Infinity, -Infinity, 5e-324];
    roundTrip(numbers, (loaded) => expect(loaded).toEqual(numbers));
  });

  test('a bigint that fits a number comes back as one', () => {
    roundTrip([5n, 2n ** 53n - 1n] as unknown[], (loaded) =>
      expect(loaded).toEqual([5, 2 ** 53 - 1]),
    );
  });

  test('whether it requires a gradient', () => {
    torch.tidy(() => {
      const tensor = torch.ones([2], { requires_grad: true });
      roundTrip(tensor, (loaded) => expect(loaded.requires_grad).toBe(true));
      roundTrip(tensor.mul(2), (loaded) => expect(loaded.is_leaf).toBe(true));
    });
  });

  test('lazy conjugations and negations, as values', () => {
    torch.tidy(() => {
      const tensor = torch.tensor([{ re: 1, im: 2 }]).conj();
      roundTrip(tensor, (loaded) => expect(loaded.tolist()).toEqual([{ re: 1, im: -2 }]));
      roundTrip(torch.imag(tensor), (loaded) => expect(loaded.tolist()).toEqual([-2]));
    });
  });
});

describe('sharing', () => {
  test('tensors that share memory share it again, and the file has it once', () => {
    torch.tidy(() => {
      const base = torch.arange(1000);
      roundTrip([base, base.view([10, 100]).t(), base.narrow(0, 5, 2)], ([first, , third]) => {
        (first as Tensor).fill_(7);
        expect((third as Tensor).tolist()).toEqual([7, 7]);
      });
      expect(readFileSync(file).length).toBeLessThan(2 * 4000);
    });
  });

  test('what is one object is one again', () => {
    torch.tidy(() => {
      const [tensor, list] = [torch.ones([1]), [1]];
      roundTrip({ a: tensor, b: tensor, c: list, d: list }, ({ a, b, c, d }) => {
        expect(a).toBe(b);
        expect(c).toBe(d);
      });
    });
  });

  test('memory seen as two dtypes is refused, saying where', () => {
    torch.tidy(() => {
      const tensor = torch.ones([2]);
      expect(() => torch.save({ a: tensor, b: tensor.view('int32') }, file)).toThrow(
        'save: value["b"] shows memory as int32 that another tensor shows as float32',
      );
    });
  });
});

test('data begins at multiples of 64, uncompressed, so that it can be mapped', () => {
  torch.tidy(() => torch.save([torch.full([3], 1.5), torch.full([5], 2.5)], file));
  const bytes = readFileSync(file);
  for (const [values, name] of [
    [Array(3).fill(1.5), '0'],
    [Array(5).fill(2.5), '1'],
  ] as const) {
    const at = bytes.indexOf(Buffer.from(Float32Array.from(values).buffer));
    expect(at % 64).toBe(0);
    const header = bytes.lastIndexOf(`archive/data/${name}`, at);
    expect(bytes.readUInt16LE(header - 30 + 8)).toBe(0);
  }
});

test('the same value makes the same file', () => {
  torch.tidy(() => torch.save({ a: torch.ones([2]), b: [1, 'x'] }, file));
  const first = readFileSync(file);
  torch.tidy(() => torch.save({ a: torch.ones([2]), b: [1, 'x'] }, file));
  expect(readFileSync(file).equals(first)).toBe(true);
});

describe('values of other kinds are refused, saying where', () => {
  test.each<[string, unknown, string]>([
    ['undefined', { a: [1, undefined] }, 'value["a"][1] must be a tensor, Map'],
    ['a function', new Map([['f', () => 1]]), 'value["f"] must be'],
    ['a symbol', [Symbol('s')], 'value[0] must be'],
    [
      'a Date',
      { when: new Date(0) },
      'value["when"] must be a tensor, Map, plain object, array, Set, Uint8Array, number, bigint, text, boolean or null, but got Date',
    ],
    ['a Set of lists', new Set([[]]), 'an element of value must be'],
    ['an Int8Array', Int8Array.of(1), 'value must be'],
    ['a TypedArray', { data: new Float32Array(2) }, 'value["data"] must be'],
    ['a Map with objects as keys', new Map([[{}, 1]]), 'a key of value must be'],
    ['half a surrogate pair', { 'x\ud800': 1 }, 'half a surrogate pair'],
    ['an integer of 300 bytes', { n: 2n ** 2400n }, 'value["n"] has more than 255 bytes'],
  ])('%s', (_, value, message) => {
    expect(() => torch.save(value, file)).toThrow(message);
  });

  test('what holds itself', () => {
    const list: unknown[] = [];
    list.push({ list });
    expect(() => torch.save(list, file)).toThrow('save: value[0]["list"] holds itself');
  });

  test('deeper than can be read', () => {
    const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
    roundTrip(nested(256), (loaded) => expect(loaded).toEqual(nested(256)));
    expect(() => torch.save(nested(257), file)).toThrow('is nested more than 256 deep');
  });

  test('sparse tensors and tensors without data', () => {
    torch.tidy(() => {
      expect(() => torch.save(torch.ones([2]).to_sparse(), file)).toThrow(/layout is sparse_coo/);
      expect(() => torch.save(torch.ones([2]).to('meta'), file)).toThrow(/on meta/);
      const disposed = torch.ones([1]);
      disposed.dispose();
      expect(() => torch.save(disposed, file)).toThrow(
        expect.objectContaining({ code: 'ERR_TORCH_DISPOSED' }),
      );
    });
  });

  test('a path that is none', () => {
    expect(() => torch.save(1, 5 as never)).toThrow('save: path must be a text, but got 5');
  });
});

describe('the file', () => {
  const place = join(folder, 'atomic');
  mkdirSync(place);
  const path = join(place, 'weights.pt');

  test('stays as it was where saving fails', () => {
    writeFileSync(path, 'old');
    expect(() => torch.save({ a: 1, b: undefined }, path)).toThrow(/value\["b"\]/);
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(place)).toEqual(['weights.pt']);
  });

  test('is replaced at once, and nothing is left beside it', () => {
    writeFileSync(path, 'old');
    torch.save([1], path);
    expect(torch.load(path)).toEqual([1]);
    expect(readdirSync(place)).toEqual(['weights.pt']);
  });

  test('that a link leads to is replaced, and the link stays', () => {
    const link = join(folder, 'link.pt');
    symlinkSync(path, link);
    torch.save([2], link);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(torch.load(path)).toEqual([2]);
    expect(readdirSync(place)).toEqual(['weights.pt']);
  });

  test('is not made where its place cannot be taken', () => {
    mkdirSync(join(place, 'taken'));
    expect(() => torch.save([1], join(place, 'taken'))).toThrow(/is no regular file/);
    expect(readdirSync(place)).toEqual(['taken', 'weights.pt']);
    expect(() => torch.save([1], join(place, 'nowhere', 'x.pt'))).toThrow(
      expect.objectContaining({ code: 'ENOENT' }),
    );
  });
});
