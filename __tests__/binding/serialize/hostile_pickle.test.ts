// Hostile and damaged pickles: a clear error, nothing executed, nothing left behind.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import { held } from '../../support/memory.js';
import { expectFault, load } from './faults.js';
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

let before: ReturnType<typeof held>;
beforeEach(() => {
  before = held();
});
afterEach(() => expect(held()).toEqual(before));

test('the tools of this file make what is read', () => {
  const loaded = torch.load(archive(tensor(), TWO_FLOATS));
  expect(plain(loaded)).toEqual(dense('float32', [2], [1, 2]));
  torch.dispose(loaded);
});

describe('names that are not on the list are refused by name', () => {
  test.each([
    ['os', 'system'],
    ['posix', 'system'],
    ['builtins', 'eval'],
    ['__builtin__', 'getattr'],
    ['subprocess', 'Popen'],
    ['numpy.core.multiarray', '_reconstruct'],
    ['numpy._core.multiarray', '_reconstruct'],
    ['builtins', 'range'],
    ['__builtin__', 'object'],
    ['torch', 'load'],
    ['torch.storage', '_load_from_bytes'],
    ['collections', 'OrderedDict.fromkeys'],
    ['constructor', 'constructor'],
    ['torch', 'constructor'],
    ['__proto__', 'x'],
  ])('%s.%s', (module, name) => {
    const message = `it asks for "${module}.${name}", which is not read`;
    expect(() => load(call(module, name, text('echo')))).toThrow(message);
    // Also where nothing calls it.
    expect(() => load(`]${global(module, name)}a`)).toThrow(message);
  });
});

describe('operations that make no value of a state dict', () => {
  test.each([
    ['NEWOBJ', `${global('collections', 'OrderedDict')})\x81`, /operation 0x81/],
    ['INST', `(icollections\nOrderedDict\n`, /operation 0x69/],
    ['OBJ', `(${global('collections', 'OrderedDict')}o`, /operation 0x6f/],
    ['EXT1', '\x82\x01', /operation 0x82/],
    ['STACK_GLOBAL of a function', `${text('os')}${text('system')}\x93`, /"os\.system"/],
    ['STACK_GLOBAL of no text', `${text('os')}N\x93`, /a name that is no text/],
    ['NEWOBJ_EX', `${global('collections', 'OrderedDict')})}\x92`, /operation 0x92/],
    ['NEXT_BUFFER', '\x97', /operation 0x97/],
    ['READONLY_BUFFER', `C\x01a\x98`, /operation 0x98/],
    ['ADDITEMS to a list', '](N\x90', /adds to what is no set/],
    ['a list in a set', '\x8f(]\x90', /set has an element that is no text/],
    ['a tuple in a frozenset', '()\x91', /set has an element that is no text/],
    ['bytes beyond the end', 'B\xff\xff\xff\xff', /cut short/],
    ['bytes of unheard length', `\x8e${'\xff'.repeat(8)}`, /cut short/],
    ['a bytearray of unheard length', `\x96${'\xff'.repeat(8)}`, /cut short/],
    ['a text of unheard length', `\x8d${'\xff'.repeat(8)}`, /cut short/],
    ['a frame that is cut', '\x95\x00', /cut short/],
    ['a set of a dict', call('builtins', 'set', '}'), /set is not made of a list/],
    ['a complex number of texts', call('builtins', 'complex', text('1'), int(0)), /two numbers/],
    ['a Counter of a list', call('collections', 'Counter', ']'), /Counter is not made of a dict/],
    ['bytes of a number', call('builtins', 'bytes', int(1e9)), /no text in latin1/],
    ['bytes of UTF-8', call('_codecs', 'encode', text('a'), text('utf-8')), /no text in latin1/],
    [
      'a number of objects',
      call('numpy.core.multiarray', 'scalar', call('numpy', 'dtype', text('O8')), 'C\x08'),
      /cut short|not read/,
    ],
    [
      'a number that is too short',
      call('numpy.core.multiarray', 'scalar', call('numpy', 'dtype', text('f8')), 'C\x01a'),
      /f8 has not 8 bytes/,
    ],
    ['a dtype of NumPy as a value', call('numpy', 'dtype', text('f8')), /numpy\.dtype as a value/],
    [
      'a tensor of another class',
      call('torch._tensor', '_rebuild_from_type_v2', 'N', global('torch', 'Size'), ')', '}'),
      /a class of its own/,
    ],
    [
      'a tensor rebuilt as a dict',
      call(
        'torch._tensor',
        '_rebuild_from_type_v2',
        global('collections', 'OrderedDict'),
        global('torch', 'Tensor'),
        ')',
        '}',
      ),
      /a class of its own/,
    ],
    ['PERSID', 'P0\n', /operation 0x50/],
    ['INT as text', 'I1\n', /operation 0x49/],
    ['LONG4', '\x8b\xff\xff\xff\x7f', /operation 0x8b/],
    ['BUILD on a dict', '}}b', /no OrderedDict/],
    ['BUILD with a list', `${call('collections', 'OrderedDict')}]b`, /no OrderedDict/],
    ['REDUCE of a text', `${text('x')})R`, /calls what is no function/],
    [
      'REDUCE of a storage class',
      `${global('torch', 'FloatStorage')})R`,
      /calls torch\.FloatStorage/,
    ],
    ['REDUCE without a tuple', `${global('collections', 'OrderedDict')}]R`, /calls collections/],
    ['APPEND to a dict', '}Na', /no list/],
    ['APPENDS to a tuple', ')(NNe', /no list/],
    ['SETITEM of a list', ']NNs', /no dict/],
    ['SETITEMS of an odd number', '}(NNNu', /lacks a value/],
    ['a list as a key', '}]Ns', /key that is no text/],
    ['POP of an empty stack', 'a', /not there/],
    ['TUPLE without MARK', 'NNt', /lacks a mark/],
    ['STOP below a mark', '(N', /ends too early/],
    ['STOP with two values', 'NN', /ends too early/],
    ['STOP with none', '', /not there/],
    ['BINGET of nothing', 'h\x07', /no value number 7/],
    ['LONG_BINGET of nothing', 'j\xff\xff\xff\xff', /no value number 4294967295/],
    ['a text beyond the end', 'X\xff\xff\xff\xff', /cut short/],
    ['a text that is no UTF-8', 'X\x01\x00\x00\x00\xff', /not UTF-8/],
    ['a name without an end', 'cos', /cut short/],
    [
      'a persistent id that is no storage',
      `${tuple(text('module'), 'N', 'N', 'N', 'N')}Q`,
      /no storage/,
    ],
    ['a persistent id that is a text', `${text('storage')}Q`, /no storage/],
    [
      'a view of a storage',
      `${tuple(text('storage'), global('torch', 'FloatStorage'), text('0'), text('cpu'), int(2), tuple())}Q`,
      /no storage/,
    ],
    ['pairs that are none', call('collections', 'OrderedDict', `](${tuple('N')}e`), /pairs/],
  ])('%s', (_, pickle, message) => {
    expectFault(() => load(pickle), message);
  });

  test.each([0, 1, 6, 255])('protocol %i', (version) => {
    expectFault(() => load(`\x80${String.fromCharCode(version)}N`), /protocol/);
  });
});

describe('tensors that are not there', () => {
  const big = long(2n ** 40n);
  test.each([
    ['larger than the storage', { size: tuple(int(3)) }, /reaches beyond its storage of 8 bytes/],
    ['beyond its end', { offset: int(1) }, /reaches beyond/],
    ['with a stride beyond its end', { stride: tuple(int(2)) }, /reaches beyond/],
    ['empty, but beyond its end', { offset: int(3), size: tuple(int(0)) }, /reaches beyond/],
    ['a negative offset', { offset: int(-1) }, /offset is no whole number/],
    ['a negative size', { size: tuple(int(-2)) }, /shape is no whole number/],
    ['a negative stride', { stride: tuple(int(-1)) }, /strides is no whole number/],
    ['a size beyond 2^53', { size: tuple(long(2n ** 60n)) }, /shape is no whole number/],
    [
      'more elements than any memory',
      { size: tuple(big, big), stride: tuple(int(0), int(0)) },
      /which no memory holds/,
    ],
    [
      'more, if it were not empty',
      { size: tuple(int(0), big, big), stride: tuple(int(0), int(0), int(0)) },
      /which no memory holds/,
    ],
    [
      'too many dimensions',
      { size: tuple(...Array(65).fill(int(1))), stride: tuple(...Array(65).fill(int(1))) },
      /65 dimensions, more than 64/,
    ],
    ['fewer strides than sizes', { stride: tuple() }, /but the strides \[\]/],
    ['a shape that is a text', { size: text('2') }, /no tuple/],
    ['a stride that is a fraction', { stride: tuple('G?\xe0\0\0\0\0\0\0') }, /no whole number/],
    ['without a storage', { storage: 'N' }, /has no storage/],
    [
      'with a storage without an entry',
      { storage: storage('FloatStorage', '7', int(2)) },
      /no entry "data\/7"/,
    ],
    [
      'with a storage elsewhere in the archive',
      { storage: storage('FloatStorage', '../data.pkl', int(2)) },
      /no entry/,
    ],
    [
      'with a storage that is smaller in the file',
      { storage: storage('FloatStorage', '0', int(3)) },
      /8 bytes where 12 should be/,
    ],
    [
      'with another dtype than the file',
      { storage: storage('DoubleStorage', '0', int(2)) },
      /8 bytes where 16 should be/,
    ],
    [
      'with a storage of unheard size',
      { storage: storage('FloatStorage', '0', big) },
      /8 bytes where/,
    ],
    [
      'with a storage of negative size',
      { storage: storage('FloatStorage', '0', int(-2)) },
      /size is no whole/,
    ],
    [
      'with an unknown storage class',
      { storage: storage('QInt8Storage', '0', int(2)) },
      /"torch\.QInt8Storage"/,
    ],
    [
      'integers that require a gradient',
      { storage: storage('IntStorage', '0', int(2)), requires_grad: '\x88' },
      /cannot require a gradient/,
    ],
    [
      'on a device of no name',
      { storage: storage('FloatStorage', '0', int(2), 'moon:1') },
      /"moon:1".*map_location: 'cpu'/,
    ],
  ])('%s', (_, parts, message) => {
    expectFault(() => load(tensor(parts), TWO_FLOATS), message);
  });

  test('booleans other than 0 and 1', () => {
    const pickle = tensor({ storage: storage('BoolStorage', '0', int(2)) });
    expectFault(() => load(pickle, Uint8Array.of(1, 2)), /booleans has elements other/);
    const untyped = `${tuple(text('storage'), global('torch.storage', 'UntypedStorage'), text('0'), text('cpu'), int(2))}Q`;
    const parts = [untyped, int(0), tuple(int(2)), tuple(int(1)), '\x89', 'N'];
    const asBool = call('torch._utils', '_rebuild_tensor_v3', ...parts, global('torch', 'bool'));
    expectFault(() => load(asBool, Uint8Array.of(1, 2)), /storage of something else/);
  });

  test('a fault in the last of many tensors frees the others', () => {
    const bad = tensor({ storage: storage('FloatStorage', '7', int(2)) });
    expectFault(() => load(tuple(...Array(50).fill(tensor()), bad), TWO_FLOATS), /data\/7/);
  });

  test.each([
    ['a class', global('torch', 'FloatStorage')],
    ['a storage', storage('FloatStorage', '0', int(2))],
  ])('%s as a value', (_, pickle) => {
    expectFault(() => load(pickle, TWO_FLOATS), /as a value/);
  });
});
