// torch.load of files that Python wrote (binding/tools/serialize_fixtures.py), value by value.
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { held } from '../../support/memory.js';
import { PROJECT_ROOT } from '../../support/paths.js';
import { dense, plain } from './plain.js';

const fixture = (name: string) => `${PROJECT_ROOT}__tests__/binding/serialize/fixtures/${name}`;

let before: ReturnType<typeof held>;
let loaded: unknown;

function load(name: string, options?: torch.LoadOptions): unknown {
  loaded = torch.load(fixture(name), options);
  return loaded;
}

beforeEach(() => {
  before = held();
});
afterEach(() => {
  torch.dispose(loaded);
  expect(held()).toEqual(before);
});

/** Of every file of plain values. */
const VALUES = {
  none: null,
  booleans: [true, false],
  integers: [0, 255, 256, 65535, 65536, -1, 2147483647, -2147483648, 2147483648, 2 ** 53 - 1],
  large: [2n ** 53n, -(2n ** 53n), 2n ** 63n, 2n ** 70n, -(2n ** 70n)],
  floats: [0.5, -0, 1e300, Infinity, -Infinity, NaN],
  texts: ['', 'plain', 'ü😀', 'line\nline'],
  tuples: [[], [1], [1, 2], [1, 2, 3], [1, 2, 3, 4]],
  dict: JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}'),
  'integer keys': new Map([
    [0, 'a'],
    [1, 'b'],
  ]),
  ordered: new Map([
    ['b', 1],
    ['a', 2],
  ]),
  empty: [[], {}, new Map()],
  size: [2, 3],
  dtype: 'float16',
  device: 'cpu',
};

describe.each(['', '_legacy'])('of PyTorch%s', (suffix) => {
  test('plain values', () => {
    const values = load(`values${suffix}.pt`) as Record<string, unknown>;
    expect(values).toEqual(VALUES);
    expect([...(values.ordered as Map<string, number>).keys()]).toEqual(['b', 'a']);
  });

  test('a key "__proto__" is one like any other', () => {
    const { dict } = load(`values${suffix}.pt`) as { dict: Record<string, unknown> };
    expect(Object.keys(dict)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(dict)).toBe(Object.getPrototypeOf({}));
    expect('polluted' in dict).toBe(false);
  });

  test('every dtype', () => {
    const tensors = load(`dtypes${suffix}.pt`) as Record<string, Tensor>;
    const real = ['uint8', 'int8', 'int16', 'int32', 'float16', 'bfloat16', 'float32', 'float64'];
    const newer = suffix === '' ? ['uint16', 'uint32'] : [];
    const expected = Object.fromEntries([
      ...[...real, ...newer].map((dtype) => [dtype, dense(dtype, [3], [1, 0, 3])]),
      ...['int64', ...(suffix === '' ? ['uint64'] : [])].map((dtype) => [
        dtype,
        dense(dtype, [3], [1n, 0n, 3n]),
      ]),
      ...['complex64', 'complex128', ...(suffix === '' ? ['complex32'] : [])].map((dtype) => [
        dtype,
        dense(dtype, [3], [1, 0, 0, 0, 3, 0]),
      ]),
      ['bool', dense('bool', [3], [1, 0, 1])],
    ]);
    expect(plain(tensors)).toEqual(expected);
  });

  test('views, scalars, empty tensors, parameters, lazy bits', () => {
    const tensors = load(`tensors${suffix}.pt`) as Map<string, Tensor>;
    expect(plain(tensors)).toEqual(
      new Map<string, unknown>([
        ['base', dense('float32', [6], [0, 1, 2, 3, 4, 5])],
        ['transposed', { ...dense('float32', [3, 2], [0, 3, 1, 4, 2, 5]), stride: [1, 3] }],
        ['tail', dense('float32', [2], [4, 5])],
        ['expanded', { ...dense('float32', [2, 2], [1, 1, 1, 1]), stride: [0, 0] }],
        ['scalar', dense('int64', [], [3n])],
        ['empty', dense('float32', [0, 3], [])],
        ['requiring', { ...dense('float32', [2], [1, 1]), requires_grad: true }],
        ['parameter', { ...dense('float32', [2], [2, 2]), requires_grad: true }],
        ['frozen', dense('float32', [1], [3])],
        ['conjugated', dense('complex64', [2], [1, -2, 3, 4])],
        ['negated', dense('float32', [2], [-2, 4])],
        ['again', dense('float32', [6], [0, 1, 2, 3, 4, 5])],
      ]),
    );
  });

  test('what shared memory shares it, what was one object is one', () => {
    const tensors = load(`tensors${suffix}.pt`) as Map<string, Tensor>;
    const [base, transposed, tail] = ['base', 'transposed', 'tail'].map((name) =>
      tensors.get(name),
    ) as [Tensor, Tensor, Tensor];
    torch.tidy(() => base.index_put_(4, 40));
    expect(transposed.tolist()).toEqual([
      [0, 3],
      [1, 40],
      [2, 5],
    ]);
    expect(tail.tolist()).toEqual([40, 5]);
    expect(tensors.get('again')).toBe(base);
  });

  test("the original's checkpoint", () => {
    const checkpoint = load(`checkpoint${suffix}.pt`) as Record<string, unknown>;
    const { epoch, best_acc_top1, state_dict, optimizer } = checkpoint;
    expect({ epoch, best_acc_top1 }).toEqual({ epoch: 7, best_acc_top1: 97.5 });
    expect([...(state_dict as Map<string, Tensor>).keys()]).toEqual([
      'module.conv.weight',
      'module.bn.weight',
      'module.bn.bias',
      'module.bn.running_mean',
      'module.bn.running_var',
      'module.bn.num_batches_tracked',
      'module.fc.weight',
      'module.fc.bias',
    ]);
    const { state, param_groups } = optimizer as {
      state: Map<number, { momentum_buffer: Tensor }>;
      param_groups: Record<string, unknown>[];
    };
    expect(param_groups[0]).toMatchObject({ lr: 0.1, momentum: 0.9, params: [0, 1, 2, 3, 4] });
    expect(plain(state.get(4))).toEqual({ momentum_buffer: dense('float32', [2], [1, 1]) });
  });
});

describe.each([2, 3, 4, 5])('of pickle protocol %i', (protocol) => {
  test('also sets, bytes, complex numbers, and numbers of NumPy', () => {
    const { numpy, ...values } = load(`protocol${protocol}.pt`) as Record<string, unknown>;
    const made = dense('float32', [1], [1]);
    expect(plain(values)).toEqual({
      ...VALUES,
      sets: [new Set(), new Set([1, 2, 'three']), new Set([null, true, 2.5])],
      bytes: [[], [0, 255], [], [128], [...Array(512).keys()].map((i) => i % 256)].map((bytes) =>
        Uint8Array.from(bytes),
      ),
      'long text': 'ü'.repeat(300),
      complex: { re: 1, im: -2 },
      counter: { a: 2, b: 1, c: 1 },
      layout: 'strided',
      'small halves': [2 ** -24, Infinity, NaN, 65504],
      'with attributes': [made, { ...made, requires_grad: true }],
    });
    expect(numpy).toEqual({
      bool_: true,
      int8: -1,
      int16: -300,
      int32: -70000,
      int64: -(2n ** 62n),
      uint8: 200,
      uint16: 60000,
      uint32: 2 ** 32 - 1,
      uint64: 2n ** 64n - 1n,
      float16: -1.5,
      float32: Math.fround(0.1),
      float64: 0.1,
      complex64: { re: 1, im: -2 },
      complex128: { re: 1, im: -2 },
    });
  });
});

test.each(['checkpoint_protocol5.pt', 'checkpoint_legacy_protocol4.pt'])(
  "the original's checkpoint in %s",
  (name) => {
    const { optimizer, ...checkpoint } = load(name) as Record<string, unknown>;
    const usual = torch.load(fixture('checkpoint.pt')) as Record<string, unknown>;
    expect(plain(optimizer)).toEqual(plain(usual.optimizer));
    expect(plain(checkpoint)).toMatchObject({
      epoch: 7,
      best_acc_top1: 97.5,
      state_dict: plain(usual.state_dict),
    });
    torch.dispose(usual);
  },
);

test('a leaf that requires a gradient gets one; others can be changed in place by what does', () => {
  const tensors = load('tensors.pt') as Map<string, Tensor>;
  const requiring = tensors.get('requiring') as Tensor;
  const tail = tensors.get('tail') as Tensor;
  torch.tidy(() => {
    tail.mul_(requiring).sum().backward();
    expect(requiring.grad?.tolist()).toEqual([4, 5]);
  });
});

test('without checksums, as PyTorch writes on demand', () => {
  expect(plain(load('no_checksums.pt'))).toEqual(dense('int64', [3], [0n, 1n, 2n]));
});

test('from bytes', () => {
  loaded = torch.load(readFileSync(fixture('values.pt')));
  expect(loaded).toMatchObject({ size: [2, 3] });
});

test('onto a device', () => {
  const { scalar } = Object.fromEntries(
    load('tensors.pt', { map_location: 'meta' }) as Map<string, Tensor>,
  );
  expect(scalar?.device).toBe('meta');
});

test.each([
  ['class.pt', /^\S+class\.pt: it asks for "__main__\.Net", which is not read/],
  ['torchscript.pt', /TorchScript archive \(torch\.jit\.save\)/],
])('%s is refused in words', (name, message) => {
  expect(() => load(name)).toThrow(
    expect.objectContaining({ code: 'ERR_FILE_FORMAT', file: fixture(name) }),
  );
  expect(() => load(name)).toThrow(message);
});

test('wrong arguments', () => {
  expect(() => torch.load(3 as never)).toThrow(/file must be a path or a Uint8Array, but got 3/);
  expect(() => load('values.pt', { map_location: 'nowhere' })).toThrow(/device must be like/);
  expect(() => load('values.pt', { map_location: 3 as never })).toThrow(/map_location must be/);
  expect(() => load('values.pt', { mmap: true } as never)).toThrow(/no option "mmap"/);
  expect(() => torch.load(fixture('none.pt'))).toThrow(expect.objectContaining({ code: 'ENOENT' }));
  expect(() => torch.load(PROJECT_ROOT)).toThrow(/no regular file/);
});
