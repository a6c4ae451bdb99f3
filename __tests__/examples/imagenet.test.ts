// The ports of the original's scripts for ImageNet, one after the other as they are used, on two classes.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { beforeAll, expect, test } from '@jest/globals';
import { writeImageFolders } from '../support/image_folders.js';
import { temporaryFolder, writeFile } from '../support/temporary.js';
import { runScript, SMALL, shapeOf } from './script.js';

const cwd = temporaryFolder();
const TOY = ['threads=1', 'data.num_workers=1', 'data.image_size=64'].flatMap((key) => ['-o', key]);

beforeAll(async () => {
  await writeImageFolders(`${cwd}/imagenet`, ['n1', 'n2'], { train: 40, val: 2 });
  writeFile(`${cwd}/imagenet`, 'train_label.txt', 'labels');
});

test('imagenet_data_sample copies an eighth of each class, a fifth of it to validate', () => {
  const { status, stdout, stderr } = runScript(
    'imagenet_data_sample',
    ['--data_dir=imagenet', '--mode=fixed'],
    cwd,
  );
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const bar = (arrows: number) => `[${'>'.repeat(arrows)}${'-'.repeat(50 - arrows)}]`;
  expect(stdout).toBe(`${bar(25)}50.00%\r${bar(50)}100.00%\r\nOK\n`);
  const sample = `${cwd}/imagenet_search`;
  for (const name of ['n1', 'n2']) {
    expect(readdirSync(`${sample}/train/${name}`)).toHaveLength(4);
    expect(readdirSync(`${sample}/val/${name}`)).toHaveLength(1);
  }
  expect(readFileSync(`${sample}/train_label.txt`, 'utf8')).toBe('labels');
});

test('train_search_imagenet_b logs as the original', () => {
  const own = ['--batch_size=4', '--begin=1', '-o', 'search.primitives=[none, skip_connect]'];
  const args = [...SMALL, ...own, ...TOY, '--init_channels=4'];
  const { status, stdout, stderr } = runScript('train_search_imagenet_b', args, cwd);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const log = readFileSync(`${cwd}/search_imagenet_b/log.txt`, 'utf8');
  const epoch = (number: number) => [
    `Epoch: ${number} lr: E`,
    'genotype = G',
    ...['normal', 'reduce'].map(() => 'tensor([[0.5, 0.5],'),
    'TRAIN Step: 000 Objs: E R1: F R5: F',
    'TRAIN Step: 001 Objs: E R1: F R5: F',
    'Train_acc F',
  ];
  const rounded = log.replaceAll(/0\.(4999|5\d\d\d)\b|0\.49\d\d\b/g, '0.5');
  expect(shapeOf(rounded)).toEqual([
    'args = A',
    'param size = FMB',
    ...epoch(0),
    ...epoch(1),
    'valid 000 E F F',
    'Valid_acc F',
    'genotype = G',
  ]);
  // The cosine from 0.2 at first, and half-way.
  expect(log).toMatch(/Epoch: 0 lr: 2\.000000e-01\n.*Epoch: 1 lr: 1\.000000e-01\n/s);
  expect(stdout).toContain('# images to train network: 8\n# images to validate network: 2\n');
});

test('train_imagenet_b logs as the original, and goes on with the run in its folder', () => {
  const own = ['--arch=BNASv2_PC_image', '--data=imagenet_search', '--batch_size=4', '--tencrop'];
  const args = [...SMALL, ...own, '--layers=2', '--en_layers=1', ...TOY];
  const { status, stdout, stderr } = runScript('train_imagenet_b', args, cwd);
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  const save = `${cwd}/BNASv2_PC_image`;
  const log = readFileSync(`${save}/log.txt`, 'utf8');
  const epoch = (number: number) => [
    `Epoch: ${number} lr E`,
    `epoch ${number} drop path prob E`,
    'train 000 E F F',
    'train 001 E F F',
    'train_acc F',
    'valid 000 E F F',
    'valid_acc_top1 F',
    'valid_acc_top5 F',
    'valid_loss F',
  ];
  const begun = ['gpu device = 0', 'args = A', 'param size = FMB'];
  const test = ['test 000 E F F', 'test_acc F'];
  const saves = /^Save the best model at epoch: [01], top1: F, top5: F$/;
  const lines = shapeOf(log);
  expect(lines.filter((line) => !saves.test(line))).toEqual([
    ...begun,
    ...epoch(0),
    ...epoch(1),
    ...test,
  ]);
  // What it logs is stepped on once more before it trains: at two epochs, from 0.1 to 0.05 and from 0 to 0.05.
  expect(log).toMatch(/Epoch: 0 lr 1\.000000e-01\n.*Epoch: 1 lr 0\.000000e\+00\n/s);
  const { lr } = JSON.parse(readFileSync(`${save}/metrics.jsonl`, 'utf8').split('\n')[2] as string);
  expect(lr).toBeCloseTo(0.05, 12);
  expect(stdout).toContain('All of it lies in BNASv2_PC_image: ');

  // As if it had been stopped between its epochs.
  rmSync(`${save}/checkpoints/epoch-0002.pt`);
  const again = runScript('train_imagenet_b', args, cwd);
  expect(again).toMatchObject({ status: 0, stderr: '' });
  expect(again.stdout).toContain('Going on with the run in BNASv2_PC_image\n');
  const undated = (text: string) => text.replaceAll(/^\d\d\/\d\d \d\d:\d\d:\d\d [AP]M /gm, '');
  const since = log.slice(log.indexOf('Epoch: 1 lr') - '11/25 09:05:07 AM '.length);
  const added = readFileSync(`${save}/log.txt`, 'utf8').slice(log.length);
  expect(undated(added)).toContain(undated(since));
  expect(shapeOf(again.stdout).slice(0, 4)).toEqual([...begun, 'Epoch: 1 lr E']);
});
