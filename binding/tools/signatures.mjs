// TypeScript signatures of operators, from the addon's descriptions of their schemas.
import { isFactory } from './options.mjs';
import { argumentType, resultType } from './types.mjs';

/**
 * The signatures of one overload, like `(self: Tensor, dim: Int): Tensor`. An options object may stand
 * wherever an optional argument may, and ends the call. `selfIndex` leaves out the argument that a
 * method's tensor is.
 * @param {import('./options.mjs').Options} options
 */
export function signatures(options, name, overload, selfIndex = -1) {
  const positional = overload.arguments.filter(
    (argument, i) => !argument.keywordOnly && i !== selfIndex,
  );
  const required = positional.filter((argument) => !argument.hasDefault);
  const optional = positional.filter((argument) => argument.hasDefault);
  const keywordOnly = overload.arguments.filter((argument) => argument.keywordOnly);
  const type = (members) => options.type(members, isFactory(overload), name, overload.overload);
  const plain = required.map((argument) => `${argument.name}: ${argumentType(argument)}`);
  const byName = [...optional, ...keywordOnly];

  // An out variant needs its options: they stand where its first optional argument may, or come last.
  const bound = keywordOnly.some((argument) => !argument.hasDefault);
  const optionsType = byName.length > 0 ? type(byName) : undefined;
  const loose = optional.map((argument, i) => {
    const sign = bound && i === 0 ? ':' : '?:';
    return `${argument.name}${sign} ${argumentType(argument)} | ${optionsType}`;
  });
  const last = bound && loose.length === 0 ? 'options:' : 'options?:';
  const forms = [[...plain, ...loose, ...(optionsType ? [`${last} ${optionsType}`] : [])]];
  // Required arguments by name, as in `x.sum({ dim: 1 })`; the first of a function is its tensor.
  const first = bound ? required.length : selfIndex < 0 ? 1 : 0;
  for (let at = required.length - 1; at >= first; at--) {
    forms.push([...plain.slice(0, at), `options: ${type([...required.slice(at), ...byName])}`]);
  }
  const result = resultsType(overload, selfIndex);
  return forms.map((form) => `(${form.join(', ')}): ${result}`);
}

function resultsType(overload, selfIndex) {
  const labels = resultLabels(overload.schema);
  const types = overload.returns.map((result) =>
    // In place: the tensor itself, whatever its class.
    result.sameAs >= 0 && result.sameAs === selfIndex ? 'this' : resultType(result),
  );
  if (types.length === 0) return 'void';
  if (types.length === 1) return types[0];
  const labelled = types.map((type, i) => (labels[i] ? `${labels[i]}: ${type}` : type));
  return `[${labelled.join(', ')}]`;
}

// `… -> (Tensor values, Tensor indices)`: values, indices.
function resultLabels(schema) {
  const results = schema.slice(schema.lastIndexOf(' -> ') + ' -> '.length);
  const inner = results.startsWith('(') ? results.slice(1, -1) : results;
  return inner.split(', ').map((result) => / (\w+)$/.exec(result)?.[1]);
}
