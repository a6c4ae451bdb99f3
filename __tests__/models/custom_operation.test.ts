// An operation of one's own: searched, found, trained, written and read like the others.
import { expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import { EvaluationNetwork } from '../../src/models/evaluation_network.js';
import {
  formatGenotype,
  OPERATION_NAMES,
  PRIMITIVES,
  parseGenotype,
} from '../../src/models/genotypes.js';
import { addOperation } from '../../src/models/operations.js';
import { SearchNetwork } from '../../src/models/search_network.js';
import { AvgPool2d, BatchNorm2d, Sequential } from '../../src/nn/index.js';

const own = addOperation(
  'mean_5x5',
  (C, stride, affine) =>
    new Sequential(new AvgPool2d(5, { stride, padding: 2 }), new BatchNorm2d(C, { affine })),
);

test('is known by its name', () => {
  expect(own).toBe('mean_5x5');
  expect(OPERATION_NAMES.at(-1)).toBe('mean_5x5');
  expect(PRIMITIVES).not.toContain('mean_5x5');
});

test('is searched, and found where its alphas are the largest', () => {
  using model = new SearchNetwork({
    C: 2,
    num_classes: 3,
    primitives: ['none', 'skip_connect', own],
  });
  torch.no_grad(() => model.alphas_normal.select(1, 2).fill_(9));
  const { normal } = model.genotype();
  expect(new Set(normal.map(([operation]) => operation))).toEqual(new Set(['mean_5x5']));
  const logits = model.call(torch.ones([1, 3, 16, 16]));
  expect(logits.shape).toEqual([1, 3]);
});

test('stands in genotypes and their networks', () => {
  const cell = "[('mean_5x5', 0), ('mean_5x5', 1)]";
  const text = `Genotype(normal=${cell}, normal_concat=[2], reduce=${cell}, reduce_concat=[2])`;
  const genotype = parseGenotype(text);
  expect(parseGenotype(formatGenotype(genotype))).toEqual(genotype);
  using model = new EvaluationNetwork({ C: 2, num_classes: 3, genotype, layers: 2, en_layers: 1 });
  // Each node adds its two inputs' means: no weights but those of preprocessing, taps and batch normalisation.
  const cells = model.named_parameters().filter(([name]) => name.includes('_ops'));
  expect(new Set(cells.map(([, { shape }]) => shape.length))).toEqual(new Set([1]));
});

test.each(['mean_5x5', 'none', 'two words', '', '3x3', "a', 1), ('b"])('%j is refused', (name) => {
  expect(() => addOperation(name, () => new Sequential())).toThrow(RangeError);
});
