// Every case of the project's own copy of the golden figures as a test.
import { describe, expect, test } from '@jest/globals';
import { FIGURES } from '../support/paths.js';
import { isCovered, measure } from './checker.js';
import { exceeds } from './measures.js';
import { planFolder } from './runner.js';

/** Of the files whose names `wanted` takes. */
export function testFigures(wanted: (name: string) => boolean): void {
  for (const { file, entries } of planFolder(FIGURES).filter(({ file }) => wanted(file.name))) {
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
}

/** Runs of second order in float32, which their files in float64 prove: little of them is judged. */
export const isRepeated = (name: string) => /^search_trajectory_(clr|plain)_second$/.test(name);
