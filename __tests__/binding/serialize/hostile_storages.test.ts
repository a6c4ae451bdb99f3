// Storages that a pickle describes twice, bits that no tensor of the dtype has, names without end.
import { expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import { held } from '../../support/memory.js';
import {
  archive,
  call,
  global,
  int,
  long,
  storage,
  TWO_FLOATS,
  tensor,
  text,
  tuple,
} from './hostile.js';
import { dense, plain } from './plain.js';

test.each([
  ['of another dtype', storage('IntStorage', '0', int(2))],
  ['of another size', storage('FloatStorage', '0', long(2n ** 40n))],
])('a storage described in two ways, once %s', (_, second) => {
  const before = held();
  const other = tensor({ storage: second });
  for (const both of [tuple(tensor(), other), tuple(other, tensor())]) {
    expect(() => torch.load(archive(both, TWO_FLOATS))).toThrow('"0" is described in two ways');
  }
  expect(held()).toEqual(before);
});

test('empty tensors of two dtypes may share a storage', () => {
  const empty = (type: string) =>
    tensor({ storage: storage(type, '0', int(0)), size: tuple(int(0)) });
  torch.tidy(() => {
    const pickle = tuple(empty('FloatStorage'), empty('IntStorage'));
    const loaded = torch.load(archive(pickle, new Uint8Array()));
    expect(plain(loaded)).toEqual([dense('float32', [0], []), dense('int32', [0], [])]);
  });
});

test('booleans that are to be negated', () => {
  const pickle = call(
    'torch._utils',
    '_rebuild_tensor_v2',
    storage('BoolStorage', '0', int(1)),
    int(0),
    tuple(int(1)),
    tuple(int(1)),
    '\x89',
    'N',
    `}${text('neg')}\x88s`,
  );
  expect(() => torch.load(archive(pickle, Uint8Array.of(1)))).toThrow(
    expect.objectContaining({
      code: 'ERR_FILE_FORMAT',
      message: '(bytes): a tensor of bool has the bit of negation',
    }),
  );
});

test('a name of 16 MB is shown by its beginning, and the fault to its end', () => {
  expect(() => torch.load(archive(global('os', 'x'.repeat(1 << 24))))).toThrow(
    /^\(bytes\): it asks for "os\.x{10,300}….{0,300}nothing is executed$/,
  );
});
