// Disks that are full, and folders that nothing can be written to: what is told, and that nothing is half-written.
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import * as torch from 'torch-js';
import { readCheckpoint } from '../../src/engine/checkpoint.js';
import { RecordLog } from '../../src/engine/metrics.js';
import { PROJECT_ROOT } from '../support/paths.js';
import { temporaryFolder, writeFile } from '../support/temporary.js';

const folder = temporaryFolder();

/** Runs a program under which no file may have more than `kilobytes`: to the program, a full disk. */
function limited(kilobytes: number, ...args: string[]) {
  const line = `ulimit -f ${kilobytes}; exec "$0" "$@"`;
  return spawnSync('bash', ['-c', line, process.execPath, ...args], {
    cwd: folder,
    encoding: 'utf8',
  });
}

const main = `${PROJECT_ROOT}dist/src/cli/main.js`;
writeFile(
  folder,
  'toy.yaml',
  `threads: 1
data: { train_samples: 8, test_samples: 8 }
search: { init_channels: 2, primitives: [none, skip_connect], epochs: 2, batch_size: 4 }
`,
);

test('a record that finds no room is not there at all', () => {
  const path = JSON.stringify(`${folder}/records.jsonl`);
  const module = JSON.stringify(`${PROJECT_ROOT}dist/src/engine/metrics.js`);
  const { stdout } = limited(
    1,
    '--input-type=module',
    '-e',
    `import { RecordLog } from ${module};
     const log = new RecordLog(${path});
     log.append({ text: 'x'.repeat(700) });
     try { log.append({ text: 'y'.repeat(700) }); } catch (error) { console.log(error.code, error.message); }
     log.append({ text: 'z' });`,
  );
  expect(stdout).toBe(
    `ERR_STORAGE ${folder}/records.jsonl could not be written: it would be larger than files may be here (EFBIG)\n`,
  );
  expect(readFileSync(`${folder}/records.jsonl`, 'utf8')).toMatch(
    /^\{"text":"x{700}"\}\n\{"text":"z"\}\n$/,
  );
});

(existsSync('/dev/full') ? test : test.skip)('a device that is full is told as that', () => {
  expect(() => new RecordLog('/dev/full').append({ loss: 1 })).toThrow(
    expect.objectContaining({
      code: 'ERR_STORAGE',
      message: '/dev/full could not be written: the disk is full (ENOSPC)',
    }),
  );
});

test('a run that cannot write its first checkpoint says so before it begins', () => {
  const { status, stdout, stderr } = limited(60, main, 'search', 'toy.yaml', '--run', 'small');
  expect(stderr).toMatch(
    /^bnas: small\/checkpoints\/epoch-0000\.pt could not be written: it would be larger .*\nsmall has no checkpoint to go on from$/m,
  );
  expect(stderr).not.toMatch(/\n\s+at |step 1/);
  expect([status, stdout]).toEqual([1, '']);
  expect(readdirSync(`${folder}/small`, { recursive: true }).sort()).toEqual([
    'checkpoints',
    'config.yaml',
    'manifest.json',
    'metrics.jsonl',
  ]);
});

test('a run whose disk fills up keeps its last checkpoint, and says how to go on', () => {
  // Without momentum, the first checkpoint is the smaller one.
  const { status, stderr } = limited(110, main, 'search', 'toy.yaml', '--run', 'filled');
  expect(stderr).toMatch(
    /^bnas: filled\/checkpoints\/epoch-0001\.pt could not be written: it would be larger .*\nIt goes on from filled\/checkpoints\/epoch-0000\.pt: bnas search --resume filled$/m,
  );
  expect(status).toBe(1);
  expect(readdirSync(`${folder}/filled/checkpoints`)).toEqual(['epoch-0000.pt']);
  torch.tidy(() => {
    readCheckpoint(`${folder}/filled/checkpoints/epoch-0000.pt`);
  });
  const { status: later } = spawnSync(process.execPath, [main, 'search', '--resume', 'filled'], {
    cwd: folder,
  });
  expect(later).toBe(0);
});

// Nothing is forbidden to root.
(process.getuid?.() === 0 ? test.skip : test)('a folder that is read-only is told as that', () => {
  mkdirSync(`${folder}/locked`);
  chmodSync(`${folder}/locked`, 0o555);
  const { status, stderr } = limited(9999, main, 'search', 'toy.yaml', '--run', 'locked/run');
  expect(stderr).toContain('bnas: no run folder can be made: EACCES: permission denied');
  expect(status).toBe(2);
});
