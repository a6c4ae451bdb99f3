// The sample of ImageNet: which images, where they are put, going on, and what is refused.
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { type SampleOptions, sampleImageNet } from '../../src/data/imagenet_sample.js';
import { temporaryFolder } from '../support/temporary.js';

const folder = temporaryFolder();
const CLASSES = { n01: 40, 'n02 spaced': 33, n03é: 100 };
const source = join(folder, 'train');
const nameOf = (i: number) => `image_${String(i).padStart(3, '0')}.JPEG`;
for (const [name, count] of Object.entries(CLASSES)) {
  mkdirSync(join(source, name), { recursive: true });
  for (let i = 0; i < count; i++) writeFileSync(join(source, name, nameOf(i)), `${name} ${i}`);
  writeFileSync(join(source, name, '.DS_Store'), '');
}
writeFileSync(join(folder, 'train/readme.txt'), '');

let targets = 0;
const freshTarget = () => join(folder, `target-${targets++}`);

function sample(target: string, options: Partial<SampleOptions> = {}) {
  const begun: number[] = [];
  let advanced = 0;
  const complete: SampleOptions = {
    ...{ source, target, seed: 2, share: 0.125, validation_share: 0.2 },
    placement: 'symlink',
    with_replacement: false,
    ...options,
  };
  return sampleImageNet(
    complete,
    (classes) => begun.push(classes),
    () => {
      advanced += 1;
    },
  ).then((counts) => ({ ...counts, begun, advanced }));
}

/** The names in each class of a part. */
const listed = (target: string, part: 'train' | 'val') =>
  Object.keys(CLASSES).map((name) => readdirSync(join(target, part, name)).sort());

test('an eighth of each class, a fifth of that to validate, no image twice', async () => {
  const target = freshTarget();
  // Eighths of 40, 33 and 100: 5, 4, 12 (12.5 rounds to even); fifths of these: 1, 1, 2.
  expect(await sample(target)).toEqual({ train: 17, val: 4, begun: [3], advanced: 3 });
  const [train, val] = [listed(target, 'train'), listed(target, 'val')];
  expect(train.map(({ length }) => length)).toEqual([4, 3, 10]);
  expect(val.map(({ length }) => length)).toEqual([1, 1, 2]);
  train.forEach((names, i) => {
    expect(new Set([...names, ...(val[i] ?? [])]).size).toBe(names.length + (val[i]?.length ?? 0));
  });
  const [name] = train[2] as [string];
  expect(readFileSync(join(target, 'train/n03é', name), 'utf8')).toBe(
    `n03é ${Number(name.slice(6, 9))}`,
  );
});

test('the seed decides', async () => {
  const [first, again, other] = [freshTarget(), freshTarget(), freshTarget()];
  await sample(first);
  await sample(again);
  await sample(other, { seed: 3 });
  expect(listed(again, 'train')).toEqual(listed(first, 'train'));
  expect(listed(other, 'train')).not.toEqual(listed(first, 'train'));
});

test("with replacement: numpy's draws, in the order of the names", async () => {
  const target = freshTarget();
  await sample(target, { with_replacement: true });
  // numpy.random.seed(2); numpy.random.randint(0, n, round(n / 8)) for n = 40, 33, 100.
  const drawn = [
    [15, 8, 22, 18, 11],
    [7, 31, 11, 21],
    [47, 63, 31, 90, 20, 37, 39, 67, 4, 42, 51, 38],
  ];
  const held = [1, 1, 2];
  const names = (places: number[]) => places.map(nameOf).sort();
  expect(listed(target, 'val')).toEqual(drawn.map((all, i) => names(all.slice(0, held[i]))));
  expect(listed(target, 'train')).toEqual(drawn.map((all, i) => names(all.slice(held[i]))));
});

test.each(['symlink', 'hardlink', 'copy'] as const)('%s', async (placement) => {
  const target = freshTarget();
  await sample(target, { placement });
  const [name] = listed(target, 'val')[0] as [string];
  const path = join(target, 'val/n01', name);
  expect(lstatSync(path).isSymbolicLink()).toBe(placement === 'symlink');
  const same = statSync(path).ino === statSync(join(source, 'n01', name)).ino;
  expect(same).toBe(placement !== 'copy');
  expect(readFileSync(path, 'utf8')).toBe(`n01 ${Number(name.slice(6, 9))}`);
});

test('one that was broken off goes on; the manifest lists it all', async () => {
  const [whole, broken] = [freshTarget(), freshTarget()];
  await sample(whole, { placement: 'copy' });
  await sample(broken, { placement: 'copy' });
  const [kept, lost] = listed(broken, 'train')[2] as [string, string];
  const keptPath = join(broken, 'train/n03é', kept);
  writeFileSync(keptPath, 'kept');
  rmSync(join(broken, 'train/n03é', lost));
  rmSync(join(broken, 'val/n03é'), { recursive: true });
  writeFileSync(join(broken, 'train/n03é', `.${lost}.partial`), 'ha');
  await sample(broken, { placement: 'copy' });
  expect(readFileSync(keptPath, 'utf8')).toBe('kept');
  expect(listed(broken, 'val')).toEqual(listed(whole, 'val'));
  expect(listed(broken, 'train')).toEqual(listed(whole, 'train'));
  const manifest = JSON.parse(readFileSync(join(broken, 'manifest.json'), 'utf8'));
  expect(manifest).toMatchObject({ source, seed: 2, share: 0.125, validation_share: 0.2 });
  expect(Object.values(manifest.classes).map((one) => (one as { val: string[] }).val)).toEqual(
    listed(whole, 'val').map((names) => expect.arrayContaining(names)),
  );
});

describe('refused, with nothing put down:', () => {
  test.each([
    [{ source: join(folder, 'nowhere') }, `${join(folder, 'nowhere')}: there is no such folder`],
    [{ source: join(source, 'n01') }, `${join(source, 'n01')}: no class folders`],
    [
      { share: 0.03 },
      `${join(source, 'n01')}: 40 images are too few: 1 would be sampled, none of them for val`,
    ],
  ])('%#', async (options, message) => {
    const target = freshTarget();
    await expect(sample(target, options)).rejects.toMatchObject({ code: 'ERR_DATA', message });
    expect(existsSync(target)).toBe(false);
  });

  test('a folder with another sample, or with anything else', async () => {
    const [target, other] = [freshTarget(), freshTarget()];
    await sample(target);
    await expect(sample(target, { seed: 3 })).rejects.toThrow('is of another sample');
    mkdirSync(other);
    writeFileSync(join(other, 'thesis.txt'), '');
    await expect(sample(other)).rejects.toThrow('is not empty, and holds no sample');
    expect(readdirSync(other)).toEqual(['thesis.txt']);
  });
});
