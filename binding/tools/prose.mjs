// The line of prose in an operator's docstring, from prose.txt.

/** @typedef {Map<string, string>} Prose texts by `name` or `name.overload` */

/**
 * Reads prose.txt.
 * @param {string} text
 * @returns {Prose}
 */
export function readProse(text) {
  const prose = new Map();
  const aliases = [];
  for (const line of text.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const match = /^([\w.]+)(: | = )(.+)$/.exec(line);
    if (!match) throw new Error(`prose.txt has a line of no known form: ${line}`);
    const [, name, sign, rest] = match;
    if (prose.has(name)) throw new Error(`prose.txt words ${name} twice`);
    if (sign === ' = ') aliases.push([name, rest]);
    prose.set(name, rest);
  }
  for (const [name, other] of aliases) {
    if (!prose.has(other))
      throw new Error(`prose.txt words ${name} by ${other}, which has no words`);
    prose.set(name, prose.get(other));
  }
  return prose;
}

/**
 * What one overload does, in a line or two.
 * @param {Prose} prose
 * @param {string} name
 * @param {{ overload: string, arguments: { name: string, keywordOnly: boolean, hasDefault: boolean, kind: string }[] }} overload
 */
export function describe(prose, name, overload) {
  const text = lookUp(prose, name, overload.overload);
  if (!text) throw new Error(`prose.txt has no words for ${name}`);
  const outs = outputs(overload).map((argument) => `\`${argument.name}\``);
  if (outs.length === 0) return text;
  return `${text} ${outs.length === 1 ? 'The result goes' : 'The results go'} into ${outs.join(', ')}.`;
}

/** The arguments that an out variant writes its results into. */
export function outputs(overload) {
  return overload.arguments.filter(
    ({ keywordOnly, hasDefault, kind }) => keywordOnly && !hasDefault && kind === 'Tensor',
  );
}

// Its own words, or those of the operator that it is a variant of.
function lookUp(prose, name, overload) {
  const [withoutOut] = overload.split(/_(?:out|max|min|values)$/);
  const own =
    prose.get(`${name}.${overload}`) ?? prose.get(`${name}.${withoutOut}`) ?? prose.get(name);
  if (own) return own;
  if (name.startsWith('_foreach_')) {
    const each = name.slice('_foreach_'.length);
    const base = each.replace(/_$/, '');
    const place = each === base ? '' : ', in place';
    return `\`${base}\` of each tensor of a list${place}, in as few kernels as there can be.`;
  }
  const variant = /^(.+?)(_|_copy)$/.exec(name);
  const base = variant && lookUp(prose, variant[1], overload);
  if (!base) return undefined;
  return variant[2] === '_' ? base.replace(/\.$/, ', in place.') : `${base} A copy, not a view.`;
}
