// What checkGenotype accepts, and its words for each fault.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  checkGenotype,
  DARTS_V1,
  PRIMITIVES,
  PRIMITIVES_WITHOUT_SKIP,
} from '../../src/models/genotypes.js';
import { arbitraryGenotype } from './arbitrary_genotype.js';

/** DARTS_V1 with some fields replaced by anything. */
const altered = (fields: Record<string, unknown>): unknown => ({ ...DARTS_V1, ...fields });
const pair = ['skip_connect', 0];

describe('checkGenotype', () => {
  test('accepts every valid genotype and returns an equal copy of its own', () => {
    fc.assert(
      fc.property(arbitraryGenotype, (genotype) => {
        const checked = checkGenotype(genotype);
        expect(checked).toEqual(genotype);
        expect(checked.normal).not.toBe(genotype.normal);
        expect(checked.reduce_concat).not.toBe(genotype.reduce_concat);
      }),
    );
  });

  test('refuses an edge that reads its own node or a later one, wherever it stands', () => {
    fc.assert(
      fc.property(arbitraryGenotype, fc.nat(), fc.nat({ max: 5 }), (genotype, where, further) => {
        const edge = where % genotype.reduce.length;
        const node = Math.floor(edge / 2);
        const reduce = genotype.reduce.map(([operation, input], i) => [
          operation,
          i === edge ? node + 2 + further : input,
        ]);
        expect(() => checkGenotype({ ...genotype, reduce })).toThrow(
          `genotype.reduce[${edge}] feeds node ${node}, which can read states 0 to ${node + 1}`,
        );
      }),
    );
  });

  test.each<[string, unknown, string]>([
    [
      'nothing',
      null,
      'genotype must be an object with normal, normal_concat, reduce, reduce_concat, got null',
    ],
    [
      'a list',
      [],
      'genotype must be an object with normal, normal_concat, reduce, reduce_concat, got []',
    ],
    ['a field too few', { normal: [pair, pair] }, "genotype has no field 'normal_concat'"],
    [
      'a field too many',
      altered({ name: 'x' }),
      "genotype has the unknown field 'name'; it has normal, normal_concat, reduce, reduce_concat",
    ],
    [
      'edges of no list',
      altered({ normal: 7 }),
      'genotype.normal must be a list of edges [operation, input], got 7',
    ],
    [
      'no edges',
      altered({ reduce: [] }),
      'genotype.reduce must have two edges for each node, an even number of at least 2, got 0',
    ],
    [
      'an odd count of edges',
      altered({ normal: [pair, pair, pair] }),
      'genotype.normal must have two edges for each node, an even number of at least 2, got 3',
    ],
    [
      'an edge of no pair',
      altered({ normal: [pair, 'skip_connect'] }),
      'genotype.normal[1] must be a pair [operation, input], got "skip_connect"',
    ],
    [
      'an unknown operation',
      altered({ normal: [['sep_conv_9x9', 0], pair] }),
      'genotype.normal[0] has the unknown operation "sep_conv_9x9"; known are none, avg_pool_3x3, max_pool_3x3, ' +
        'skip_connect, sep_conv_3x3, sep_conv_5x5, sep_conv_7x7, dil_conv_3x3, dil_conv_5x5, conv_7x1_1x7',
    ],
    [
      'an input that is no whole number',
      altered({ normal: [pair, ['none', 0.5]] }),
      "genotype.normal[1] feeds node 0, which can read states 0 to 1 (0 and 1 are the cell's inputs, i + 2 is node i), got 0.5",
    ],
    ['an input below 0', altered({ normal: [pair, ['none', -1]] }), 'got -1'],
    [
      'an empty concat',
      altered({ normal_concat: [] }),
      'genotype.normal_concat must be a list of at least one state, got []',
    ],
    [
      'a concat of an input of the cell',
      altered({ normal_concat: [1, 2] }),
      'genotype.normal_concat[0] must be a state from 2 to 5 (nodes 0 to 3), got 1',
    ],
    [
      'a concat of a node that is not there',
      altered({ reduce_concat: [2, 6] }),
      'genotype.reduce_concat[1] must be a state from 2 to 5 (nodes 0 to 3), got 6',
    ],
    [
      'a concat that repeats',
      altered({ reduce_concat: [2, 3, 2] }),
      'genotype.reduce_concat[2] names state 2 a second time',
    ],
  ])('refuses %s', (_, value, message) => {
    expect(() => checkGenotype(value)).toThrow(message);
  });

  test('calls the genotype what the caller calls it', () => {
    expect(() => checkGenotype(3, 'train.arch')).toThrow('train.arch must be an object');
  });
});

test('the two search spaces are those of the scripts and of the released cells, in column order', () => {
  expect(PRIMITIVES.join(' ')).toBe(
    'none max_pool_3x3 avg_pool_3x3 skip_connect sep_conv_3x3 sep_conv_5x5 dil_conv_3x3 dil_conv_5x5',
  );
  expect(PRIMITIVES_WITHOUT_SKIP.join(' ')).toBe(
    'none max_pool_3x3 avg_pool_3x3 sep_conv_3x3 sep_conv_5x5 dil_conv_3x3 dil_conv_5x5',
  );
});
