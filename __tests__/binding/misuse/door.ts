// Lines that misuse the door below torch-js's types: messages in the mailbox, and the addon's functions called with
// anything. `dispatch.h` and the headers beside it say what they should be given.
import fc from 'fast-check';
import { addon, nameOf, overloads } from './door_run.js';
import { anything, one, type Text, type Type, tensor } from './values.js';

// These read the mailbox.
const MESSAGES = ['call', 'backward', 'grad', 'disposeMany', 'applyFunction'];

// Loading a library runs its code; threads are the whole process's.
const APART = new Set(['version', 'loadLibrary', 'setThreads', 'setAnomalyDetection', ...MESSAGES]);

/** A number that may stand anywhere in a message. */
const noise: Text = one(
  ...[
    'NaN',
    '-1',
    '0',
    '1',
    '2',
    '3',
    '0.5',
    '-0',
    'Infinity',
    '-Infinity',
    '1e300',
    '2 ** 24',
    '2 ** 24 + 1',
  ],
  ...['2 ** 31', '2 ** 53', '-(2 ** 53)', '2 ** 60', '100', '4096', '5000', '1e-300', '255', '77'],
);

const handle = fc.oneof(
  { weight: 12, arbitrary: tensor().map((text) => `handle${text.slice(1)}`) },
  { weight: 1, arbitrary: one('0', 'generator()', 'stale()') },
  { weight: 1, arbitrary: noise },
);

const BY_KIND: Record<string, Text> = {
  Tensor: handle,
  Scalar: fc
    .tuple(one('1', '2', '3', '4', '0'), one('0', '1', '-2', '0.5', 'NaN', '3'))
    .map((parts) => parts.join(', ')),
  int: one('0', '1', '2', '-1', '3', 'NaN, 5', '2 ** 53'),
  float: one('0', '1', '0.5', 'NaN', 'Infinity'),
  bool: one('0', '1'),
  str: one("text('mean')", "text('sum')", "text('')", '0', '9999'),
  ScalarType: one('6', '7', '4', '11', '9', '5', '12', '77', '-1', '2 ** 40'),
  Layout: one('0', '1', '2', '77', '-1'),
  Device: one('0, -1', '0, 0', '14, -1', '77, 0', '1, 0', '0, 1000', '-1, -1'),
  MemoryFormat: one('0', '1', '2', '77', '-1'),
  Generator: fc.oneof(one('generator()', '0', 'stale()'), handle),
};

function value(type: Type): Text {
  const element = BY_KIND[type.kind] as Text;
  const content = type.list
    ? fc.array(element, { maxLength: 3 }).map((items) => [items.length, ...items].join(', '))
    : element;
  const announced =
    type.optional && (type.list || !['Tensor', 'Scalar', 'Generator'].includes(type.kind));
  const given = announced ? content.map((text) => `1, ${text}`) : content;
  return type.optional
    ? fc.oneof({ weight: 3, arbitrary: given }, { weight: 1, arbitrary: one('0') })
    : given;
}

/** A message for an operator, right up to where noise takes over. */
const message: Text = fc.constantFrom(...overloads).chain((overload) => {
  const types = overload.arguments;
  return fc
    .tuple(
      fc.oneof(
        { weight: 8, arbitrary: fc.constant(2 ** types.length - 1) },
        { weight: 1, arbitrary: fc.nat(2 ** types.length) },
      ),
      fc.tuple(...types.map(value)),
      fc.oneof(
        { weight: 4, arbitrary: fc.constant(null) },
        { weight: 1, arbitrary: fc.tuple(fc.nat(), noise) },
      ),
      fc.array(noise, { maxLength: 3 }),
    )
    .map(([mask, texts, replaced, more]) => {
      const parts = [`operator('${nameOf(overload)}')`, String(mask), ...texts, ...more];
      if (replaced) parts[replaced[0] % parts.length] = replaced[1];
      return `send(${parts.join(', ')})`;
    });
});

const forged: Text = fc
  .array(fc.oneof(noise, handle), { maxLength: 12 })
  .map((parts) => `send(${parts.join(', ')})`);

/** A list that says it is longer than the mailbox, or fills it. */
const long: Text = fc
  .tuple(
    one('4094', '4096', '5000', '1e9', '2 ** 53', 'NaN', '-1', '1.5'),
    handle,
    one('4000', '9000'),
  )
  .map(
    ([count, first, sent]) =>
      `send(operator('aten::cat'), 3, ${count}, ...Array(${sent}).fill(${first}), 1, 0)`,
  );

const call: Text = fc
  .oneof(
    { weight: 20, arbitrary: message },
    { weight: 2, arbitrary: forged },
    { weight: 1, arbitrary: long },
  )
  .map((text) => `${text}; call()`);

const lists: Text = fc
  .array(
    fc.array(handle, { maxLength: 3 }).map((items) => [items.length, ...items].join(', ')),
    { maxLength: 4 },
  )
  .chain((parts) =>
    fc.array(noise, { maxLength: 4 }).map((more) => `send(${[...parts, ...more].join(', ')})`),
  );

const backwards: Text = fc
  .tuple(lists, one('addon.backward()', 'addon.grad(); takeLists(1)', 'addon.disposeMany()'))
  .map((parts) => parts.join('; '));

const customFunction: Text = fc
  .tuple(
    lists,
    fc.oneof(lists, one('throwNull()', '0')),
    fc.oneof(lists, forged, one('throwNull()', '0')),
  )
  .map(
    ([given, forward, backward]) =>
      `${given}; addon.applyFunction(() => { ${forward} }, () => { takeLists(2); ${backward} }); backwardThrough(takeLists(1)[0])`,
  );

const exported: Text = fc
  .constantFrom(...Object.keys(addon).filter((name) => !APART.has(name)))
  .chain((name) =>
    fc
      .array(
        fc.oneof(
          { weight: 2, arbitrary: handle },
          { weight: 1, arbitrary: noise },
          { weight: 2, arbitrary: anything },
        ),
        { maxLength: 4 },
      )
      .map((args) => `took('${name}', addon.${name}(${args.join(', ')}))`),
  );

export const lines: Text = fc.oneof(
  { weight: 12, arbitrary: call },
  { weight: 2, arbitrary: backwards },
  { weight: 2, arbitrary: customFunction },
  { weight: 4, arbitrary: exported },
);
