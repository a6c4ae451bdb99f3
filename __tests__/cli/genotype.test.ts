// `bnas genotype`: every form in, every form out, and what is refused.
import { mkdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import {
  BNASv2_CLR_v1,
  DARTS_V2,
  formatGenotype,
  genotypeToJson,
  parseGenotype,
} from '../../src/models/genotypes.js';
import { PROJECT_ROOT } from '../support/paths.js';
import { temporaryFolder, writeFile } from '../support/temporary.js';
import { bnasHere } from './command.js';

const CONFIGS = `${PROJECT_ROOT}configs`;
const cwd = temporaryFolder();
writeFile(cwd, 'found.json', genotypeToJson(DARTS_V2));
writeFile(cwd, 'genotypes.py', `A = ${formatGenotype(DARTS_V2)}\nB = A\n`);

test('show prints each node, and the text that Python reads', async () => {
  const { code, stdout, stderr } = await bnasHere(['genotype', 'show', 'BNASv2_CLR_v1'], cwd);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const lines = stdout.trimEnd().split('\n');
  expect(lines).toContain('  node 1 = sep_conv_3x3 of input 1 + avg_pool_3x3 of node 0');
  expect(lines).toContain('  output = nodes 0, 1, 2, 3');
  expect(parseGenotype(lines.at(-1) as string)).toEqual(BNASv2_CLR_v1);
});

test.each(['found.json', 'genotypes.py:B', 'DARTS_V2', formatGenotype(DARTS_V2)])(
  'reads %s',
  async (source) => {
    const { code, stdout } = await bnasHere(['genotype', 'show', source, '--json'], cwd);
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual(DARTS_V2);
  },
);

test('convert writes JSON and Python, and never over a file', async () => {
  const convert = (...args: string[]) => bnasHere(['genotype', 'convert', ...args], cwd);
  expect((await convert('found.json', '--to', 'python')).stdout).toBe(
    `${formatGenotype(DARTS_V2)}\n`,
  );
  expect((await convert('DARTS_V2', 'new.json', '--to', 'json')).stdout).toBe('');
  expect(readFileSync(`${cwd}/new.json`, 'utf8')).toBe(genotypeToJson(DARTS_V2));
  const again = await convert('BNASv2_CLR_v1', 'new.json', '--to', 'json');
  expect(again).toMatchObject({ code: 2, stderr: 'bnas: new.json is there already\n' });
  expect(readFileSync(`${cwd}/new.json`, 'utf8')).toBe(genotypeToJson(DARTS_V2));
  expect((await convert('DARTS_V2', '--to', 'yaml')).stderr).toContain(
    'Allowed choices are python, json.',
  );
});

test('draw gives an SVG with the name as its title', async () => {
  const { code, stdout } = await bnasHere(['genotype', 'draw', 'found.json'], cwd);
  expect(code).toBe(0);
  expect(stdout).toContain('sep conv 3×3');
  expect(stdout).toContain('>found</text>');
  expect(stdout.trimEnd().endsWith('</svg>')).toBe(true);
});

test('count gives the published number of parameters', async () => {
  const count = (...args: string[]) => bnasHere(['genotype', 'count', ...args], cwd);
  const { code, stdout } = await count('BNASv2_CLR_v1', '--json');
  expect(code).toBe(0);
  const { parameters, image_shape, parts } = JSON.parse(stdout);
  expect(parameters / 1e6).toBeCloseTo(3.34, 2);
  expect(image_shape).toEqual([3, 32, 32]);
  expect(parts[0].name).toBe('stem');
  expect((await count('BNASv2_CLR_v1')).stdout).toMatch(/^whole +3\.338 M +504\.274 M /m);
  expect((await count('BNASv2_CLR_v1', '-o', 'training.layers=1')).code).toBe(2);
});

// Shapes as the data sets have them or are brought to; multiply-adds as the paper's code counts under Python.
test.each<[string, string[], number[], number | null]>([
  ['BNASv2_PC_image', ['--config', `${CONFIGS}/train_imagenet.yaml`], [3, 224, 224], 388_065_744],
  ['BNASv2_CLR_v1', ['--config', `${CONFIGS}/train_cifar10.yaml`], [3, 32, 32], 504_273_696],
  ['BNASv2_CLR_v1', ['--config', `${CONFIGS}/train_mnist.yaml`], [1, 28, 28], null],
  ['BNASv2_CLR_v1', ['--config', `${CONFIGS}/train_norb.yaml`], [3, 32, 32], null],
  ['BNASv2_CLR_v1', ['-o', 'data.dataset=imagenet', '-o', 'data.image_size=64'], [3, 64, 64], null],
  ['BNASv2_CLR_v1', ['--image-size', '64'], [3, 64, 64], null],
])('count %s %j', async (genotype, args, shape, macs) => {
  const { stdout } = await bnasHere(['genotype', 'count', genotype, '--json', ...args], cwd);
  const cost = JSON.parse(stdout);
  expect(cost.image_shape).toEqual(shape);
  if (macs !== null) expect(cost.macs).toBe(macs);
});

test.each([
  ['cifar10', [], 10],
  ['cifar100', [], 100],
  ['imagenet', [], 1000],
  ['norb', [], 5],
  ['norb', ['mode=reference'], 10],
  ['folder', ['data.folder=images'], 3],
])('count counts for the classes of %s %j', async (dataset, keys, classes) => {
  for (const name of ['a', 'b', 'c']) mkdirSync(`${cwd}/images/train/${name}`, { recursive: true });
  const overrides = [`data.dataset=${dataset}`, ...keys].flatMap((key) => ['-o', key]);
  const args = ['genotype', 'count', 'BNASv2_CLR_v1', '--json', '--image-size=32', ...overrides];
  const classifier = JSON.parse((await bnasHere(args, cwd)).stdout).parts.at(-1);
  // Of a linear layer: the biases.
  expect(classifier.parameters - classifier.macs).toBe(classes);
});

test('an unknown name or command says what there is', async () => {
  const { code, stderr } = await bnasHere(['genotype', 'show', 'BNASv2_CLR'], cwd);
  expect(code).toBe(2);
  expect(stderr).toContain('known are NASNet, AmoebaNet, ');
  expect((await bnasHere(['genotype', 'sho', 'x'], cwd)).stderr).toContain('(Did you mean show?)');
});
