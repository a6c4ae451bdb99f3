// Run folders: new ones only, numbered, whole files.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { RunDirectory } from '../../src/engine/run_directory.js';
import { DARTS_V2, parseGenotype } from '../../src/models/genotypes.js';
import { temporaryFolder } from '../support/temporary.js';

const folder = temporaryFolder();

function created(place: { path?: string; name?: string; save?: string }): RunDirectory {
  const run = new RunDirectory({ name: 'toy', save: `${folder}/unused`, ...place });
  run.create({ 'config.yaml': 'seed: 1\n' });
  return run;
}

test('runs of one name are numbered, past every number that was used', () => {
  const save = `${folder}/numbered`;
  expect(created({ save }).path).toBe(`${save}/toy-1`);
  expect(created({ save }).path).toBe(`${save}/toy-2`);
  mkdirSync(`${save}/toy-9`);
  mkdirSync(`${save}/toy-old`);
  expect(created({ save }).path).toBe(`${save}/toy-10`);
  expect(created({ save, name: 'other' }).path).toBe(`${save}/other-1`);
});

test('a folder can be named, if it is missing or empty', () => {
  expect(created({ path: `${folder}/a/b` }).path).toBe(`${folder}/a/b`);
  mkdirSync(`${folder}/empty`);
  expect(created({ path: `${folder}/empty` }).path).toBe(`${folder}/empty`);
});

test('a folder that holds something is refused and left as it is', () => {
  const path = `${folder}/full`;
  mkdirSync(path);
  writeFileSync(`${path}/mine.txt`, 'mine');
  expect(() => created({ path })).toThrow(
    expect.objectContaining({
      code: 'ERR_RUN_DIRECTORY',
      message: `${path} is not empty: a run never writes over another (--resume goes on with one)`,
    }),
  );
  expect(readdirSync(path)).toEqual(['mine.txt']);
});

test('a file in the way is said', () => {
  writeFileSync(`${folder}/file`, '');
  expect(() => created({ path: `${folder}/file` })).toThrow(
    expect.objectContaining({ code: 'ERR_RUN_DIRECTORY' }),
  );
});

test('nothing is made before the run begins', () => {
  const run = new RunDirectory({ name: 'toy', save: `${folder}/later` });
  expect(run.path).toBeUndefined();
  expect(run.files()).toEqual([]);
  expect(readdirSync(folder)).not.toContain('later');
});

test('records are appended, a line each', () => {
  const run = created({ path: `${folder}/records` });
  run.metrics.append({ epoch: 0, loss: 0.5 });
  run.metrics.append({ epoch: 1, valid: null });
  expect(readFileSync(`${run.path}/metrics.jsonl`, 'utf8')).toBe(
    '{"epoch":0,"loss":0.5}\n{"epoch":1,"valid":null}\n',
  );
});

test('a genotype is kept as JSON, as Python text and as a drawing', async () => {
  const run = created({ path: `${folder}/genotype` });
  await run.saveGenotype(DARTS_V2);
  const read = (name: string) => readFileSync(`${run.path}/${name}`, 'utf8');
  expect(parseGenotype(read('genotype.json'))).toEqual(DARTS_V2);
  expect(parseGenotype(read('genotype.txt'))).toEqual(DARTS_V2);
  const drawing = read('genotype.svg');
  expect(drawing).toContain('sep conv 3×3');
  expect(drawing.trimEnd().endsWith('</svg>')).toBe(true);
  expect(run.files()).toEqual(['config.yaml', 'genotype.json', 'genotype.svg', 'genotype.txt']);
});
