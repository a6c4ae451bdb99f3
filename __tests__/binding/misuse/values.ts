// Arguments for the misuse suite, as JavaScript text: right ones of each kind, and wrong ones.
import fc from 'fast-check';
import { MARKS } from './vocabulary.js';

export type Text = fc.Arbitrary<string>;

/** One of the texts. */
export const one = (...texts: string[]): Text => fc.constantFrom(...texts);

// Sizes either fit or are refused at once: none in between, which would fill the machine's memory.
const SMALL = ['0', '1', '2', '3', '-1', '-2', '5'];
const HUGE = ['2 ** 50', '-(2 ** 50)', '2n ** 62n', '-(2n ** 63n)', '2n ** 63n - 1n'];

const shapes: fc.Arbitrary<readonly number[]> = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom([3], [2, 2], [3, 3], [2, 3, 4], [1, 2, 4, 4]) },
  { weight: 1, arbitrary: fc.constantFrom([], [0], [1], [2, 0, 3], [1, 2, 3, 3, 3], [4, 2], [7]) },
);

export const DTYPES = [
  'float32',
  'float64',
  'int64',
  'int32',
  'bool',
  'uint8',
  'float16',
  'bfloat16',
  'complex64',
  'complex128',
  'int16',
  'int8',
];

const dtypes = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('float32', 'float64', 'int64') },
  { weight: 2, arbitrary: fc.constantFrom(...DTYPES) },
);

const marks = fc.oneof(
  { weight: 6, arbitrary: fc.constant([]) },
  { weight: 2, arbitrary: fc.constantFrom(['index'], ['grad'], ['derived'], ['transposed']) },
  { weight: 2, arbitrary: fc.array(fc.constantFrom(...MARKS), { maxLength: 2 }) },
);

/** A tensor; of one of the shapes given, where they are. */
export function tensor(of: fc.Arbitrary<readonly number[]> = shapes): Text {
  return fc
    .tuple(of, dtypes, marks)
    .map(
      ([shape, dtype, odd]) =>
        `t(${[JSON.stringify(shape), ...[dtype, ...odd].map(quoted)].join(', ')})`,
    );
}

function quoted(text: string): string {
  return `'${text}'`;
}

/** Shapes of which most tensors of one call have the same. */
export const kindred: fc.Arbitrary<fc.Arbitrary<readonly number[]>> = shapes.map((shape) =>
  fc.oneof({ weight: 4, arbitrary: fc.constant(shape) }, { weight: 1, arbitrary: shapes }),
);

const strings = fc.oneof(
  one(
    ...["''", "'sum'", "'mean'", "'none'", "'same'", "'valid'", "'ij'", "'linear'", "'reflect'"],
    ...["'constant'", "'gelsd'", "'L'", "'fro'", "'nuc'", "'tanh'", "'floor'", "'trunc'", "'amax'"],
    ...["'i,j->ij'", "'...i,ij'", "'left'", "'upper'", "'xyz'", "'\\0'", "'\\ud800'", "'é'"],
  ),
  fc.string({ maxLength: 8 }).map((text) => JSON.stringify(text)),
);

const BY_KIND: Record<string, Text> = {
  Scalar: one(
    '0',
    '1',
    '2',
    '-1',
    '0.5',
    'NaN',
    'Infinity',
    '-0',
    'true',
    '3n',
    '1e20',
    '2n ** 62n',
  ),
  int: fc.oneof({ weight: 4, arbitrary: one(...SMALL) }, { weight: 1, arbitrary: one(...HUGE) }),
  float: one('0', '1', '0.5', '-1', 'NaN', 'Infinity', '-Infinity', '1e30', '1e-300', '2'),
  bool: one('true', 'false'),
  str: strings,
  ScalarType: fc.constantFrom(...DTYPES).map(quoted),
  Layout: one("'strided'", "'sparse_coo'", "'sparse_csr'", "'sparse_bsr'"),
  Device: one("'cpu'", "'meta'", "'cuda'", "'cpu:3'", "'mps'"),
  MemoryFormat: one(
    "'contiguous_format'",
    "'channels_last'",
    "'channels_last_3d'",
    "'preserve_format'",
  ),
  Generator: one('torch.default_generator', 'new torch.Generator()'),
};

/** What an argument's type is; as the addon describes it. */
export interface Type {
  kind: string;
  optional: boolean;
  list: boolean;
  optionalElement: boolean;
  size: number;
}

/** An argument of the right type, though its value may be out of range. */
export function ofType(type: Type, of?: fc.Arbitrary<readonly number[]>): Text {
  const element = type.kind === 'Tensor' ? tensor(of) : (BY_KIND[type.kind] as Text);
  const item = type.optionalElement ? fc.oneof(element, one('null')) : element;
  const lists = fc
    .oneof(
      fc.array(item, { maxLength: 4 }),
      fc.array(item, { minLength: type.size, maxLength: type.size || 6 }),
    )
    .map((items) => `[${items.join(', ')}]`);
  const value = type.list ? (type.size > 0 ? fc.oneof(lists, element) : lists) : element;
  return type.optional
    ? fc.oneof({ weight: 2, arbitrary: value }, { weight: 1, arbitrary: one('null') })
    : value;
}

/** Anything that a program could pass by mistake. */
export const anything: Text = fc.oneof(
  one('undefined', 'null', 'NaN', 'Infinity', '-0', '0.5', ...SMALL, ...HUGE, '2n ** 64n', 'true'),
  one(
    '{}',
    '[]',
    '[null]',
    '[undefined]',
    '[[1, 2], [3]]',
    '[[1], [2]]',
    'new Array(3)',
    'cyclic()',
  ),
  one(
    'detached()',
    'new Float32Array(3)',
    'new BigInt64Array(2)',
    'new DataView(new ArrayBuffer(8))',
  ),
  one(
    'Symbol.iterator',
    '() => 1',
    'new Map([[1, 2]])',
    'new Date(0)',
    'new Proxy([2, 3], {})',
    'busy(1)',
  ),
  one(
    'Object.create(null)',
    'Object.create(torch.Tensor.prototype)',
    '{ dim: 1 }',
    "{ dtype: 'x' }",
    '{ out: 1 }',
  ),
  strings,
  tensor(),
  tensor().map((text) => `[${text}]`),
  fc.constantFrom(...DTYPES).map(quoted),
  one('torch.default_generator', 'Object.create(torch.Generator.prototype)'),
);
