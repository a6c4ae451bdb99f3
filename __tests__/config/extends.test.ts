// Configs that extend others: what wins, and in which file a fault is said to be.
import { mkdirSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { loadConfig } from '../../src/config/load.js';
import { temporaryFolder, writeFile } from '../support/temporary.js';

const folder = temporaryFolder();
mkdirSync(`${folder}/sub`);
const file = (name: string, source: string) => writeFile(folder, name, source);

/** The lines of the error that a config makes, without the folder. */
function faults(path: string, overrides: string[] = []): string[] {
  try {
    loadConfig(path, overrides);
  } catch (error) {
    expect(error).toMatchObject({ code: 'ERR_CONFIG' });
    return (error as Error).message.replaceAll(`${folder}/`, '').split('\n');
  }
  throw new Error('the config was accepted');
}

test('a file wins over the one it extends, key by key, and lists as a whole', () => {
  file('base.yaml', 'seed: 5\nsearch: { epochs: 9, begin: 3, arch_betas: [0.1, 0.2] }\n');
  file('sub/middle.yaml', 'extends: ../base.yaml\nsearch:\n  epochs: 8\n  en_layers: 3\n');
  const path = file(
    'top.yaml',
    'extends: sub/middle.yaml\nsearch: { begin: 4, arch_betas: [0.3, 0.4] }\n',
  );
  const config = loadConfig(path, ['search.en_layers=2']);
  expect(config).toMatchObject({ name: 'top', seed: 5 });
  expect(config.search).toMatchObject({
    epochs: 8,
    begin: 4,
    en_layers: 2,
    arch_betas: [0.3, 0.4],
  });
  expect(config).not.toHaveProperty('extends');
});

test('a fault is said where it is written, file by file', () => {
  file('wrong.yaml', 'seed: -1\nsearch:\n  begin: 7\n  epoch: 3\n');
  const path = file(
    'child.yaml',
    '# over it\nextends: wrong.yaml\nsearch:\n  epochs: 5\n  layers: 1\n',
  );
  expect(faults(path)).toEqual([
    'child.yaml:5:11: search.layers: expected auto or a whole number of at least 2, got 1',
    'wrong.yaml:1:7: seed: expected a whole number of at least 0, got -1',
    'wrong.yaml:4:3: unknown key "epoch" in search: did you mean epochs?',
  ]);
  // Held against each other once each is right by itself.
  file('wrong.yaml', 'search:\n  begin: 7\n');
  file('child.yaml', 'extends: wrong.yaml\nsearch:\n  epochs: 5\n');
  expect(faults(path)).toEqual([
    'wrong.yaml:2:10: search.begin: expected below search.epochs, 5, got 7',
  ]);
});

test.each([
  ['self.yaml', 'extends: self.yaml', '1:10: extends: a circle: self.yaml extends self.yaml'],
  ['lost.yaml', 'extends: nowhere.yaml', '1:10: extends: nowhere.yaml: there is no such file'],
  ['folder.yaml', 'extends: .', '1:10: extends: .: this is a folder, and no YAML file'],
  ['number.yaml', 'extends: 3', '1:10: extends: expected the path of a config, got 3'],
  ['empty.yaml', 'extends: ""', '1:10: extends: expected the path of a config, got ""'],
  ['typo.yaml', 'extend: base.yaml', '1:1: unknown key "extend": did you mean extends?'],
])('%s is refused', (name, source, message) => {
  expect(faults(file(name, source))).toEqual([
    `${name}:${message}`.replace(': .:', `: ${folder}:`),
  ]);
});

test('a circle is told as a whole, where it closes', () => {
  const path = file('a.yaml', 'extends: b.yaml\n');
  file('b.yaml', 'seed: 1\nextends: sub/c.yaml\n');
  file('sub/c.yaml', 'extends: ../b.yaml\n');
  expect(faults(path)).toEqual([
    'sub/c.yaml:1:10: extends: a circle: b.yaml extends sub/c.yaml extends b.yaml',
  ]);
});

test('what is no YAML, or no keys and values, is said of the file that is not', () => {
  file('list.yaml', '- 1\n');
  expect(faults(file('over.yaml', 'extends: list.yaml\nseed: -1\n'))).toEqual([
    'list.yaml:1:1: expected keys and values, got [1]',
  ]);
  file('list.yaml', 'a: [\n');
  expect(faults(file('over.yaml', 'extends: list.yaml\n'))[0]).toMatch(/^list\.yaml:\d:\d: /);
  file('list.yaml', '# nothing\n');
  expect(loadConfig(file('over.yaml', 'extends: list.yaml\nseed: 4\n')).seed).toBe(4);
});
