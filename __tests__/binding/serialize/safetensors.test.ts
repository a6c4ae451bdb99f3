// torch.safetensors: layout by the format's description, round trips, hostile headers.
import { Buffer } from 'node:buffer';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { DType, Tensor } from 'torch-js';
import * as torch from 'torch-js';
import { held } from '../../support/memory.js';
import { temporaryFolder } from '../../support/temporary.js';
import { dense, plain } from './plain.js';

const { load_file, save_file } = torch.safetensors;
const folder = temporaryFolder();
const path = join(folder, 'x.safetensors');

let before: ReturnType<typeof held>;
beforeEach(() => {
  before = held();
});
afterEach(() => expect(held()).toEqual(before));

/** A file of this header (an object, or its text) and data. */
function file(header: unknown, data: string | Uint8Array = '', length?: bigint): Buffer {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const head = Buffer.alloc(8);
  head.writeBigUInt64LE(length ?? BigInt(json.length));
  return Buffer.concat([head, json, Buffer.from(data as Uint8Array)]);
}

const F32 = (shape: number[], data_offsets: number[]) => ({ dtype: 'F32', shape, data_offsets });

test('the format, byte by byte', () => {
  torch.tidy(() => {
    const b = torch.tensor([true, false]);
    save_file({ b, a: torch.tensor([1.5]) }, path, { format: 'pt' });
  });
  const json =
    '{"__metadata__":{"format":"pt"},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"BOOL","shape":[2],"data_offsets":[4,6]}}';
  const padded = json.padEnd(Math.ceil(json.length / 8) * 8);
  expect(readFileSync(path)).toEqual(file(padded, Uint8Array.of(0, 0, 0xc0, 0x3f, 1, 0)));
});

test('a file that somebody else wrote: another order, spaces, no metadata', () => {
  const header = { b: F32([1, 2], [4, 12]), a: { dtype: 'I32', shape: [], data_offsets: [0, 4] } };
  const data = Buffer.concat([
    Buffer.from(Int32Array.of(7).buffer),
    Buffer.from(Float32Array.of(1, 2).buffer),
  ]);
  torch.tidy(() => {
    const loaded = load_file(file(`${JSON.stringify(header)}   `, data));
    expect(plain(loaded)).toEqual(
      new Map([
        ['b', dense('float32', [1, 2], [1, 2])],
        ['a', dense('int32', [], [7])],
      ]),
    );
  });
});

const DTYPES: DType[] = [
  'bool',
  'uint8',
  'int8',
  'uint16',
  'int16',
  'float16',
  'bfloat16',
  'uint32',
  'int32',
  'float32',
  'uint64',
  'int64',
  'float64',
  'complex64',
];

test('any tensors come back as they were', () => {
  const described = fc.record({
    dtype: fc.constantFrom(...DTYPES),
    shape: fc.array(fc.nat(3), { maxLength: 4 }),
  });
  const name = fc.string({ unit: 'binary' }).filter((text) => text !== '__metadata__');
  fc.assert(
    fc.property(fc.array(fc.tuple(name, described), { maxLength: 5 }), (entries) =>
      torch.tidy(() => {
        const tensors = new Map(
          entries.map(([key, { dtype, shape }]) => [key, torch.randint(0, 2, shape).to(dtype)]),
        );
        save_file(tensors, path);
        const loaded = load_file(path);
        expect([...loaded.keys()].sort()).toEqual([...tensors.keys()].sort());
        for (const [key, tensor] of tensors) {
          expect(plain(loaded.get(key))).toEqual(plain(tensor));
        }
      }),
    ),
    { numRuns: 100 },
  );
});

test('onto a device', () => {
  torch.tidy(() => {
    save_file({ a: torch.ones([2]) }, path);
    expect(load_file(path, 'meta').get('a')?.device).toBe('meta');
    expect(() => load_file(path, 'nowhere')).toThrow(/device must be like/);
  });
});

describe('is not written', () => {
  test.each<[string, () => unknown, RegExp]>([
    ['what is no tensor', () => ({ a: 1 }), /tensors\["a"\] must be a tensor, but got 1/],
    ['not contiguous', () => ({ a: torch.ones([2, 3]).t() }), /"a"\] is not contiguous/],
    [
      'a dtype that it lacks',
      () => ({ a: torch.ones([1], { dtype: 'complex128' }) }),
      /complex128/,
    ],
    ['sparse', () => ({ a: torch.ones([2]).to_sparse() }), /dense tensor with data/],
    ['without data', () => ({ a: torch.ones([2]).to('meta') }), /dense tensor with data/],
    ['the name of the metadata', () => ({ __metadata__: torch.ones([1]) }), /cannot be the name/],
    ['a name that is a number', () => new Map([[1, torch.ones([1])]]), /1 cannot be the name/],
    ['an array', () => [torch.ones([1])], /must be a Map or an object/],
  ])('%s', (_, make, message) => {
    writeFileSync(path, 'old');
    torch.tidy(() => expect(() => save_file(make() as never, path)).toThrow(message));
    expect(readFileSync(path, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['x.safetensors']);
  });

  test('shared memory; parts of one storage that lie apart are', () => {
    torch.tidy(() => {
      const base = torch.arange(4);
      expect(() => save_file({ base, part: base.narrow(0, 1, 2) }, path)).toThrow(
        /"base" and "part" share memory/,
      );
      save_file({ a: base.narrow(0, 0, 2), b: base.narrow(0, 2, 2) }, path);
      expect(plain(load_file(path))).toEqual(
        new Map([
          ['a', dense('float32', [2], [0, 1])],
          ['b', dense('float32', [2], [2, 3])],
        ]),
      );
    });
  });

  test('metadata that is no text', () => {
    expect(() => save_file({}, path, { epoch: 3 } as never)).toThrow(
      /metadata\.epoch must be a text/,
    );
  });
});

describe('is refused', () => {
  const eight = new Uint8Array(8);
  test.each<[string, Uint8Array, RegExp]>([
    ['nothing', new Uint8Array(), /ends at byte 0/],
    ['a header beyond the file', file('{}', '', 100n), /cut short or damaged/],
    ['a header of 2^63 bytes', file('{}', '', 2n ** 63n), /more than 16777216/],
    ['what is no JSON', file('{"a":'), /no JSON/],
    ['what is no UTF-8', file('', Uint8Array.of(0xff), 1n), /no JSON/],
    ['an array', file('[]'), /no JSON object/],
    ['null', file('null'), /no JSON object/],
    ['a number for a tensor', file({ a: 1 }), /tensor "a" is no JSON object/],
    ['no shape', file({ a: { dtype: 'F32', data_offsets: [0, 4] } }, eight), /has no shape/],
    ['a negative size', file({ a: F32([-1], [0, 4]) }, eight), /has no shape/],
    ['a fraction', file({ a: F32([0.5], [0, 2]) }, eight), /has no shape/],
    [
      '65 dimensions',
      file({ a: F32(Array(65).fill(1), [0, 4]) }, eight),
      /65 dimensions, more than 64/,
    ],
    ['an absurd shape', file({ a: F32([2 ** 40, 2 ** 40], [0, 8]) }, eight), /which no memory/],
    [
      'one with nothing in it',
      file({ a: F32([0, 2 ** 52, 2 ** 52], [0, 0]) }),
      /which no memory holds/,
    ],
    ['no offsets', file({ a: { dtype: 'F32', shape: [1] } }, eight), /no data_offsets/],
    ['one offset', file({ a: F32([1], [0]) }, eight), /no data_offsets/],
    ['offsets the wrong way', file({ a: F32([1], [4, 0]) }, eight), /has -4 bytes/],
    [
      'an unknown dtype',
      file({ a: { ...F32([1], [0, 4]), dtype: 'F8_E4M3' } }, eight),
      /"F8_E4M3"/,
    ],
    [
      'a size that does not fit',
      file({ a: F32([1], [0, 8]) }, eight),
      /has 8 bytes where .* want 4/,
    ],
    ['data beyond the file', file({ a: F32([4], [0, 16]) }, eight), /has \d+ bytes where/],
    ['data that no tensor has', file({ a: F32([1], [0, 4]) }, eight), /has \d+ bytes where/],
    ['a hole', file({ a: F32([1], [4, 8]) }, eight), /leaves a hole/],
    ['an overlap', file({ a: F32([2], [0, 8]), b: F32([1], [4, 8]) }, eight), /overlaps another/],
    ['metadata that is no text', file({ __metadata__: { a: 1 } }), /texts alone/],
    [
      'a tensor twice',
      file(`{"a":${JSON.stringify(F32([2], [0, 8]))},"\\u0061":1}`, eight),
      /twice/,
    ],
    [
      'a dtype twice',
      file('{"a":{"dtype":"F32","dtype":"I32","shape":[2],"data_offsets":[0,8]}}', eight),
      /"dtype" twice/,
    ],
    [
      'booleans other than 0 and 1',
      file({ a: { dtype: 'BOOL', shape: [1], data_offsets: [0, 1] } }, Uint8Array.of(2)),
      /booleans/,
    ],
    ['a header of brackets', file('['.repeat(1e6)), /no JSON/],
    [
      'a dtype of brackets',
      file(`{"a":{"dtype":${'['.repeat(1e6)}${']'.repeat(1e6)},"shape":[],"data_offsets":[0,0]}}`),
      /the dtype \(no text\)/,
    ],
    ['a text of 16 MB', file(`{"${'a'.repeat(1.6e7)}":1}`), /is no JSON object/],
  ])('%s', (_, bytes, message) => {
    expect(() => load_file(bytes)).toThrow(expect.objectContaining({ code: 'ERR_FILE_FORMAT' }));
    expect(() => load_file(bytes)).toThrow(message);
  });

  test('what is cut short at any byte, or longer', () => {
    torch.tidy(() => save_file({ a: torch.ones([2]), b: torch.zeros([3]) }, path));
    const bytes = readFileSync(path);
    for (let length = 0; length < bytes.length; length++) {
      expect(() => load_file(bytes.subarray(0, length))).toThrow(
        expect.objectContaining({ code: 'ERR_FILE_FORMAT' }),
      );
    }
    expect(() => load_file(Buffer.concat([bytes, Buffer.alloc(1)]))).toThrow(
      /cut short or damaged/,
    );
  });
});

test('the name "__proto__" is one like any other', () => {
  torch.tidy(() => {
    const loaded: Map<string, Tensor> = load_file(
      file('{"__proto__":{"dtype":"F32","shape":[],"data_offsets":[0,4]}}', new Uint8Array(4)),
    );
    expect([...loaded.keys()]).toEqual(['__proto__']);
  });
});
