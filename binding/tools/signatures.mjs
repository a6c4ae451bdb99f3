// TypeScript signatures of operators, from the addon's descriptions of their schemas.

const TYPES = {
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

const RESULTS = { ...TYPES, int: 'Int', Scalar: 'Scalar' };

function argumentType(argument) {
  const element = TYPES[argument.kind] + (argument.optionalElement ? ' | null' : '');
  let type = element;
  if (argument.list) {
    type = `readonly ${element.includes('|') ? `(${element})` : element}[]`;
    if (argument.size > 0) type = `${element} | ${type}`;
  }
  return argument.optional ? `${type} | null` : type;
}

function resultType(overload, selfIndex) {
  const types = overload.returns.map((result) => {
    // In place: the tensor itself, whatever its class.
    if (result.sameAs >= 0 && result.sameAs === selfIndex) return 'this';
    return result.list ? `${RESULTS[result.kind]}[]` : RESULTS[result.kind];
  });
  if (types.length === 0) return 'void';
  return types.length === 1 ? types[0] : `[${types.join(', ')}]`;
}

const pascal = (text) =>
  text
    .split(/_+/)
    .filter((part) => part !== '')
    .map((part) => part[0].toUpperCase() + part.slice(1))
    .join('');

/** `SumDimIntListOptions`; in-place operators are told apart by `InPlace`. */
export function optionsName(name, overload) {
  const base = `${name.startsWith('_') ? 'Private' : ''}${pascal(name)}`;
  return `${base}${name.endsWith('_') ? 'InPlace' : ''}${pascal(overload)}Options`;
}

/** Whether the operator makes a tensor from nothing, so that `requires_grad` makes sense. */
export function factoryOptions(overload) {
  const names = overload.arguments.map((argument) => argument.name);
  return ['dtype', 'layout', 'device', 'pin_memory'].every((name) => names.includes(name));
}

const isOptional = (argument) => argument.hasDefault;

/** The members of an overload's options: all that may be given by name, or '' where there is none. */
export function optionsInterface(overload) {
  const members = overload.arguments
    .filter((argument) => argument.keywordOnly || isOptional(argument))
    .map(
      (argument) =>
        `  ${argument.name}${isOptional(argument) ? '?' : ''}: ${argumentType(argument)};`,
    );
  if (members.length > 0 && factoryOptions(overload)) members.push('  requires_grad?: boolean;');
  return members.join('\n');
}

/**
 * The signatures of one overload. An options object may stand wherever an optional argument may: it
 * ends the call. `selfIndex` leaves out the argument that a method's tensor is.
 */
export function signatures(name, overload, selfIndex = -1) {
  const result = resultType(overload, selfIndex);
  const positional = overload.arguments.filter(
    (argument, i) => !argument.keywordOnly && i !== selfIndex,
  );
  const options = optionsInterface(overload) ? optionsName(name, overload.overload) : undefined;
  const mustHaveOptions = overload.arguments.some(
    (argument) => argument.keywordOnly && !isOptional(argument),
  );
  const required = positional.filter((argument) => !isOptional(argument));
  const optional = positional.filter(isOptional);
  const plain = required.map((argument) => `${argument.name}: ${argumentType(argument)}`);

  if (mustHaveOptions) {
    const all = optional.map(
      (argument) => `${argument.name}: ${argumentType(argument)} | undefined`,
    );
    const forms = [[...plain, `options: ${options}`]];
    if (all.length > 0) forms.push([...plain, ...all, `options: ${options}`]);
    return forms.map((form) => `(${form.join(', ')}): ${result}`);
  }
  const loose = optional.map(
    (argument) => `${argument.name}?: ${argumentType(argument)} | ${options}`,
  );
  const last = options ? [`options?: ${options}`] : [];
  return [`(${[...plain, ...loose, ...last].join(', ')}): ${result}`];
}
