// The texts of the generated sources.
import { isFactory } from './options.mjs';
import { describe } from './prose.mjs';
import { signatures } from './signatures.mjs';
import { importTypes } from './types.mjs';

/** Methods that tensor.ts and methods.ts write by hand. */
const BY_HAND = new Set([
  'dim',
  'index',
  'index_put_',
  'is_floating_point',
  'item',
  'numel',
  'size',
  'stride',
  'to',
]);

/** Words that no constant may be named in JavaScript. */
const RESERVED = new Set(['case', 'default', 'delete', 'in', 'new', 'var', 'with']);

const IMPORT_OPTIONS = "import type * as Options from './options.js';";

/** functions.ts: an interface with the types and docstrings, and a constant for each function. */
export function writeFunctions(operators, prose, options) {
  const functions = operators.filter(({ isFunction }) => isFunction);
  const types = functions.flatMap(({ name, overloads }) =>
    members(name, overloads, prose, (overload) => signatures(options, name, overload)),
  );
  const body = `export interface Functions {\n${types.join('\n')}\n}`;
  const constants = functions.map(({ name, overloads }) => {
    const make = overloads.some(isFactory) ? 'factoryFunction' : 'operatorFunction';
    const constant = RESERVED.has(name) ? `${name}_` : name;
    const declaration = `const ${constant} = ${make}('${name}') as Functions['${name}'];`;
    return RESERVED.has(name)
      ? `${declaration}\nexport { ${constant} as ${name} };`
      : `export ${declaration}`;
  });
  return [
    "import { factoryFunction, operatorFunction } from '../operators.js';",
    IMPORT_OPTIONS,
    ...importTypes(body),
    '',
    body,
    '',
    ...constants,
    '',
  ].join('\n');
}

/** methods.ts: an interface with the types and docstrings, and a table of the methods. */
export function writeMethods(operators, prose, options) {
  const methods = operators.filter(({ name, isMethod }) => isMethod && !BY_HAND.has(name));
  const types = methods.flatMap(({ name, overloads }) => {
    const onTensors = overloads.filter(
      (overload) => overload.arguments[selfOf(overload)]?.kind === 'Tensor',
    );
    return members(name, onTensors, prose, (overload) =>
      signatures(options, name, overload, selfOf(overload)),
    );
  });
  const body = `export interface TensorMethods {\n${types.join('\n')}\n}`;
  return [
    IMPORT_OPTIONS,
    ...importTypes(body),
    '',
    body,
    '',
    '/** Each method, and which argument of its operator the tensor itself is. */',
    'export const methods: Record<string, number> = {',
    ...methods.map(({ name, overloads }) => `  ${name}: ${positionOfSelf(name, overloads)},`),
    '};',
    '',
    '/** The methods that make tensors. */',
    'export const factoryMethods: readonly string[] = [',
    ...methods
      .filter(({ overloads }) => overloads.some(isFactory))
      .map(({ name }) => `  '${name}',`),
    '];',
    '',
  ].join('\n');
}

// Each signature once, under what it does and its schema.
function members(name, overloads, prose, signaturesOf) {
  const seen = new Set();
  return overloads.flatMap((overload) =>
    signaturesOf(overload)
      .filter((signature) => !seen.has(signature) && seen.add(signature))
      .flatMap((signature) => [
        `  /** ${describe(prose, name, overload)}\n   * \`${overload.schema}\` */`,
        `  ${name}${signature};`,
      ]),
  );
}

const selfOf = (overload) => overload.arguments.findIndex((argument) => argument.name === 'self');

function positionOfSelf(name, overloads) {
  const positions = new Set(overloads.map(selfOf).filter((position) => position >= 0));
  if (positions.size !== 1) throw new Error(`${name} has its tensor at different places`);
  return [...positions][0];
}

/** overloads.ts: the overloads of every operator. */
export function writeOverloads(operators) {
  const lines = operators.map(
    ({ name, overloads }) => `  ${name}: '${overloads.map(({ overload }) => overload).join(' ')}',`,
  );
  return [
    '/** The overloads of each operator, in the order in which PyTorch tries them, with a space between. */',
    'export const overloads: Record<string, string> = {',
    ...lines,
    '};',
    '',
  ].join('\n');
}

/** linalg.ts and its like: the functions whose names start with the namespace's, by the names that PyTorch has there. */
export function writeNamespace(operators, namespace, title) {
  const prefix = `${namespace}_`;
  const names = operators.filter(({ name, isFunction }) => isFunction && name.startsWith(prefix));
  return [
    `// ${title}.`,
    'export {',
    ...names.map(({ name }) => `  ${name} as ${name.slice(prefix.length)},`),
    "} from './functions.js';",
    '',
  ].join('\n');
}
