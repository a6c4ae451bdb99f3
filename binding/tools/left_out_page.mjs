// Writes left_out.md: what of ATen torch-js does not offer, and why.

/**
 * @param {{ reason: string, names: string[] }[]} leftOut
 * @param {string[]} untyped why single overloads of offered operators are left out
 */
export function writeLeftOut(leftOut, untyped, version) {
  const count = leftOut.reduce((sum, { names }) => sum + names.length, 0);
  return [
    '# What is left out',
    '',
    `Of the operators that LibTorch ${version} has in \`aten::\`, these ${count} are not offered, each group for the`,
    'reason above it. Written by `npm run generate` from left_out.mjs; do not edit.',
    '',
    ...leftOut.flatMap(({ reason, names }) => [`## ${reason}`, '', wrap(names), '']),
    '## Single overloads',
    '',
    "Of the operators that are offered: out variants generated for PyTorch's compiler, which Python has not",
    'either, and these, whose types JavaScript has nothing for:',
    '',
    ...untyped.map((message) => `- ${message.replace(/ in (aten::\S+?)\(.*/, ': `$1`')}`),
    '',
  ].join('\n');
}

function wrap(names) {
  const lines = [''];
  for (const name of names) {
    const word = `\`${name}\``;
    const line = lines.at(-1);
    if (line.length + word.length > 110) lines.push(word);
    else lines[lines.length - 1] = line === '' ? word : `${line} ${word}`;
  }
  return lines.join('\n');
}
