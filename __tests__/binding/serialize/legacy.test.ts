// What Python 2 and PyTorch 0.3 wrote, made by hand: texts without Unicode, an OrderedDict of pairs, _rebuild_tensor.
import { Buffer } from 'node:buffer';
import { expect, test } from '@jest/globals';
import type { Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { bytes, call, global, int, long, TWO_FLOATS, tuple } from './hostile.js';

/** Python 2's str. */
function str(value: string): string {
  return `U${String.fromCharCode(value.length)}${value}`;
}

function count(value: number): Buffer {
  const buffer = Buffer.alloc(8);
  buffer.writeBigInt64LE(BigInt(value));
  return buffer;
}

const STORAGE = `${tuple(str('storage'), global('torch', 'FloatStorage'), str('94'), str('cpu'), int(2), 'N')}Q`;
const TENSOR = call(
  'torch._utils',
  '_rebuild_tensor',
  STORAGE,
  int(0),
  tuple(int(2)),
  tuple(int(1)),
);
const STATE = call('collections', 'OrderedDict', `](](${str('bn.weight')}${TENSOR}ee`);

function file(keys: string, ...storages: Uint8Array[]): Buffer {
  return fileOf(STATE, keys, ...storages);
}

function fileOf(state: string, keys: string, ...storages: Uint8Array[]): Buffer {
  const system = `}(${str('little_endian')}\x88u`;
  const pickles = [`\x8a\x0al\xfc\x9cF\xf9 j\xa8P\x19`, 'M\xe9\x03', system, state, keys];
  return Buffer.concat([...pickles.map((pickle) => bytes(`\x80\x02${pickle}.`)), ...storages]);
}

test('a state dict', () => {
  torch.tidy(() => {
    const state = torch.load(file(`]${str('94')}a`, count(2), TWO_FLOATS)) as Map<string, Tensor>;
    expect(Array.from(state, ([name, tensor]) => [name, tensor.tolist()])).toEqual([
      ['bn.weight', [1, 2]],
    ]);
  });
});

test.each([
  ['a storage that no tensor has', `](${str('94')}${str('95')}e`, 2, /list of storages/],
  ['a storage twice', `](${str('94')}${str('94')}e`, 2, /list of storages/],
  ['no list of storages', 'N', 2, /not read/],
  ['a storage of another size', `]${str('94')}a`, 3, /has 3 elements where 2/],
  ['a storage of no size', `]${str('94')}a`, -1, /has -1 elements/],
])('%s', (_, keys, size, message) => {
  expect(() => torch.load(file(keys, count(size), TWO_FLOATS))).toThrow(message);
});

test('a storage that is said to be larger elsewhere is not asked of the memory', () => {
  const larger = STATE.replace(int(2), long(2n ** 40n));
  const bytesOfIt = fileOf(tuple(larger, STATE), `]${str('94')}a`, count(2), TWO_FLOATS);
  expect(() => torch.load(bytesOfIt)).toThrow('storage "94" is described in two ways');
});

test('a storage that is not there', () => {
  expect(() => torch.load(file(']'))).toThrow(/lacks storage 94/);
});
