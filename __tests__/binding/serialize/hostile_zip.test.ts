// Hostile and damaged archives and legacy files: a clear error, never another file's bytes.
import { Buffer } from 'node:buffer';
import { readFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import { held } from '../../support/memory.js';
import { PROJECT_ROOT } from '../../support/paths.js';
import { archive, type Entry, type EntryFaults, TWO_FLOATS, tensor, zip } from './hostile.js';

const FIXTURES = `${PROJECT_ROOT}__tests__/binding/serialize/fixtures/`;

let before: ReturnType<typeof held>;
beforeEach(() => {
  before = held();
});
afterEach(() => expect(held()).toEqual(before));

function expectFault(bytes: Uint8Array, message: RegExp): void {
  const run = () => torch.load(bytes);
  expect(run).toThrow(expect.objectContaining({ name: 'FileFormatError', file: '(bytes)' }));
  expect(run).toThrow(message);
}

const PICKLE: Entry = { name: 'a/data.pkl', data: `\x80\x02${tensor()}.` };
const DATA: Entry = { name: 'a/data/0', data: TWO_FLOATS };

describe('an entry', () => {
  test.each<[string, EntryFaults, RegExp]>([
    ['compressed', { method: 8 }, /"data\/0" is compressed/],
    ['a bomb', { method: 8, size: 0xfffffff0, packed: 8 }, /is compressed/],
    ['encrypted', { flags: 1 }, /is encrypted/],
    ['of two sizes', { size: 8, packed: 4 }, /has two sizes/],
    ['with a wrong checksum', { crc: 7 }, /"data\/0" is damaged: its checksum is wrong/],
    ['beyond the data', { size: 100 }, /reaches beyond the data/],
    ['beyond the file', { size: 0xfffffff0 }, /reaches beyond the data/],
    ['elsewhere', { place: 3 }, /not where the zip archive's directory says/],
    ['that begins beyond the file', { place: 0xfffffff0 }, /cut short or damaged/],
    ['of another name in its own header', { localName: 'a/data/1' }, /not where/],
    ['that lacks its 64-bit size', { size: 0xffffffff }, /lacks its size/],
  ])('%s', (_, faults, message) => {
    expectFault(zip([PICKLE, { ...DATA, ...faults }]), message);
  });

  test('there twice', () => {
    expectFault(zip([PICKLE, DATA, DATA]), /two entries "a\/data\/0"/);
  });

  test('that overlaps another', () => {
    // A header with its name and data inside the data of another entry.
    const inner = zip([DATA]).subarray(0, 30 + 8 + 8);
    const outer: Entry = { name: 'a/data/1', data: inner };
    const place = 30 + PICKLE.name.length + PICKLE.data.length + 30 + outer.name.length;
    expectFault(zip([PICKLE, outer, { ...DATA, place }]), /"a\/data\/1" and "a\/data\/0" overlap/);
  });

  test('outside the folder', () => {
    expectFault(zip([PICKLE, { ...DATA, name: 'b/data/0' }]), /"b\/data\/0" lies outside/);
    expectFault(zip([{ ...PICKLE, name: 'data.pkl' }]), /"data\.pkl" lies outside/);
  });
});

describe('an archive', () => {
  test.each<[string, Parameters<typeof zip>[1], RegExp]>([
    ['with more entries than it says', { count: 1 }, /more than its entries/],
    ['with fewer', { count: 3 }, /directory is damaged/],
    ['with a directory elsewhere', { offset: 2 }, /does not lie before its end/],
    ['with a directory beyond the file', { size: 0xfffffff0 }, /does not lie before its end/],
  ])('%s', (_, end, message) => {
    expectFault(zip([PICKLE, DATA], end), message);
  });

  test('with something before it or behind it', () => {
    expectFault(Buffer.concat([zip([PICKLE, DATA]), Buffer.from('x')]), /has no end/);
    expectFault(
      Buffer.concat([Buffer.from('x'), zip([PICKLE, DATA])]),
      /not written by torch\.save/,
    );
  });

  test('of something else', () => {
    expectFault(zip([{ name: 'word/document.xml', data: '' }]), /not one of torch\.save/);
    expectFault(zip([{ name: 'm/constants.pkl', data: '' }]), /TorchScript/);
  });

  test('of a big-endian machine', () => {
    expectFault(zip([PICKLE, DATA, { name: 'a/byteorder', data: 'big' }]), /big-endian/);
  });

  test('that says nothing of its byte order, as before PyTorch 2.1', () => {
    const loaded = torch.load(zip([PICKLE, DATA]));
    expect((loaded as torch.Tensor).tolist()).toEqual([1, 2]);
    torch.dispose(loaded);
  });
});

test('what is no file of torch.save', () => {
  expectFault(new Uint8Array(), /not written by torch\.save/);
  expectFault(Buffer.from('PK'), /not written by torch\.save/);
  expectFault(Buffer.from('PK\x03\x04'), /has no end/);
  const tar = Buffer.alloc(1024);
  tar.write('ustar', 257);
  expectFault(tar, /tar archive, as PyTorch 0\.1/);
});

describe.each([
  ['of ours', () => archive(tensor(), TWO_FLOATS)],
  ['tensors.pt', () => readFileSync(`${FIXTURES}tensors.pt`)],
  ['tensors_legacy.pt', () => readFileSync(`${FIXTURES}tensors_legacy.pt`)],
  ['checkpoint_legacy.pt', () => readFileSync(`${FIXTURES}checkpoint_legacy.pt`)],
])('%s', (_, read) => {
  test('cut short at any byte', () => {
    const bytes = read();
    const accepted: number[] = [];
    for (let length = 0; length < bytes.length; length++) {
      try {
        torch.dispose(torch.load(bytes.subarray(0, length)));
        accepted.push(length);
      } catch (error) {
        expect(error).toMatchObject({ code: 'ERR_FILE_FORMAT' });
      }
    }
    expect(accepted).toEqual([]);
  });

  test('with any one byte changed: read, or refused as a file', () => {
    const bytes = read();
    for (let at = 0; at < bytes.length; at++) {
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] as number) ^ (1 << (at % 8));
      try {
        torch.dispose(torch.load(changed));
      } catch (error) {
        expect(error).toMatchObject({ code: 'ERR_FILE_FORMAT' });
      }
    }
  });
});

describe('a legacy file', () => {
  const legacy = readFileSync(`${FIXTURES}dtypes_legacy.pt`);

  test('with bytes behind it', () => {
    expectFault(Buffer.concat([legacy, Buffer.alloc(1)]), /cut short or damaged/);
  });

  test('of a big-endian machine', () => {
    const text = legacy.toString('latin1');
    const [, put] = /little_endianq(.)\x88/s.exec(text) as unknown as [string, string];
    const big = text.replace(`little_endianq${put}\x88`, `little_endianq${put}\x89`);
    expectFault(Buffer.from(big, 'latin1'), /byte order that is not read/);
  });
});
