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
