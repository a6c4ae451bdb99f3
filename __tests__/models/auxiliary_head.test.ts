// The auxiliary head: DARTS's windows and names, sizes that it takes.
import { describe, expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import { AuxiliaryHead } from '../../src/models/auxiliary_head.js';
import { valuesOf } from '../support/tensors.js';

const pool = new AuxiliaryHead(2, 5, 'cifar').features[1];
const pooled = (x: torch.Tensor) => valuesOf(pool?.call(x) as torch.Tensor);

describe('pools', () => {
  // The AvgPool2d(5, stride) of the paper's code at the sizes that its networks have there.
  test.each([
    [8, 3],
    [7, 2],
  ])('%i x %i as 5 x 5 windows at stride %i', (size, stride) => {
    const x = torch.randn([3, 2, size, size]);
    expect(pooled(x)).toEqual(valuesOf(torch.avg_pool2d(x, 5, stride)));
  });

  test('the corners of any other size', () => {
    const x = torch.arange(0, 3 * 14, { dtype: 'float32' }).view([1, 1, 3, 14]);
    // 3 rows have windows of 2, 14 columns windows of 9.
    const window = (row: number, column: number) => 14 * (row + 0.5) + column + 4;
    expect(pooled(x)).toEqual([window(0, 0), window(0, 5), window(1, 0), window(1, 5)]);
  });

  test('nothing smaller than 3 x 3', () => {
    expect(() => pooled(torch.zeros([1, 1, 8, 2]))).toThrow(
      'AuxiliaryHead: features must be at least 3 x 3, got 8 x 2; take larger images or no auxiliary head',
    );
  });
});

test.each([
  ['cifar' as const, '2 3 5 6'],
  ['imagenet' as const, '2 3 5'],
])('the %s form has its weights in features %s', (form, places) => {
  const head = new AuxiliaryHead(6, 5, form);
  const names = head.named_parameters().map(([name]) => name.replace(/^features\./, ''));
  const features = names.filter((name) => /^\d/.test(name)).map((name) => name.split('.')[0]);
  expect([...new Set(features)].join(' ')).toBe(places);
  expect(names.slice(-2)).toEqual(['classifier.weight', 'classifier.bias']);
  expect(head.call(torch.randn([2, 6, 7, 8])).shape).toEqual([2, 5]);
});

test('leaves its input as it is', () => {
  const x = torch.full([2, 2, 8, 8], -1);
  new AuxiliaryHead(2, 5, 'cifar').call(x);
  expect(new Set(valuesOf(x))).toEqual(new Set([-1]));
});
