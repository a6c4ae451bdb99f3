// The released cells against the figures of the original, and by name.

import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import {
  formatGenotype,
  GENOTYPES,
  type Genotype,
  genotypeLabel,
  namedGenotype,
} from '../../src/models/genotypes.js';
import { FIGURES } from '../support/paths.js';

test.each([
  ['AmoebaNet', 'cifar10_amoeba'],
  ['DARTS_V2', 'cifar10_darts_v2'],
  ['BNASv2_CLR_v1', 'cifar10_v1'],
  ['BNASv2_CLR_v2', 'mnist_v2'],
])('%s is the cell that the original trains', (name, figures) => {
  const text = readFileSync(`${FIGURES}/init_clr_eval_${figures}.json`, 'utf8');
  const figure = JSON.parse(text) as {
    constructor: { genotype: string; genotype_arrays: Genotype };
  };
  expect(figure.constructor.genotype).toBe(name);
  expect(namedGenotype(name)).toEqual(figure.constructor.genotype_arrays);
});

test('names are those of the original, aliases included', () => {
  expect(namedGenotype('DARTS')).toBe(GENOTYPES.DARTS_V2);
  expect(namedGenotype('PCDARTS')).toBe(GENOTYPES.PC_DARTS_cifar);
});

test('a released cell is called by its name, any other by its text', () => {
  expect(genotypeLabel(structuredClone(GENOTYPES.DARTS_V2 as Genotype))).toBe('DARTS_V2');
  const other = { ...(GENOTYPES.DARTS_V2 as Genotype), normal_concat: [4, 5] };
  expect(genotypeLabel(other)).toBe(formatGenotype(other));
});

test.each(['bnasv2', 'toString', ''])('refuses the name %j with those it knows', (name) => {
  expect(() => namedGenotype(name)).toThrow(
    `no genotype is called '${name}'; known are NASNet, AmoebaNet, DARTS_V1, DARTS_V2, DARTS, `,
  );
});
