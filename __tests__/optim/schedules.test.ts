// Schedules and confidence against golden figures and by their closed forms.
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { confidence, cosine, linear, warm_up } from '../../src/optim/index.js';
import { FIGURES } from '../support/paths.js';

interface Schedules {
  cosine: { eta0: number; eta_min: number; T: number; closed_form: number[] }[];
  linear_adjust_lr: number[];
  warm_up: number[];
  train_search_imagenet_b: { in_force_while_training: number[] };
  confidence: { epochs: number; power: number; values: number[] }[];
}

const figures = JSON.parse(readFileSync(`${FIGURES}/optim_schedules.json`, 'utf8')) as Schedules;

// Cosine and power of a C library and of V8 may differ in the last bit of a double.
function expectRates(actual: number[], expected: number[]): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((rate, i) => {
    expect(Math.abs(rate - (expected[i] as number))).toBeLessThanOrEqual(1e-16);
  });
}

describe('cosine', () => {
  test.each(figures.cosine)(
    'from $eta0 to $eta_min in $T epochs',
    ({ eta0, eta_min, T, closed_form }) => {
      const rates = closed_form.map((_, epoch) =>
        cosine(epoch, { lr: eta0, lr_min: eta_min, epochs: T }),
      );
      expectRates(rates, closed_form);
    },
  );

  test('starts at lr, passes the middle, ends at lr_min', () => {
    const schedule = { lr: 0.25, lr_min: 0.05, epochs: 8 };
    expect(cosine(0, schedule)).toBe(0.25);
    expect(cosine(4, schedule)).toBeCloseTo(0.15, 15);
    expect(cosine(8, schedule)).toBe(0.05);
    expect(cosine(8, { lr: 0.25, epochs: 8 })).toBe(0);
  });
});

test('linear falls to five epochs before the end, then more slowly', () => {
  const rates = figures.linear_adjust_lr.map((_, epoch) => linear(epoch, { lr: 0.1, epochs: 250 }));
  expectRates(rates, figures.linear_adjust_lr);
});

test('warm-up rises to lr and stays', () => {
  expectRates(
    figures.warm_up.map((_, epoch) => warm_up(epoch, { lr: 0.1 })),
    figures.warm_up,
  );
  expect([2, 3, 9].map((epoch) => warm_up(epoch, { lr: 0.1, epochs: 4 }))).toEqual([
    (0.1 * 3) / 4,
    0.1,
    0.1,
  ]);
});

test('warm-up before a cosine is what the ImageNet search does', () => {
  const expected = figures.train_search_imagenet_b.in_force_while_training;
  const rates = expected.map((_, epoch) =>
    epoch < 5 ? warm_up(epoch, { lr: 0.2 }) : cosine(epoch, { lr: 0.2, epochs: 50 }),
  );
  expectRates(rates, expected);
});

describe('confidence', () => {
  test.each(figures.confidence)('$epochs epochs, power $power', ({ epochs, power, values }) => {
    expectRates(
      values.map((_, epoch) => confidence(epoch, epochs, power)),
      values,
    );
  });

  test('is 1 in the last epoch', () => {
    expect(confidence(49, 50, 2)).toBe(1);
  });
});
