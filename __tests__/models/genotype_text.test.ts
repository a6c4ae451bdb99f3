// Genotypes as Python text and as JSON.
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  DARTS_V2,
  formatGenotype,
  GENOTYPES,
  genotypeOfFile,
  genotypeToJson,
  parseGenotype,
  parseGenotypes,
} from '../../src/models/genotypes.js';
import { arbitraryGenotype } from './arbitrary_genotype.js';

/** What Python's `print` makes of DARTS_V2 with ranges for concats. */
const PRINTED =
  "Genotype(normal=[('sep_conv_3x3', 0), ('sep_conv_3x3', 1), ('sep_conv_3x3', 0), ('sep_conv_3x3', 1), " +
  "('sep_conv_3x3', 1), ('skip_connect', 0), ('skip_connect', 0), ('dil_conv_3x3', 2)], " +
  "normal_concat=range(2, 6), reduce=[('max_pool_3x3', 0), ('max_pool_3x3', 1), ('skip_connect', 2), " +
  "('max_pool_3x3', 1), ('max_pool_3x3', 0), ('skip_connect', 2), ('skip_connect', 2), " +
  "('max_pool_3x3', 1)], reduce_concat=range(2, 6))";

describe('formatGenotype', () => {
  test('writes what Python prints', () => {
    expect(formatGenotype(DARTS_V2)).toBe(PRINTED);
  });

  test('writes a concat with gaps, or of one node, as a list', () => {
    const text = formatGenotype({ ...DARTS_V2, normal_concat: [3, 5], reduce_concat: [4] });
    expect(text).toContain('normal_concat=[3, 5], reduce=');
    expect(text).toContain('reduce_concat=[4])');
  });
});

describe('parseGenotype', () => {
  test('reads back what formatGenotype and genotypeToJson write', () => {
    fc.assert(
      fc.property(arbitraryGenotype, (genotype) => {
        expect(parseGenotype(formatGenotype(genotype))).toEqual(genotype);
        expect(parseGenotype(genotypeToJson(genotype))).toEqual(genotype);
        expect(parseGenotype(JSON.stringify(genotype))).toEqual(genotype);
      }),
    );
  });

  test.each([
    ['a line of a log', `genotype = ${PRINTED}\n`],
    ['double quotes', PRINTED.replaceAll("'", '"')],
    ['lists for ranges', PRINTED.replaceAll('range(2, 6)', '[2, 3, 4, 5]')],
    ['tuples for lists', PRINTED.replaceAll('[(', '((').replaceAll(')]', '))')],
    [
      'spread over lines, with trailing commas',
      PRINTED.replaceAll('), ', '),\n\t  ').replaceAll('])', '],)'),
    ],
    ['spaces everywhere', PRINTED.replaceAll(/([(=,)[\]])/g, ' $1 ')],
    ['comments', `# found\n${PRINTED.replaceAll('), ', '), # an edge, (a pair\n')}  # the end`],
    ['another order of fields', PRINTED.replace(/\((normal=.*), (reduce=.*)\)$/, '($2, $1)')],
  ])('accepts %s', (_, text) => {
    expect(parseGenotype(text)).toEqual(DARTS_V2);
  });

  test('range(end) begins at 0, which no concat may name', () => {
    expect(() => parseGenotype(PRINTED.replace('range(2, 6)', 'range(6)'))).toThrow(
      'genotype.normal_concat[0] must be a state from 2 to 5 (nodes 0 to 3), got 0',
    );
  });

  test.each([
    ['', "line 1, column 1: expected 'Genotype(', got the end of the line"],
    ['Genotyp(normal=[])', "line 1, column 1: expected 'Genotype(', got 'Genotyp(normal=[])'"],
    ['Genotype', "line 1, column 9: expected '(', got the end of the line"],
    ['Genotype(\n  normal: []', "line 2, column 9: expected '=', got ': []'"],
    ['Genotype(normal=[1 2])', "line 1, column 20: expected ',' or ']', got '2])'"],
    ['Genotype(normal=[1)', "line 1, column 19: expected ',' or ']', got ')'"],
    [
      'Genotype(normal=open("x"))',
      'expected a string, a whole number, a list, a tuple or range(first, end)',
    ],
    ["Genotype(normal='a\\x41')", 'line 1, column 17: expected a string'],
    ['Genotype(normal=range(1, 2, 3))', 'expected range(end) or range(first, end)'],
    ['Genotype(normal=range(0, 100000000000))', 'expected a range of at most 1000 states'],
    ['Genotype(normal=[], normal=[])', 'expected each field once, not normal again'],
    [`${PRINTED} + 1`, "expected nothing more, got '+ 1'"],
    ['{"normal": [', 'genotype text is not valid JSON: '],
  ])('says where %j is wrong', (text, message) => {
    expect(() => parseGenotype(text)).toThrow(expect.objectContaining({ name: 'SyntaxError' }));
    expect(() => parseGenotype(text)).toThrow(message);
  });

  test('checks what it has read', () => {
    expect(() => parseGenotype(PRINTED.replace('dil_conv_3x3', 'dil_conv_4x4'))).toThrow(
      'genotype.normal[7] has the unknown operation "dil_conv_4x4"',
    );
    expect(() => parseGenotype('{}')).toThrow("genotype has no field 'normal'");
  });

  test('ends on any text with a genotype or an error of its own', () => {
    const pieces = fc.constantFrom(
      ...(PRINTED.match(/\w+|[^\w]/g) ?? []),
      '"',
      '\\',
      '\n',
      '{',
      '-',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 40 }), (tokens) => {
        try {
          parseGenotype(tokens.join(''));
        } catch (error) {
          expect((error as Error).message).toMatch(/^genotype/);
        }
      }),
    );
  });
});

/** As the original's file is laid out. */
const FILE = `from collections import namedtuple

Genotype = namedtuple('Genotype', 'normal normal_concat reduce reduce_concat')

PRIMITIVES = [
    'none',
    'max_pool_3x3',
]
first = ${PRINTED.replaceAll('), ', '),\n  ')}
second = ${PRINTED.replace('dil_conv_3x3', 'dil_conv_5x5')}

if True:
    inner = ${PRINTED}
ALIAS = second   # the better one
OTHER = PRIMITIVES
COPY=first
`;
const second = {
  ...DARTS_V2,
  normal: [...DARTS_V2.normal.slice(0, -1), ['dil_conv_5x5', 2]],
};

describe('parseGenotypes', () => {
  test.each([
    ['line feeds', FILE],
    ['carriage returns too', FILE.replaceAll('\n', '\r\n')],
  ])('reads assignments and other names for them, with %s', (_, text) => {
    expect([...parseGenotypes(text)]).toEqual([
      ['first', DARTS_V2],
      ['second', second],
      ['ALIAS', second],
      ['COPY', DARTS_V2],
    ]);
  });

  test('takes the last of two assignments to a name', () => {
    const text = `x = ${PRINTED}\nx = ${PRINTED.replace('dil_conv_3x3', 'dil_conv_5x5')}`;
    expect([...parseGenotypes(text)]).toEqual([['x', second]]);
  });

  test('says where it is wrong, by line or by name', () => {
    expect(() => parseGenotypes(`a = 1\n\nx = Genotype(normal=[1 2])`)).toThrow(
      "genotype text, line 3, column 24: expected ',' or ']', got '2])'",
    );
    expect(() => parseGenotypes(`x = ${PRINTED.replace('range(2, 6)', '[7]')}`)).toThrow(
      'x.normal_concat[0] must be a state from 2 to 5',
    );
  });

  test('finds none where there is none', () => {
    expect(parseGenotypes('').size).toBe(0);
    expect(parseGenotypes(PRINTED).size).toBe(0);
  });
});

describe('genotypeOfFile', () => {
  test.each([
    ['a file of text', PRINTED, undefined],
    ['a file of JSON', genotypeToJson(DARTS_V2), undefined],
    ['the only one by name', `x = ${PRINTED}\nprint(x)\n`, undefined],
    ['that of a name', FILE, 'COPY'],
  ])('is %s', (_, text, name) => {
    expect(genotypeOfFile(text, name)).toEqual(DARTS_V2);
  });

  test.each([
    [FILE, undefined, 'it holds 4 genotypes; choose one of first, second, ALIAS, COPY'],
    [FILE, 'third', "no genotype in it is called 'third'; it has first, second, ALIAS, COPY"],
    [PRINTED, 'x', "no genotype in it is called 'x'; it has none by name"],
    [genotypeToJson(DARTS_V2), 'x', "no genotype in it is called 'x'; it has none by name"],
    ['print(1)', undefined, "line 1, column 1: expected 'Genotype(', got 'print(1)'"],
  ])('of %j and %j is refused', (text, name, message) => {
    expect(() => genotypeOfFile(text, name)).toThrow(message);
  });
});

test('JSON has an edge a line', () => {
  expect(
    genotypeToJson({ ...DARTS_V2, reduce: DARTS_V2.reduce.slice(0, 2), reduce_concat: [2] }),
  ).toBe(`{
  "normal": [
    ["sep_conv_3x3", 0],
    ["sep_conv_3x3", 1],
    ["sep_conv_3x3", 0],
    ["sep_conv_3x3", 1],
    ["sep_conv_3x3", 1],
    ["skip_connect", 0],
    ["skip_connect", 0],
    ["dil_conv_3x3", 2]
  ],
  "normal_concat": [2, 3, 4, 5],
  "reduce": [
    ["max_pool_3x3", 0],
    ["max_pool_3x3", 1]
  ],
  "reduce_concat": [2]
}
`);
});

test('every released cell survives both forms', () => {
  for (const genotype of Object.values(GENOTYPES)) {
    expect(parseGenotype(formatGenotype(genotype))).toEqual(genotype);
    expect(parseGenotype(genotypeToJson(genotype))).toEqual(genotype);
  }
});
