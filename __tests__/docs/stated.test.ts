// The checks of the documents, checked: what they must find.
import { expect, test } from '@jest/globals';
import { codeOf, withChecks } from './stated.js';

test('blocks of other languages are left out, lines keep their number', () => {
  expect(codeOf('text\n```ts\na;\n```\n```python\nb\n```\n```ts\nc;\n```')).toBe(
    '\n\na;\n\n\n\n\n\nc;\n',
  );
});

test('values and variables that state a result are checked, on their lines', () => {
  expect(
    withChecks('import "f"; f(1); // → 2\nconst x = 3; // → [3,\n//  4]\n// no result\ng();'),
  ).toBe(
    'import "f";\ncheck(1, "2", () => (f(1))); // → 2\nconst x = 3;\ncheck(2, "[3,\\n  4]", () => (x)); // → [3,\n//  4]\n// no result\ng();\n',
  );
});

test('a result that belongs to no value is an error', () => {
  expect(() => withChecks('if (x) { // → 1\n}')).toThrow('1 results are stated, but only 0');
});
