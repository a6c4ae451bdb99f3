// Pickles of a few bytes that describe endless or enormous values: a clear error, in bounded time and memory.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import { held } from '../../support/memory.js';
import { expectFault, load } from './faults.js';
import { call, global, int, TWO_FLOATS, tensor, text, tuple } from './hostile.js';

let before: ReturnType<typeof held>;
beforeEach(() => {
  before = held();
});
afterEach(() => expect(held()).toEqual(before));

describe('bombs', () => {
  test('a list that holds itself', () => {
    expectFault(() => load(']q\x00h\x00a'), /one holds itself/);
  });

  test('a dict that holds itself, far below', () => {
    expectFault(() => load(`}q\x00${text('k')}](h\x00es`), /one holds itself/);
  });

  test('lists of two, 60 deep, each the same twice: 2^60 reached through 300 bytes', () => {
    const levels = Array.from({ length: 60 }, (_, i) => {
      const [last, next] = [String.fromCharCode(i), String.fromCharCode(i + 1)];
      return `](h${last}h${last}eq${next}`;
    });
    const pickle = `]q\x00${levels.join('')}`;
    expectFault(() => load(`(${pickle}t`), /refer to each other more than/);
  });

  test('a million lists, each in the next', () => {
    expectFault(() => load(']'.repeat(1e6) + 'a'.repeat(1e6 - 1)), /nested more than 256 deep/);
  });

  test('depth put together from parts that are shallow', () => {
    const wrap = (inner: string) => ']'.repeat(200) + inner + 'a'.repeat(200);
    expectFault(
      () => load(`(${wrap('N')}q\x00${wrap('h\x00')}q\x01${wrap('h\x01')}t`),
      /nested more than 256 deep/,
    );
  });

  test('as deep as is allowed', () => {
    let value: unknown = load(']'.repeat(256) + 'a'.repeat(255));
    for (let depth = 0; depth < 255; depth++) value = (value as unknown[])[0];
    expect(value).toEqual([]);
  });

  test.each([
    ['nothings', 'N', 9e6],
    ['lists', ']', 1.1e6],
    ['tuples', ')', 1.1e6],
    ['dicts', '}', 6e5],
    ['marks', '(', 1.1e6],
    ['sets', '\x8f', 1.1e6],
    ['bytes', 'C\x00', 1.1e6],
  ])('more %s than any program saves', (_, operation, count) => {
    expectFault(() => load(`(${operation.repeat(count)}t`), /more values than are read/);
  });

  test('a million Sizes of a million numbers', () => {
    const long = `(${'K\x01'.repeat(1e6)}tq\x00`;
    const sizes = `${long}${`${global('torch', 'Size')}h\x00\x85R`.repeat(1e6)}`;
    expectFault(() => load(`(${sizes}t`), /1000000 dimensions, more than 64/);
  });

  test('an OrderedDict of many pairs, made again and again', () => {
    const pairs = Array.from({ length: 1e5 }, (_, i) => `${int(i)}N\x86`).join('');
    const again = `${global('collections', 'OrderedDict')}h\x00\x85R`.repeat(1e5);
    expectFault(() => load(`(](${pairs}eq\x00${again}t`), /more values than are read/);
  });

  test.each([
    ['set', '__builtin__', `(](${Array.from({ length: 1e5 }, (_, i) => int(i)).join('')}e`],
    ['bytearray', 'builtins', `(B\x40\x42\x0f\x00${'a'.repeat(1e6)}`],
  ])('a %s of much, made again and again', (name, module, content) => {
    const again = `${global(module, name)}h\x00\x85R`.repeat(1e5);
    expectFault(() => load(`${content}q\x00${again}t`), /more values than are read/);
  });

  test('a tensor, made again and again', () => {
    const made = `${tensor().slice(0, -1)}q\x00`;
    const again = `${global('torch._utils', '_rebuild_tensor_v2')}h\x00R`.repeat(3e5);
    expectFault(() => load(`(${made}${again}t`, TWO_FLOATS), /more values than are read/);
  });

  test('a tensor of a tensor of a tensor, a hundred thousand times', () => {
    const rebuild = `${global('torch._tensor', '_rebuild_from_type_v2')}q\x00`;
    const first = `(h\x00${global('torch', 'Tensor')}q\x01`;
    const nested = `(h\x00h\x01`.repeat(1e5);
    const pickle = `${rebuild}${first}${nested})N${'tN'.repeat(1e5)}tR`;
    expectFault(() => load(pickle), /a class of its own/);
  });

  test('a device made of lists', () => {
    expectFault(() => load(call('torch', 'device', ']', int(1))), /no text/);
    expectFault(() => load(call('torch', 'device', text('cuda'), ']')), /index is no whole/);
  });

  test('tens of thousands of tensors are read', () => {
    const pickle = tuple(...Array(40_000).fill(tensor()));
    const loaded = load(pickle, TWO_FLOATS) as torch.Tensor[];
    expect(loaded).toHaveLength(40_000);
    torch.dispose(loaded);
  });

  test('numbers of the memo far apart', () => {
    expect(load('Nr\xff\xff\xff\xff')).toBeNull();
  });
});
