// `bnas completion`: what the shells themselves make of its scripts.
import { spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { temporaryFolder, writeFile } from '../support/temporary.js';
import { bnasHere } from './command.js';

const cwd = temporaryFolder();
writeFile(cwd, 'toy.yaml', '');
mkdirSync(`${cwd}/tokens`);
mkdirSync(`${cwd}/my runs`);

const CLR = ['BNASv2_CLR_v1', 'BNASv2_CLR_v2'];
/** What is typed, its last word under way, and what may become of that. */
const CASES: [typed: string[], expected: string[]][] = [
  [['ge'], ['genotype']],
  [
    ['genotype', ''],
    ['show', 'draw', 'count', 'convert'],
  ],
  [['genotype', 'show', '--js'], ['--json']],
  [['search', '--re'], ['--resume']],
  [
    ['search', 'to'],
    ['toy.yaml', 'tokens'],
  ],
  [['search', '--resume', 'my'], ['my runs']],
  [['search', 'toy.yaml', '-o', 'search.ep'], ['search.epochs=']],
  [['search', 'toy.yaml', '--override', 'data.fo'], ['data.folder=']],
  [['train', 'toy.yaml', '--genotype', 'BNASv2_CLR'], CLR],
  [
    ['sample-imagenet', 'a', 'b', '--mode', ''],
    ['fixed', 'reference'],
  ],
  [['fetch', 'cifar10', 'sv'], ['svhn']],
  [['completion', 'b'], ['bash']],
  [['info', ''], []],
];

const scripts: Record<string, string> = {};
beforeAll(async () => {
  for (const shell of ['bash', 'zsh', 'fish']) {
    const { code, stdout } = await bnasHere(['completion', shell], cwd);
    expect(code).toBe(0);
    scripts[shell] = writeFile(cwd, `.bnas.${shell}`, stdout);
  }
});

/** Lines that a shell prints; it starts without anybody's start-up files. */
function lines(shell: string, options: string[], program: string, args: string[]): string[] {
  const all = [...options, '-c', program, ...args];
  const { stdout, stderr, error } = spawnSync(shell, all, { cwd, encoding: 'utf8' });
  expect({ error, stderr }).toEqual({ error: undefined, stderr: '' });
  return stdout.split('\n').filter((line) => line !== '');
}

const isThere = (shell: string) => spawnSync(shell, ['-c', ':']).error === undefined;

// As readline does: the words, and which of them is under way.
const ASK = `COMP_WORDS=(bnas "$@"); COMP_CWORD=$#; _bnas; printf '%s\\n' "\${COMPREPLY[@]}"`;

(isThere('bash') ? describe : describe.skip)('bash', () => {
  const ask = (typed: string[]) =>
    lines('bash', ['--norc'], `source "$0" && complete -p bnas >/dev/null; ${ASK}`, [
      scripts.bash as string,
      ...typed,
    ]);

  test.each(CASES)('%j', (typed, expected) => {
    expect(ask(typed)).toEqual(expected);
  });

  test('an option with = is three words', () => {
    expect(ask(['sample-imagenet', '--mode', '='])).toEqual(['fixed', 'reference']);
    expect(ask(['sample-imagenet', '--mode', '=', 're'])).toEqual(['reference']);
  });
});

(isThere('fish') ? describe : describe.skip)('fish', () => {
  test.each(CASES)('%j', (typed, expected) => {
    const line = `bnas ${typed.map((word) => word.replaceAll(' ', '\\ ')).join(' ')}`;
    const program = 'source $argv[1]; complete -C $argv[2]';
    const found = lines('fish', ['--no-config'], program, [scripts.fish as string, line]);
    // A word, a tab, its description; a folder ends in a slash.
    const words = found.map((reply) => reply.replace(/\t.*/, '').replace(/\/$/, ''));
    expect(new Set(words)).toEqual(new Set(expected));
  });
});
