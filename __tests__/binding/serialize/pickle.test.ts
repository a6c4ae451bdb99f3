// pickle.loads: what Python 2 wrote with NumPy, and what is refused.
import { describe, expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import { ByteArray, python2Pickle } from '../../support/python2_pickle.js';

const latin = (text: string) => Buffer.from(text, 'latin1');

const PROTOCOL_4 =
  'gASV6AAAAAAAAAB9lCiMAWGUjBZudW1weS5fY29yZS5tdWx0aWFycmF5lIwMX3JlY29uc3RydWN0lJOUjAVudW1weZSMB25k' +
  'YXJyYXmUk5RLAIWUQwFilIeUUpQoSwFLAoWUaAWMBWR0eXBllJOUjAJpMpSJiIeUUpQoSwOMATyUTk5OSv////9K/////0sA' +
  'dJRiiUMEAQACAJR0lGKMAWKUQwIA/5SMAWOUj5QoSwGQjAFklGgCjAZzY2FsYXKUk5RoDowCZjSUiYiHlFKUKEsDaBJOTk5K' +
  '/////0r/////SwB0lGJDBAAAAD+UhpRSlHUu';

test('plain values and an array come back; a str is latin-1', () => {
  const elements = Uint8Array.of(0, 127, 128, 255, 10, 13);
  const value = { name: 'Stück', labels: [3, 0, 300, -1], none: null };
  const read = torch.pickle.loads(
    python2Pickle({ ...value, data: new ByteArray([2, 3], elements) }),
  );
  expect(read).toEqual({
    ...value,
    data: { dtype: 'u1', shape: [2, 3], bytes: Buffer.from(elements) },
  });
});

test('an array that Python 3 wrote with protocol 2 is read, too', () => {
  // pickle.dumps(numpy.array([[1, 200], [-3, 4]], 'i2'), protocol=2) of Python 3.12 and NumPy 2.4.
  const bytes = latin(
    '\x80\x02cnumpy._core.multiarray\n_reconstruct\nq\x00cnumpy\nndarray\nq\x01K\x00\x85q\x02' +
      'c_codecs\nencode\nq\x03X\x01\x00\x00\x00bq\x04X\x06\x00\x00\x00latin1q\x05\x86q\x06Rq\x07\x87q\x08' +
      'Rq\t(K\x01K\x02K\x02\x86q\ncnumpy\ndtype\nq\x0bX\x02\x00\x00\x00i2q\x0c\x89\x88\x87q\rRq\x0e' +
      '(K\x03X\x01\x00\x00\x00<q\x0fNNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tq\x10b\x89h\x03' +
      'X\x0b\x00\x00\x00\x01\x00\xc3\x88\x00\xc3\xbd\xc3\xbf\x04\x00q\x11h\x05\x86q\x12Rq\x13tq\x14b.',
  );
  const read = torch.pickle.loads(bytes) as torch.pickle.NumpyArray;
  expect(read).toMatchObject({ dtype: 'i2', shape: [2, 2] });
  expect([...new Int16Array(Uint8Array.from(read.bytes).buffer)]).toEqual([1, 200, -3, 4]);
});

test('of protocol 4: arrays, numbers of NumPy, bytes, sets', () => {
  // pickle.dumps({'a': numpy.array([1, 2], 'i2'), 'b': b'\x00\xff', 'c': {1}, 'd': numpy.float32(.5)}, protocol=4)
  // of Python 3.11 and NumPy 2.4.
  const read = torch.pickle.loads(Buffer.from(PROTOCOL_4, 'base64'));
  expect(read).toEqual({
    a: { dtype: 'i2', shape: [2], bytes: Buffer.of(1, 0, 2, 0) },
    b: Uint8Array.of(0, 255),
    c: new Set([1]),
    d: 0.5,
  });
});

describe('refused, with a word:', () => {
  const right = python2Pickle({ data: new ByteArray([2, 3], new Uint8Array(6)) });
  const changed = (from: string, to: string) =>
    latin(right.toString('latin1').replace(latin(from).toString('latin1'), to));
  test.each<[string, Uint8Array, string]>([
    ['a function', latin('\x80\x02cos\nsystem\nU\x02ls\x85R.'), '"os.system", which is not read'],
    ['a cut', right.subarray(0, -8), 'its pickle is cut short'],
    ['another shape', changed('K\x02K\x03t', 'K\x02K\x04t'), 'has 6 bytes where 8 should be'],
    ['objects', changed('u1', 'O8'), 'a dtype of NumPy that is not read'],
    ["Fortran's order", changed('\x89T', '\x88T'), 'no array of NumPy in row-major order'],
    ['a class', latin('\x80\x02cnumpy\nndarray\n.'), 'no array of NumPy in row-major order'],
    ['an array of another class', changed('cnumpy\nndarray', 'cnumpy\ndtype'), 'rebuilds what is'],
    ['protocol 1', latin('\x80\x01N.'), 'its pickle has protocol 1; 2 to 5 are read'],
    ['a list in itself', latin('\x80\x02]q\x01h\x01a.'), 'one holds itself'],
  ])('%s', (_, bytes, message) => {
    expect(() => torch.pickle.loads(bytes)).toThrow(
      expect.objectContaining({
        code: 'ERR_FILE_FORMAT',
        message: expect.stringContaining(message),
      }),
    );
  });

  test('what is no bytes', () => {
    expect(() => torch.pickle.loads('text' as unknown as Uint8Array)).toThrow(
      'pickle.loads: bytes must be a Uint8Array, but got "text"',
    );
  });
});
