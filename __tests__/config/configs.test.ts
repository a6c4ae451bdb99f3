// The configs of the project: each is valid, named after its file, and checked by editors.
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { loadConfig } from '../../src/config/load.js';
import { PROJECT_ROOT } from '../support/paths.js';

const FOLDER = `${PROJECT_ROOT}configs`;
const files = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'));

describe.each(files)('configs/%s', (file) => {
  test('is valid', () => {
    const config = loadConfig(`${FOLDER}/${file}`);
    expect(`${config.name}.yaml`).toBe(file);
  });

  test('names its schema for editors', () => {
    const [first] = readFileSync(`${FOLDER}/${file}`, 'utf8').split('\n');
    expect(first).toBe('# yaml-language-server: $schema=schema.json');
  });
});
