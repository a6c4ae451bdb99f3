// Python's % formats, as its documentation has them.
import { expect, test } from '@jest/globals';
import { formatted } from '../../examples/support/python_log.js';

test.each<[string, (string | number)[], string]>([
  ['epoch %d lr %e', [3, 0.1], 'epoch 3 lr 1.000000e-01'],
  ['train %03d %e %f %f', [50, 2.25, 12.5, 100], 'train 050 2.250000e+00 12.500000 100.000000'],
  ['%03d', [1234], '1234'],
  ['%e', [1.5e-100], '1.500000e-100'],
  ['%e', [0], '0.000000e+00'],
  ['cost %2e', [0.5], 'cost 5.000000e-01'],
  ['param size = %fMB', [3.337834], 'param size = 3.337834MB'],
  ['genotype = %s', ['Genotype()'], 'genotype = Genotype()'],
])('%s', (format, values, text) => {
  expect(formatted(format, values)).toBe(text);
});
