// Pickles as Python 2 wrote them with protocol 2: dicts of texts, numbers, lists and arrays of NumPy.
// Python 3.12 with NumPy 2.4 reads them by pickle.load(file, encoding='latin1').

/** An array of unsigned bytes. */
export class ByteArray {
  constructor(
    readonly shape: readonly number[],
    readonly bytes: Uint8Array,
  ) {}
}

export type Value = number | string | null | Value[] | ByteArray | { [key: string]: Value };

const bytes = (...values: (number | string | Uint8Array)[]) =>
  Buffer.concat(
    values.map((value) => {
      if (typeof value === 'number') return Buffer.of(value);
      return typeof value === 'string' ? Buffer.from(value, 'latin1') : value;
    }),
  );

const uint32 = (value: number) => {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32LE(value);
  return buffer;
};

const tuple = (items: Value[]) => bytes('(', ...items.map(written), 't');

function written(value: Value): Buffer {
  if (value === null) return bytes('N');
  if (typeof value === 'number') {
    return value >= 0 && value < 256 ? bytes('K', value) : bytes('J', uint32(value));
  }
  if (typeof value === 'string') {
    return value.length < 256
      ? bytes('U', value.length, value)
      : bytes('T', uint32(value.length), value);
  }
  if (Array.isArray(value)) return bytes(']', '(', ...value.map(written), 'e');
  if (value instanceof ByteArray) return array(value);
  const items = Object.entries(value).flatMap(([key, item]) => [written(key), written(item)]);
  return bytes('}', '(', ...items, 'u');
}

function array({ shape, bytes: elements }: ByteArray): Buffer {
  return bytes(
    'cnumpy.core.multiarray\n_reconstruct\n',
    'cnumpy\nndarray\n',
    ...['K', 0, 0x85, 'U', 1, 'b', 0x87, 'R'],
    '(',
    ...['K', 1, tuple([...shape])],
    'cnumpy\ndtype\n',
    ...['U', 2, 'u1', 'K', 0, 'K', 1, 0x87, 'R'],
    ...['(', 'K', 3, 'U', 1, '|', 'NNN', 'J', uint32(-1), 'J', uint32(-1), 'K', 0, 't', 'b'],
    ...[0x89, 'T', uint32(elements.length), elements],
    't',
    'b',
  );
}

export function python2Pickle(value: Value): Buffer {
  return bytes(0x80, 2, written(value), '.');
}
