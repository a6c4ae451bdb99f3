// Which checkpoints are kept, and what they are called.
import { describe, expect, test } from '@jest/globals';
import {
  CheckpointFolder,
  expired,
  nameOf,
  type Retention,
} from '../../src/engine/checkpoint_folder.js';
import { temporaryFolder, writeFile } from '../support/temporary.js';

const folder = temporaryFolder();

test('names sort as they come, and other files are none', () => {
  const steps = [
    { epoch: 0, step: 0 },
    { epoch: 1, step: 0 },
    { epoch: 1, step: 50 },
    { epoch: 1, step: 100000 },
    { epoch: 12, step: 0 },
    { epoch: 10000, step: 0 },
  ];
  const names = steps.map(nameOf);
  expect(names.slice(0, 3)).toEqual(['epoch-0000.pt', 'epoch-0001.pt', 'epoch-0001-step-00050.pt']);
  for (const name of [...names, 'epoch-0009.pt.damaged', '.epoch-0009.pt.x.partial', 'best.pt']) {
    writeFile(folder, name, '');
  }
  const checkpoints = new CheckpointFolder(folder);
  expect(checkpoints.list().map(({ name }) => name)).toEqual(names.toReversed());
  expect(checkpoints.newest()).toBe(`${folder}/epoch-10000.pt`);
  expect(new CheckpointFolder(`${folder}/none`).newest()).toBeUndefined();
});

describe('kept are', () => {
  const all = [
    { epoch: 6, step: 20 },
    { epoch: 6, step: 10 },
    ...[6, 5, 4, 3, 2, 1, 0].map((epoch) => ({ epoch, step: 0 })),
  ].map((each) => ({ ...each, name: nameOf(each) }));
  const kept = (own: Partial<Retention>, best?: number) => {
    const policy: Retention = { keep_last: 1, keep_every: 'off', keep_best: false, ...own };
    const gone = new Set(expired(all, policy, best));
    return all.filter((each) => !gone.has(each)).map(({ name }) => name);
  };

  test.each<[string, Partial<Retention>, number | undefined, string[]]>([
    ['the last', {}, 2, ['epoch-0006-step-00020.pt']],
    [
      'so many of the last',
      { keep_last: 3 },
      2,
      ['epoch-0006-step-00020.pt', 'epoch-0006-step-00010.pt', 'epoch-0006.pt'],
    ],
    [
      'one every so many epochs, but not that of the beginning',
      { keep_every: 3 },
      2,
      ['epoch-0006-step-00020.pt', 'epoch-0006.pt', 'epoch-0003.pt'],
    ],
    ['the best', { keep_best: true }, 2, ['epoch-0006-step-00020.pt', 'epoch-0002.pt']],
    [
      'no best one where there is none',
      { keep_best: true },
      undefined,
      ['epoch-0006-step-00020.pt'],
    ],
  ])('%s', (_what, policy, best, names) => {
    expect(kept(policy, best)).toEqual(names);
  });
});
