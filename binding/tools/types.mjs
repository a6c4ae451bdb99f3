// What the kinds of values in schemas are in TypeScript, and where generated files import those types from.

const KINDS = {
  Tensor: 'Tensor',
  Scalar: 'Scalar',
  int: 'Int',
  float: 'number',
  bool: 'boolean',
  str: 'string',
  ScalarType: 'DType',
  Layout: 'Layout',
  Device: 'Device',
  MemoryFormat: 'MemoryFormat',
  Generator: 'Generator',
};

/** The words that a str argument of this name may be, where all operators agree. */
const WORDS = {
  UPLO: ['L', 'U'],
  approximate: ['none', 'tanh'],
  indexing: ['ij', 'xy'],
  interpolation: ['linear', 'lower', 'higher', 'midpoint', 'nearest'],
  norm: ['backward', 'forward', 'ortho'],
  ord: ['fro', 'nuc'],
  p: ['fro', 'nuc'],
  padding: ['same', 'valid'],
  padding_side: ['left', 'right'],
  rounding_mode: ['floor', 'trunc'],
  side: ['left', 'right'],
};

const SOURCES = {
  Device: '../device.js',
  DType: '../dtype.js',
  Generator: '../random.js',
  Int: '../scalar.js',
  Layout: '../layout.js',
  MemoryFormat: '../layout.js',
  Scalar: '../scalar.js',
  Tensor: '../tensor.js',
};

/** The type of an argument: a single value may stand for `int[2]`, null where the schema has None. */
export function argumentType(argument) {
  const words = argument.kind === 'str' ? WORDS[argument.name] : undefined;
  const kind = words ? words.map((word) => `'${word}'`).join(' | ') : KINDS[argument.kind];
  const element = kind + (argument.optionalElement ? ' | null' : '');
  let type = element;
  if (argument.list) {
    type = `readonly ${element.includes('|') ? `(${element})` : element}[]`;
    if (argument.size > 0) type = `${element} | ${type}`;
  }
  return argument.optional ? `${type} | null` : type;
}

/** The type of a result. */
export function resultType(result) {
  return result.list ? `${KINDS[result.kind]}[]` : KINDS[result.kind];
}

/** The lines that import what `text` names. */
export function importTypes(text) {
  const code = text.replaceAll(/\/\*\*.*?\*\//gs, '');
  const files = new Map();
  for (const [type, file] of Object.entries(SOURCES)) {
    if (!new RegExp(`\\b${type}\\b`).test(code)) continue;
    files.set(file, [...(files.get(file) ?? []), type]);
  }
  return [...files].map(([file, types]) => `import type { ${types.join(', ')} } from '${file}';`);
}
