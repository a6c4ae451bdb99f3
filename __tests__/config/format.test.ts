// The config that a run keeps: complete, explained, and the same when read again.
import { expect, test } from '@jest/globals';
import { formatConfig } from '../../src/config/format.js';
import { parseConfig } from '../../src/config/load.js';

const transforms = '{ test: [{ name: RandomGrayscale }] }';
const config = parseConfig(
  `seed: 9\ndata: { transforms: ${transforms} }\nsearch: { confidence_power: off }`,
  'kept.yaml',
);

test('reads back as the same config', () => {
  expect(parseConfig(formatConfig(config), 'other.yaml')).toEqual(config);
});

test('explains every key beside it', () => {
  const lines = formatConfig(config).split('\n');
  expect(lines).toContain('seed: 9 # decides every random draw');
  expect(lines).toContain('  arch_betas: [ 0.5, 0.999 ] # its moment decay rates');
  const unexplained = lines.filter((line) => line.trim() !== '' && !line.includes('# '));
  const sections = ['quirks:', 'checkpoint:', 'data:', '  transforms:', 'search:', 'training:'];
  expect(unexplained).toEqual(sections);
});
