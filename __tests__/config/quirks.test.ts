// Modes and the flags that they stand for.
import { expect, test } from '@jest/globals';
import { QUIRK_NAMES, quirksOf } from '../../src/config/quirks.js';

const all = (value: boolean) => Object.fromEntries(QUIRK_NAMES.map((name) => [name, value]));

// Whether anything is saved changes no number.
const reference = { ...all(true), nothing_saved: false };

test('fixed has no slip of the original, reference has all that change a number', () => {
  expect(quirksOf('fixed')).toEqual(all(false));
  expect(quirksOf('reference')).toEqual(reference);
  expect(quirksOf('reference', { nothing_saved: true })).toEqual(all(true));
});

test('a flag that is given wins over the mode, both ways', () => {
  expect(quirksOf('fixed', { hvp_rounding: true })).toEqual({ ...all(false), hvp_rounding: true });
  expect(quirksOf('reference', { hvp_rounding: false, first_step_momentum: undefined })).toEqual({
    ...reference,
    hvp_rounding: false,
  });
});
