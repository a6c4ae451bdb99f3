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
  const element = KINDS[argument.kind] + (argument.optionalElement ? ' | null' : '');
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
