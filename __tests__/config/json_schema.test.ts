// The schema that editors check configs by: the committed file is what the program would write, and says
// what the program says.
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { jsonSchema } from '../../src/config/json_schema.js';
import { parseConfig } from '../../src/config/load.js';
import { PROJECT_ROOT } from '../support/paths.js';

const schema = JSON.parse(jsonSchema());

test('configs/schema.json is current (bnas config schema > configs/schema.json)', () => {
  expect(readFileSync(`${PROJECT_ROOT}configs/schema.json`, 'utf8')).toBe(jsonSchema());
});

test('has every key, none of them required, with its meaning, default and range', () => {
  const { quirks: _, name: __, ...config } = parseConfig('', 'x.yaml');
  const keysOf = (section: object) => Object.keys(section);
  expect(keysOf(schema.properties)).toEqual(expect.arrayContaining(keysOf(config)));
  for (const section of ['data', 'search', 'training'] as const) {
    const { properties, required, additionalProperties } = schema.properties[section];
    expect(keysOf(properties)).toEqual(expect.arrayContaining(keysOf(config[section])));
    expect(required).toBeUndefined();
    expect(additionalProperties).toBe(false);
  }
  expect(schema.properties.search.properties.epochs).toEqual({
    default: 50,
    description: 'passes over the images that train the weights',
    type: 'integer',
    minimum: 1,
  });
  expect(schema.properties.search.properties.momentum).toMatchObject({ minimum: 0, maximum: 1 });
});
