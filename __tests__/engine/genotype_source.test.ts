// A genotype by name, text, file and run folder.
import { mkdirSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { readGenotype } from '../../src/engine/genotype_source.js';
import {
  BNASv2_CLR_v1,
  DARTS_V1,
  formatGenotype,
  genotypeToJson,
} from '../../src/models/genotypes.js';
import { temporaryFolder, writeFile } from '../support/temporary.js';

const folder = temporaryFolder();
const text = formatGenotype(BNASv2_CLR_v1);
const json = genotypeToJson(BNASv2_CLR_v1);

const several = writeFile(folder, 'genotypes.py', `A = ${formatGenotype(DARTS_V1)}\nB = ${text}\n`);

mkdirSync(`${folder}/run`);
mkdirSync(`${folder}/no-run`);
mkdirSync(`${folder}/begun`);
writeFile(`${folder}/begun`, 'manifest.json', '{}');
writeFile(`${folder}/run`, 'genotype.json', json);

test.each([
  ['a released name', 'BNASv2_CLR_v1'],
  ['Python text', text],
  ['JSON text', json],
  ['a file of Python text', writeFile(folder, 'genotype.txt', `${text}\n`)],
  ['a file of JSON', writeFile(folder, 'genotype.json', json)],
  ['a name in a file of several', `${several}:B`],
  ['a file whose name has a colon', writeFile(folder, 'a:b', text)],
  ['the folder of a run', `${folder}/run`],
])('%s', (_kind, source) => {
  expect(readGenotype(source)).toEqual(BNASv2_CLR_v1);
});

test.each([
  ['BNASv2_CLR_v9', /^BNASv2_CLR_v9 is neither a file nor a folder: no genotype is called/],
  ['Genotype(normal=', /^the genotype given: genotype text, line 1, column 17: expected /],
  [writeFile(folder, 'broken.json', '{"normal": 3}'), /broken\.json: genotype has no field/],
  [several, /genotypes\.py: it holds 2 genotypes; choose one of A, B$/],
  [`${several}:C`, /genotypes\.py: no genotype in it is called 'C'; it has A, B$/],
  [`${folder}/none.py:A`, /none\.py:A is neither a file nor a folder: no genotype is called/],
  [`${folder}/no-run`, /no-run: this is no folder of a run, and has no genotype\.json$/],
  [`${folder}/begun`, /begun: the search has found no genotype yet: bnas search --resume .*begun /],
])('%s is refused', (source, message) => {
  expect(() => readGenotype(source)).toThrow(
    expect.objectContaining({ code: 'ERR_GENOTYPE', message: expect.stringMatching(message) }),
  );
});
