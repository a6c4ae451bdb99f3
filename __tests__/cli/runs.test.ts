// `bnas runs`, `bnas config` and `bnas info`: what they print for people and for programs.
import { mkdirSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../src/config/load.js';
import { parseGenotype } from '../../src/models/genotypes.js';
import { temporaryFolder, writeFile } from '../support/temporary.js';
import { bnasHere } from './command.js';

const cwd = temporaryFolder();
const TOY = `threads: 1
data: { train_samples: 16, test_samples: 8 }
search: { init_channels: 2, primitives: [none, skip_connect, max_pool_3x3], epochs: 1, batch_size: 4 }
training: { genotype: runs/found, init_channels: 2, layers: 2, en_layers: 1, epochs: 2, batch_size: 8 }
`;
writeFile(cwd, 'toy.yaml', TOY);

describe('runs', () => {
  beforeAll(async () => {
    expect((await bnasHere(['search', 'toy.yaml', '--run', 'runs/found'], cwd)).code).toBe(0);
    expect((await bnasHere(['train', 'toy.yaml', '--run', 'runs/deep/trained'], cwd)).code).toBe(0);
    mkdirSync(`${cwd}/runs/broken`);
    writeFile(cwd, 'runs/broken/manifest.json', '{');
  });

  test('list finds them at any depth, the oldest first, and says which are damaged', async () => {
    const { code, stdout, stderr } = await bnasHere(['runs', 'list'], cwd);
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toHaveLength(3);
    expect(lines[0]).toMatch(/^run +made +what +data +epochs +validation +test$/);
    expect(lines[1]).toMatch(
      /^runs\/found +\d{4}-\d\d-\d\d \d\d:\d\d {2}search {2}mnist +1\/1 +\d+\.\d\d %$/,
    );
    expect(lines[2]).toMatch(
      /^runs\/deep\/trained .* train {3}mnist +2\/2 +\d+\.\d\d % +\d+\.\d\d %$/,
    );
    expect(stderr).toMatch(/^runs\/broken: manifest\.json is damaged: .*JSON/);
  });

  test('list as JSON', async () => {
    const { stdout } = await bnasHere(['runs', 'list', 'runs', '--json'], cwd);
    const { runs, damaged } = JSON.parse(stdout);
    expect(runs.map(({ path, kind }: { path: string; kind: string }) => [path, kind])).toEqual([
      ['runs/found', 'search'],
      ['runs/deep/trained', 'train'],
    ]);
    expect(damaged).toHaveLength(1);
  });

  test('show a search', async () => {
    const { code, stdout } = await bnasHere(['runs', 'show', 'runs/found'], cwd);
    expect(code).toBe(0);
    const genotype = /^genotype +(.*)$/m.exec(stdout)?.[1] as string;
    expect(parseGenotype(genotype).normal).toHaveLength(8);
    expect(stdout).toMatch(/^epochs +1 of 1$/m);
    expect(stdout).toMatch(/^ +1 +0\.100 +\d\.\d{3} +\d+\.\d\d % +\d+\.\d\d %$/m);
  });

  test('show a training, for programs', async () => {
    const { stdout } = await bnasHere(['runs', 'show', 'runs/deep/trained', '--json'], cwd);
    const { test: tested, best_epoch, records, config } = JSON.parse(stdout);
    expect(tested.top1).toBeGreaterThanOrEqual(0);
    expect([0, 1]).toContain(best_epoch);
    expect(records).toHaveLength(2);
    expect(config.training.epochs).toBe(2);
  });

  test.each([
    [['list', 'nowhere'], 'bnas: nowhere: there is no such folder\n'],
    [['show', '.'], 'bnas: .: this is no folder of a run: it has no manifest.json\n'],
    [['show', 'runs/broken'], 'bnas: runs/broken: '],
  ])('%j is refused', async (args, message) => {
    const { code, stdout, stderr } = await bnasHere(['runs', ...args], cwd);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr.startsWith(message)).toBe(true);
  });

  test('a folder without runs says so', async () => {
    mkdirSync(`${cwd}/empty`);
    const { code, stdout } = await bnasHere(['runs', 'list', 'empty'], cwd);
    expect({ code, stdout }).toEqual({ code: 0, stdout: 'There are no runs in empty.\n' });
  });
});

test('config show prints all keys, and reads back as the same config', async () => {
  const args = ['config', 'show', 'toy.yaml', '-o', 'seed=9'];
  const { code, stdout } = await bnasHere(args, cwd);
  expect(code).toBe(0);
  expect(stdout).toContain('seed: 9 # decides every random draw');
  const config = parseConfig(TOY, 'toy.yaml', ['seed=9']);
  expect(parseConfig(stdout, 'shown.yaml')).toEqual(config);
  expect(JSON.parse((await bnasHere([...args, '--json'], cwd)).stdout)).toEqual(config);
});

test('info names the versions and devices', async () => {
  const { code, stdout } = await bnasHere(['info', '--json'], cwd);
  expect(code).toBe(0);
  const { versions, devices, threads } = JSON.parse(stdout);
  expect(versions.node).toBe(process.versions.node);
  expect(versions.libtorch).toMatch(/^\d+\.\d+\.\d+/);
  expect(devices.at(-1)).toBe('cpu');
  expect(threads).toBeGreaterThan(0);
  const shown = (await bnasHere(['info'], cwd)).stdout;
  expect(shown).toContain(`LibTorch  ${versions.libtorch}\n`);
});
