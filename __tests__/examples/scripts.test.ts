// The ports of the original's scripts: its log lines in its order, its folder, its flags.
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { temporaryFolder, writeFile } from '../support/temporary.js';
import { runScript, SMALL, shapeOf, TOY } from './script.js';

const cwd = temporaryFolder();

test('train_search_b_confidence logs as the original', () => {
  const args = [...SMALL, '--batch_size=4', ...TOY, '-o', 'search.primitives=[none, skip_connect]'];
  const { status, stdout, stderr } = runScript('train_search_b_confidence', args, cwd);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const log = readFileSync(`${cwd}/search_outputs_confidence/log.txt`, 'utf8');
  const epoch = (number: number) => [
    `epoch ${number} lr E`,
    'genotype = G',
    'train 000 E F F',
    'train 001 E F F',
    'train_acc F',
    'valid 000 E F F',
    'valid 001 E F F',
    'valid_acc F',
  ];
  expect(shapeOf(log)).toEqual([
    'gpu device = 0',
    'args = A',
    'param size = FMB',
    ...epoch(0),
    ...epoch(1),
    'genotype = G',
  ]);
  expect(shapeOf(stdout)).toEqual(shapeOf(log));
  // Between them, the softmax of both alphas, nearly undecided at first.
  expect(stdout).toMatch(/genotype = .*\ntensor\(\[\[0\.\d{4}, 0\.\d{4}\],\n/);
});

const SEARCHED = ['epoch 0 lr E', 'genotype = G', 'train 000 E F F', 'train_acc F'];
const VALIDATED = ['valid 000 E F F', 'valid_acc F', 'genotype = G'];
const TRAINED = [
  'epoch 0 lr E',
  ...['train 000 E F F', 'train_acc F', 'valid 000 E F F', 'valid_acc F, best_acc F'],
  ...['test 000 E F F', 'test_acc F'],
];

test.each([
  ['train_search_b', ['--batch_size=8'], 'search_outputs_b', [...SEARCHED, ...VALIDATED]],
  [
    'train_search_b_pc',
    ['--batch_size=8', '--init_channels=4', '-o', 'search.begin=0'],
    'pc',
    ['epoch 0 lr E cost E', ...SEARCHED.slice(1), ...VALIDATED],
  ],
  ['train_b', ['--batch_size=16', '--layers=2', '--set=mnist'], 'final_outputs_b', TRAINED],
  ['train_b_pc', ['--batch_size=16', '--layers=2', '--no-cutout'], 'pc_final', TRAINED],
])('%s logs as the original', (name, args, folder, epoch) => {
  const save = name.endsWith('_pc') ? [`--save=${folder}`] : [];
  const few = ['-o', 'search.primitives=[none, skip_connect]'];
  const all = [...SMALL, '--epochs=1', ...few, ...TOY, ...args, ...save];
  const { status, stderr } = runScript(name, all, cwd);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const log = shapeOf(readFileSync(`${cwd}/${folder}/log.txt`, 'utf8'));
  // Each original has the GPU of its author's as its default.
  const gpu = expect.stringMatching(/^gpu device = [037]$/);
  expect(log).toEqual([gpu, 'args = A', 'param size = FMB', ...epoch]);
});

test('visualize draws a released cell by its name', () => {
  expect(runScript('visualize', ['BNASv2_CLR_v1'], cwd)).toMatchObject({ status: 0, stderr: '' });
  expect(readFileSync(`${cwd}/BNASv2_CLR_v1.svg`, 'utf8')).toContain('</svg>');
});

test('an earlier run is deleted when that is asked for, and nothing else', () => {
  const args = [...SMALL, '--save=kept', '--set=mnist', '--layers=2', '--en_layers=1', ...TOY];
  mkdirSync(`${cwd}/kept`);
  writeFile(cwd, 'kept/mine.txt', 'mine');
  const refused = runScript('train_b', args, cwd);
  expect(refused.status).toBe(2);
  expect(refused.stderr).toMatch(/^bnas: kept is not empty/);
  const asked = runScript('train_b', [...args, '--reset_save_dir'], cwd);
  expect(asked.status).toBe(2);
  expect(asked.stderr).toBe(
    'bnas: kept: it holds no run, so --reset_save_dir does not delete it\n',
  );
  expect(readdirSync(`${cwd}/kept`)).toEqual(['mine.txt']);
});

test('a wrong flag or value ends it with 2, in words', () => {
  const wrong = (name: string, ...args: string[]) => {
    const { status, stderr } = runScript(name, args, cwd);
    expect(status).toBe(2);
    expect(stderr).not.toMatch(/\n\s+at /);
    return stderr;
  };
  expect(wrong('train_b', '--epoch=3')).toContain('(Did you mean --epochs?)');
  expect(wrong('train_b', '--epochs=x')).toContain('It must be a whole number.');
  expect(wrong('train_b', '--arch=BNASv3')).toContain("no genotype is called 'BNASv3'");
});
