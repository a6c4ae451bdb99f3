// A genotype by name, text, file and run folder.
import { mkdirSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { readGenotype } from '../../src/engine/genotype_source.js';
import { BNASv2_CLR_v1, formatGenotype, genotypeToJson } from '../../src/models/genotypes.js';
import { temporaryFolder, writeFile } from '../support/temporary.js';

const folder = temporaryFolder();
const text = formatGenotype(BNASv2_CLR_v1);
const json = genotypeToJson(BNASv2_CLR_v1);

mkdirSync(`${folder}/run`);
mkdirSync(`${folder}/no-run`);
writeFile(`${folder}/run`, 'genotype.json', json);

test.each([
  ['a released name', 'BNASv2_CLR_v1'],
  ['Python text', text],
  ['JSON text', json],
  ['a file of Python text', writeFile(folder, 'genotype.txt', `${text}\n`)],
  ['a file of JSON', writeFile(folder, 'genotype.json', json)],
  ['the folder of a run', `${folder}/run`],
])('%s', (_kind, source) => {
  expect(readGenotype(source)).toEqual(BNASv2_CLR_v1);
});

test.each([
  ['BNASv2_CLR_v9', /^BNASv2_CLR_v9 is neither a file nor a folder: no genotype is called/],
  ['Genotype(normal=', /^the genotype given: genotype text, line 1, column 17: expected /],
  [writeFile(folder, 'broken.json', '{"normal": 3}'), /broken\.json: genotype has no field/],
  [`${folder}/no-run`, /no-run\/genotype\.json: there is no such file$/],
])('%s is refused', (source, message) => {
  expect(() => readGenotype(source)).toThrow(
    expect.objectContaining({ code: 'ERR_GENOTYPE', message: expect.stringMatching(message) }),
  );
});
