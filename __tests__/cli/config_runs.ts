// Every config of the project, run to its end by the command line: but for sizes, all is as it says.
import { readdirSync, readFileSync } from 'node:fs';
import { beforeAll, expect, test } from '@jest/globals';
import { loadConfig } from '../../src/config/load.js';
import { PROJECT_ROOT } from '../support/paths.js';
import { temporaryFolder } from '../support/temporary.js';
import { writeToyData } from '../support/toy_data.js';
import type { Outcome } from './command.js';

const SMALL = {
  search: ['epochs=1', 'init_channels=4', 'batch_size=5', 'begin=0', 'validate_from=0'],
  train: ['epochs=1', 'init_channels=2', 'batch_size=9'],
};

/** What a config file is for; a training without a genotype of its own is one of what was searched. */
const uses = readdirSync(`${PROJECT_ROOT}configs`)
  .filter((file) => file.endsWith('.yaml'))
  .flatMap((file): ['search' | 'train', string][] => {
    if (file.startsWith('train_')) return [['train', file]];
    const both = /^(darts|pc_darts|quickstart)\.yaml$/.test(file);
    return both
      ? [
          ['search', file],
          ['train', file],
        ]
      : [['search', file]];
  });

/** Tests them all; `bnas` runs a command line in a folder. */
export function testConfigs(bnas: (args: string[], cwd: string) => Promise<Outcome>): void {
  const cwd = temporaryFolder();
  beforeAll(() => writeToyData(cwd));

  test.each(uses)('bnas %s configs/%s', async (command, file) => {
    const config = `${PROJECT_ROOT}configs/${file}`;
    const { data, training } = loadConfig(config);
    const inFolders = data.dataset === 'norb' || data.dataset === 'imagenet';
    const section = command === 'search' ? 'search' : 'training';
    const keys = [
      ...SMALL[command].map((key) => `${section}.${key}`),
      `data.folder=${inFolders ? data.dataset : '.'}`,
      ...(data.dataset === 'mnist' ? ['data.train_samples=8', 'data.test_samples=4'] : []),
      ...(data.dataset === 'imagenet' ? ['data.image_size=64', 'data.num_workers=1'] : []),
      // Of cells that are there twenty times.
      ...(/^(pc_)?darts/.test(file) ? [`${section}.layers=3`] : []),
      ...(file === 'quickstart.yaml' ? ['search.sample_portion=1'] : []),
      'threads=1',
      'report_freq=1',
    ];
    const genotype = training.genotype ?? 'BNASv2_CLR_v1';
    const run = `${command}-${file}`;
    const args = [command, config, '--run', run, '--quiet', ...keys.flatMap((key) => ['-o', key])];
    const trained = command === 'train' ? ['--genotype', genotype] : [];
    const { code, stderr } = await bnas([...args, ...trained], cwd);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = readFileSync(`${cwd}/${run}/metrics.jsonl`, 'utf8').trimEnd().split('\n');
    const records = lines.map((line) => JSON.parse(line));
    const figures = expect.objectContaining({ loss: expect.any(Number), top1: expect.any(Number) });
    expect(records.filter(({ kind }) => kind === 'epoch')).toEqual([
      expect.objectContaining({ epoch: 0, train: figures, valid: figures }),
    ]);
    expect(records.at(-1).kind).toBe(command === 'search' ? 'epoch' : 'test');
    expect(JSON.parse(readFileSync(`${cwd}/${run}/manifest.json`, 'utf8')).finished).toBeTruthy();
  });
}
