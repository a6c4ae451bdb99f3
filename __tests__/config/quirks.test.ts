// Modes and the flags that they stand for.
import { expect, test } from '@jest/globals';
import { QUIRK_NAMES, quirksOf } from '../../src/config/quirks.js';

const all = (value: boolean) => Object.fromEntries(QUIRK_NAMES.map((name) => [name, value]));

test('fixed has no slip of the original, reference has all', () => {
  expect(quirksOf('fixed')).toEqual(all(false));
  expect(quirksOf('reference')).toEqual(all(true));
});

test('a flag that is given wins over the mode, both ways', () => {
  expect(quirksOf('fixed', { hvp_rounding: true })).toEqual({ ...all(false), hvp_rounding: true });
  expect(quirksOf('reference', { hvp_rounding: false, first_step_momentum: undefined })).toEqual({
    ...all(true),
    hvp_rounding: false,
  });
});
