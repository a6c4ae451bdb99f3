// The port against the figures of the original: every case of the project's own copy.
import { describe, expect, test } from '@jest/globals';
import { FIGURES } from '../support/paths.js';
import { isCovered, measure } from './checker.js';
import { exceeds } from './measures.js';
import { planFolder } from './runner.js';

for (const { file, entries } of planFolder(FIGURES)) {
  describe(file.name, () => {
    const cases = entries.filter(isCovered);

    test('has cases that are covered', () => {
      expect(cases.length).toBeGreaterThan(0);
    });

    test.each(cases)('$name', (entry) => {
      const measures = measure(entry);
      expect(measures.length).toBeGreaterThan(0);
      expect(measures.filter(exceeds)).toEqual([]);
    });
  });
}
