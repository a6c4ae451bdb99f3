// The flags of the ports, as their --help tells them, beside those of the original's scripts (fixtures/flags.py).
import { readFileSync } from 'node:fs';
import { expect, jest, test } from '@jest/globals';
import { PROJECT_ROOT } from '../support/paths.js';

type Flags = Record<string, [type: string, value?: unknown]>;

const ORIGINAL: Record<string, Flags> = JSON.parse(
  readFileSync(`${PROJECT_ROOT}__tests__/examples/fixtures/flags.json`, 'utf8'),
);

/** What the original has not. */
const OWN: Flags = { mode: ['str', 'reference'], override: ['list', 'none'] };

const REQUIRED: Flags[string] = ['str'];

/** Where a port differs: what it needs is asked for, and what it cannot do is not said to be on. */
const DIFFERING: Record<string, Flags> = {
  train_imagenet_b: { data: REQUIRED, arch: REQUIRED, parallel: ['flag', false] },
};

test.each([
  ['train_search_b_confidence', 'BNASv2CLR/train_search_b_confidence.py'],
  ['train_search_b', 'BNASv2CLR/train_search_b.py'],
  ['train_search_b_pc', 'BNASv2PC/train_search_b.py'],
  ['train_search_imagenet_b', 'BNASv2PC/train_search_imagenet_b.py'],
  ['train_b', 'BNASv2CLR/train_b.py'],
  ['train_b_pc', 'BNASv2PC/train_b.py'],
  ['train_imagenet_b', 'BNASv2PC/train_imagenet_b.py'],
])('%s has the flags and defaults of %s', async (script, original) => {
  const expected: Flags = { ...ORIGINAL[original], ...DIFFERING[script], ...OWN };
  // Nothing is deleted unasked.
  expected.reset_save_dir = ['flag', false];
  // Whole numbers of steps.
  expected.report_freq = ['int', expected.report_freq?.[1]];
  expect(await flagsOf(script)).toEqual(expected);
});

/** Reads `  --epochs <int>  passes over the images (default: 50)`. */
async function flagsOf(script: string): Promise<Flags> {
  const help = (await helpOf(script)).replace(/\n {10,}/g, ' ');
  const flags: Flags = {};
  for (const [, name, type, rest] of help.matchAll(/^ {2}(?:-o, )?--(\w+)(?: <(\S+)>)? +(.*)$/gm)) {
    const value = /default: ([^,]*)\)$/.exec(rest as string)?.[1];
    flags[name as string] = flagOf(type, value);
  }
  const off = [...help.matchAll(/^ {2}--no-(\w+) /gm)].map(([, name]) => name);
  const on = Object.keys(flags).filter((name) => flags[name]?.[1] === true);
  expect(off).toEqual(on);
  return flags;
}

function flagOf(type?: string, value?: string): Flags[string] {
  if (type === undefined) return ['flag', value === 'true'];
  if (type === 'key=value') return ['list', value];
  if (type !== 'text') return [type, Number(value)];
  if (value === undefined) return REQUIRED;
  return ['str', value.startsWith('"') ? JSON.parse(value) : null];
}

/** What `--help` prints; the script then ends with 0. */
async function helpOf(script: string): Promise<string> {
  const { argv } = process;
  process.argv = [process.execPath, `${script}.js`, '--help'];
  const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  const exit = jest.spyOn(process, 'exit').mockImplementation((code) => {
    throw new Error(`exit ${code}`);
  });
  try {
    await expect(import(`../../examples/${script}.js`)).rejects.toThrow('exit 0');
    return write.mock.calls.map(([text]) => text).join('');
  } finally {
    process.argv = argv;
    write.mockRestore();
    exit.mockRestore();
  }
}
