// `bnas` from outside: what it prints and where, exit codes, messages, and what it leaves on disk.
import { readdirSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parseGenotype } from '../../src/models/genotypes.js';
import { decided } from '../engine/pieces.js';
import { temporaryFolder, writeFile } from '../support/temporary.js';
import { bnas, bnasHere } from './command.js';

const cwd = temporaryFolder();
writeFile(
  cwd,
  'toy.yaml',
  `threads: 1
report_freq: 1
data: { train_samples: 16, test_samples: 8 }
search: { init_channels: 2, primitives: [none, skip_connect, max_pool_3x3], epochs: 2, batch_size: 4 }
training: { init_channels: 2, layers: 2, en_layers: 1, epochs: 2, batch_size: 8 }
`,
);

describe('help', () => {
  test('shows the commands and examples, without an error', async () => {
    const { code, stdout, stderr } = await bnas(['--help'], { cwd });
    expect(code).toBe(0);
    expect(stderr).toBe('');
    expect(stdout).toContain('search [options] [config]');
    expect(stdout).toContain('bnas train configs/quickstart.yaml --genotype BNASv2_CLR_v1');
  });

  test('of a command shows its options', async () => {
    const { code, stdout } = await bnas(['train', '--help'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain('--genotype <genotype>');
    expect(stdout).toContain('-o, --override <key=value>');
  });
});

describe('a wrong command line or config exits with 2 and says why, without a stack', () => {
  const cases: [string, string[], string][] = [
    ['an unknown command', ['serch'], "error: unknown command 'serch'\n(Did you mean search?)"],
    ['an unknown option', ['search', 'toy.yaml', '--rum'], "error: unknown option '--rum'"],
    ['no config', ['search'], 'bnas: no config: give a YAML file, or --resume RUN'],
    [
      'a run to resume that is not there',
      ['search', '--resume', 'gone'],
      'bnas: gone/config.yaml: there is no such file',
    ],
    [
      'a run to resume, and one to make',
      ['search', '--resume', 'gone', '--run', 'new'],
      "error: option '--resume <folder>' cannot be used with option '--run <folder>'",
    ],
    [
      'no genotype',
      ['train', 'toy.yaml'],
      'bnas: no genotype: give --genotype, or training.genotype ',
    ],
    ['a missing config', ['search', 'none.yaml'], 'bnas: none.yaml: there is no such file\n'],
    ['a folder as a config', ['search', '.'], 'bnas: .: this is a folder, and no YAML file\n'],
    [
      'a wrong config',
      ['search', 'toy.yaml', '-o', 'search.epochs=0', '-o', 'sed=1'],
      'bnas: -o search.epochs=0: search.epochs: expected a whole number of at least 1, got 0\n' +
        '-o sed=1: unknown key "sed": did you mean seed?\n',
    ],
    [
      'a wrong genotype',
      ['train', 'toy.yaml', '--genotype', 'nowhere'],
      'bnas: nowhere is neither a file nor a folder: no genotype is called',
    ],
    [
      'more images than there are',
      ['search', 'toy.yaml', '-o', 'data.train_samples=60001'],
      'bnas: data.train_samples: expected at most 60000, which is all of mnist, got 60001\n',
    ],
    [
      'a batch that the auxiliary head cannot learn from',
      'train toy.yaml --genotype DARTS_V2 -o training.auxiliary=true -o training.batch_size=13'.split(
        ' ',
      ),
      'bnas: training.batch_size: 14 images leave a last batch of one, from which the auxiliary head',
    ],
    [
      'a GPU that is not there',
      ['search', 'toy.yaml', '-o', 'device=cuda:99'],
      'bnas: device cuda:99: ',
    ],
    ['a folder in use', ['search', 'toy.yaml', '--run', '.'], 'bnas: . is not empty: '],
  ];
  test.each(cases)('%s', async (_what, args, message) => {
    const before = readdirSync(cwd);
    const { code, stdout, stderr } = await bnasHere(args, cwd);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(stdout).toBe('');
    expect(readdirSync(cwd)).toEqual(before);
  });

  test('--verbose and DEBUG show the stack', async () => {
    for (const [args, env] of [
      [['--verbose'], {}],
      [[], { DEBUG: '1' }],
    ] as const) {
      const { code, stderr } = await bnas(['search', 'none.yaml', ...args], { cwd, env });
      expect(code).toBe(2);
      expect(stderr).toMatch(/ConfigError: none\.yaml: there is no such file\n\s+at /);
    }
  });
});

test('search, then train what it found', async () => {
  const searched = await bnas(['search', 'toy.yaml', '--run', 'found', '-o', 'seed=7'], { cwd });
  expect(searched.code).toBe(0);
  const [genotype, , lies] = searched.stdout.split('\n') as [string, string, string];
  expect(parseGenotype(genotype).normal).toHaveLength(8);
  expect(lies).toBe(
    'All of it lies in found: checkpoints, config.yaml, genotype.json, genotype.svg, genotype.txt, ' +
      'manifest.json, metrics.jsonl, timing.jsonl',
  );
  // Not a terminal: lines of progress, no control characters.
  expect(searched.stderr).toMatch(/^Search 1\/2 {2}step 1\/2 {2}loss \d\.\d{3} {2}accuracy /m);
  expect(searched.stderr).toMatch(/^Epoch 2\/2 {2}loss .* validation .* entropy .* skips /m);
  expect(searched.stderr).not.toContain('\u001b');

  const trained = await bnas(['train', 'toy.yaml', '--genotype', 'found', '--quiet'], { cwd });
  expect(trained.code).toBe(0);
  expect(trained.stderr).toBe('');
  expect(trained.stdout).toMatch(
    /^Test accuracy \d+\.\d\d % \(top-5 \d+\.\d\d %\), with the weights of epoch [12] of 2\n\nAll of it lies in runs\/toy-train-1: /,
  );
});

// They were made by processes of their own, with overrides, and a genotype from a folder.
test.each([
  ['search', 'found'],
  ['train', 'runs/toy-train-1'],
])('the config.yaml of a %s gives the same run again', async (command, run) => {
  const again = `${run}-again`;
  const args = [command, `${run}/config.yaml`, '--run', again, '--quiet'];
  expect(await bnasHere(args, cwd)).toMatchObject({ code: 0, stderr: '' });
  const files = decided(`${cwd}/${again}`);
  expect(files).toEqual(decided(`${cwd}/${run}`));
  expect(Object.keys(files)).toContain('/metrics.jsonl');
});

test('image folders that are not there are told with what would be right', async () => {
  const args = ['search', 'toy.yaml', '--quiet', '-o', 'data.dataset=imagenet'];
  expect(await bnasHere(args, cwd)).toEqual({
    code: 1,
    stdout: '',
    stderr:
      'bnas: data/train is not there: images are looked for in data/train/CLASS and data/val/CLASS\n',
  });
});

test.each([
  [
    ['train', '--resume', 'found'],
    'bnas: found is a search: bnas search --resume found goes on with it; ' +
      'bnas train CONFIG --genotype found trains what it found\n',
  ],
  [
    ['search', '--resume', 'runs/toy-train-1'],
    'bnas: runs/toy-train-1 is a training: bnas train --resume runs/toy-train-1 goes on with it\n',
  ],
])('%j is told which command goes on with the run', async (args, message) => {
  expect(await bnasHere(args, cwd)).toEqual({ code: 2, stdout: '', stderr: message });
});

test.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s ends the step, says how to go on, and exits with %d', async (signal, expected) => {
  const run = `stopped-by-${signal}`;
  const { code, stdout, stderr } = await bnas(
    ['search', 'toy.yaml', '--run', run, '-o', 'search.epochs=1000'],
    { cwd, signalAt: ['Epoch 1/1000', signal] },
  );
  expect(code).toBe(expected);
  expect(stdout).toBe('');
  const [, epoch] = /^bnas: stopped: \w+ (\d+)\/1000, after step \d of \d$/m.exec(stderr) ?? [];
  const done = String(Number(epoch) - 1).padStart(4, '0');
  expect(stderr).toMatch(
    new RegExp(
      `^It goes on from ${run}/checkpoints/epoch-${done}-step-0000\\d.pt: bnas search --resume ${run}$`,
      'm',
    ),
  );
  expect(stderr).not.toMatch(/\n\s+at /);
});
