// Lines that misuse what torch-js offers: every operator, and what is written by hand.
import fc from 'fast-check';
import * as torch from 'torch-js';
import { PROJECT_ROOT } from '../../support/paths.js';
import { type Input, shapeOf } from '../numerics/inputs.js';
import { type Call, families, readTable } from '../numerics/table.js';
import { anything, kindred, ofType, type Text, type Type, tensor } from './values.js';

interface Schema {
  arguments: (Type & { name: string; keywordOnly: boolean; hasDefault: boolean })[];
}

const { operator } = await import(`${PROJECT_ROOT}binding/dist/operators.js`);
const { overloads } = await import(`${PROJECT_ROOT}binding/dist/generated/overloads.js`);

const functions = torch as unknown as Record<string, unknown>;
const methods = torch.Tensor.prototype as unknown as Record<string, unknown>;

/** The call as a program writes it: a function's, or its first argument's method's. */
function written(
  name: string,
  args: readonly string[],
  keywords: readonly string[],
  asMethod: boolean,
): string {
  const given = keywords.length > 0 ? [...args, `{ ${keywords.join(', ')} }`] : args;
  const [self, ...others] = given;
  if (self !== undefined && name in methods && (asMethod || !(name in functions))) {
    return `(${self}).${name}(${others.join(', ')})`;
  }
  return `torch.${name}(${given.join(', ')})`;
}

// Now and then, something else than what belongs there.
function mostly(right: Text): Text {
  return fc.oneof({ weight: 30, arbitrary: right }, { weight: 1, arbitrary: anything });
}

/** A call whose arguments are of the right kinds, most of them. */
function bySchema(name: string): Text {
  const schemas = (operator(name) as { resolve(): Schema[] }).resolve();
  return fc
    .tuple(fc.constantFrom(...schemas), kindred, fc.nat(), fc.boolean())
    .chain(([schema, of, left, asMethod]) => {
      // Arguments with defaults are given up to a random one.
      const required = schema.arguments.filter((argument) => !argument.hasDefault).length;
      const count = required + (left % (schema.arguments.length - required + 1));
      const given = schema.arguments.filter((argument, i) => !argument.hasDefault || i < count);
      return fc.tuple(...given.map((argument) => mostly(ofType(argument, of)))).map((texts) => {
        const byName = given.findIndex((argument) => argument.keywordOnly);
        const positional = byName < 0 ? texts : texts.slice(0, byName);
        const keywords = texts
          .slice(positional.length)
          .map((text, i) => `${given[positional.length + i]?.name}: ${text}`);
        return written(name, positional, keywords, asMethod);
      });
    });
}

/** A call that is right but for an argument or two. */
function mutated({ op, args, keywords = {} }: Call): Text {
  const named = Object.entries(keywords);
  return fc
    .tuple(
      fc.boolean(),
      ...[...args, ...Object.values(keywords)].map((arg) => mutatedArgument(arg)),
    )
    .map(([asMethod, ...texts]) =>
      written(
        op,
        texts.slice(0, args.length),
        named.map(([name], i) => `${name}: ${texts[args.length + i]}`),
        asMethod,
      ),
    );
}

/** A call that gives the same tensor in several places, also where it writes. */
function aliased(call: Call): Text {
  const shape = [...call.args, ...Object.values(call.keywords ?? {})].find(isInput);
  if (!shape) return mutated(call);
  return fc
    .tuple(
      mutated({ ...call, keywords: { ...call.keywords, out: shape } }),
      tensor(fc.constant(shapeOf(shape))),
    )
    .map(([text, made]) => `((x) => ${text.replaceAll(textOf(shape), 'x')})(${made})`);
}

function mutatedArgument(value: unknown): Text {
  const text = textOf(value);
  const likely = Array.isArray(value)
    ? fc.tuple(...value.map(mutatedArgument)).map((items) => `[${items.join(', ')}]`)
    : fc.constant(text);
  return fc.oneof(
    { weight: 12, arbitrary: likely },
    { weight: 2, arbitrary: similar(value) },
    { weight: 1, arbitrary: anything },
  );
}

/** Another value of the same kind. */
function similar(value: unknown): Text {
  const plain = { optional: false, list: false, optionalElement: false, size: 0 };
  if (typeof value === 'boolean') return ofType({ ...plain, kind: 'bool' });
  if (typeof value === 'string') return ofType({ ...plain, kind: 'str' });
  if (typeof value === 'number')
    return ofType({ ...plain, kind: Number.isInteger(value) ? 'int' : 'float' });
  if (Array.isArray(value)) {
    const kind = isInput(value[0]) ? 'Tensor' : 'int';
    return ofType({ ...plain, kind, list: true });
  }
  if (!isInput(value)) return anything;
  const shape = shapeOf(value);
  return fc.oneof(
    tensor(fc.constant(shape)),
    // A size changed, a dimension less, a dimension more.
    tensor(
      fc
        .tuple(fc.nat(), fc.nat(4))
        .map(([at, size]) => shape.map((old, i) => (i === at % shape.length ? size : old))),
    ),
    tensor(fc.constantFrom(shape.slice(1), [2, ...shape])),
  );
}

function isInput(value: unknown): value is Input {
  return typeof value === 'object' && value !== null && ('shape' in value || 'data' in value);
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(textOf).join(', ')}]`;
  if (isInput(value)) {
    const { dtype = 'float32', data, permute, grad } = value;
    const shape = JSON.stringify(shapeOf(value));
    const made = data
      ? `d(${JSON.stringify(data)}, ${shape}, '${dtype}')`
      : `t(${shape}, '${dtype}'${grad === false ? '' : ", 'grad'"})`;
    return permute ? `${made}.permute(${JSON.stringify(permute)})` : made;
  }
  if (typeof value === 'object' && value !== null) {
    if ('bigint' in value) return `${value.bigint}n`;
    if ('number' in value) return String(value.number);
  }
  return JSON.stringify(value);
}

// What would change how the lines after it run, or takes what only this package makes.
const APART = new Set([
  ...['set_num_threads', 'set_detect_anomaly', 'track_tensors', 'keep', 'Tensor', 'manual_seed'],
  // Not for programs, as TypeScript says.
  ...['constructor', 'enter', 'describe', 'described', 'strides', 'readIntegers'],
]);

// Names of torch-js's own with an underscore are its internals.
const callable = (name: string): boolean =>
  !(name in overloads) && !APART.has(name) && !name.startsWith('_');
const byHand: Text[] = [
  ...Object.entries({
    ...torch,
    ...prefixed('autograd', torch.autograd),
    ...prefixed('cuda', torch.cuda),
  })
    .filter(([name, value]) => typeof value === 'function' && callable(name))
    .map(([name, value]) =>
      called(/^class/.test(String(value)) ? `new torch.${name}` : `torch.${name}`),
    ),
  ...Object.getOwnPropertyNames(methods)
    .filter((name) => callable(name))
    .flatMap((name) => [
      fc.tuple(tensor(), called(`.${name}`)).map((parts) => parts.join('')),
      tensor().map((text) => `${text}.${name}`),
      fc
        .tuple(tensor(), anything)
        .map(([text, value]) => `Object.assign(${text}, { ${name}: ${value} })`),
    ]),
];

function prefixed(name: string, namespace: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(namespace).map(([key, value]) => [`${name}.${key}`, value]),
  );
}

function called(callee: string): Text {
  const option = fc.tuple(
    one('dtype', 'device', 'shape', 'requires_grad', 'retain_graph', 'inputs'),
    anything,
  );
  const options = fc
    .array(option, { maxLength: 2 })
    .map((all) => all.map(([name, value]) => `${name}: ${value}`).join(', '));
  return fc
    .tuple(fc.array(anything, { maxLength: 3 }), fc.option(options))
    .map(
      ([args, named]) =>
        `${callee}(${[...args, ...(named === null ? [] : [`{ ${named} }`])].join(', ')})`,
    );
}

function one(...texts: string[]): Text {
  return fc.constantFrom(...texts);
}

const calls = families.flatMap((family) => readTable<Call>(family).cases);
const names = Object.keys(overloads);

export const lines: Text = fc
  .oneof(
    { weight: 6, arbitrary: fc.constantFrom(...calls).chain(mutated) },
    { weight: 1, arbitrary: fc.constantFrom(...calls).chain(aliased) },
    { weight: 4, arbitrary: fc.constantFrom(...names).chain(bySchema) },
    { weight: 1, arbitrary: fc.oneof(...byHand) },
  )
  .map((text) => `return ${text};`);
