// Image folders: classes and order as torchvision has them, and what is refused.
import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { ImageFolder, readClassIndex } from '../../src/data/datasets/image_folder.js';
import { temporaryFolder, withoutPermission, writeFile } from '../support/temporary.js';

const base = temporaryFolder();

/** A new folder with empty files, which are not looked into until images are wanted. */
function tree(...files: string[]): string {
  const root = mkdtempSync(join(base, 'root-'));
  for (const file of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), '');
  }
  return root;
}

const refused = (message: string) => expect.objectContaining({ code: 'ERR_DATA', message });

test('classes, labels and order are those of torchvision 0.29', () => {
  const root = tree(
    ...['b/x/1.png', 'b/x-1/1.png', 'b/x/deep/1.png', 'b/x.png', 'b/10.PNG', 'b/9.jpeg'],
    ...['b/x/é.webp', 'a b/1.jpg', 'A/猫 1.JPG', 'Ünï/1.png', '猫/1.png', '😀/1.png'],
    ...['～/1.png', '10/1.png', '9/1.png', 'b/notes.txt', 'README'],
  );
  symlinkSync(tree('e.png'), join(root, 'a b', 'link'));
  const set = new ImageFolder(root);
  // What print() of its class_to_idx and samples showed for this tree.
  expect(set.class_names).toEqual(['10', '9', 'A', 'a b', 'b', 'Ünï', '猫', '～', '😀']);
  expect(set.source.paths.map((path, i) => [relative(root, path), set.labels[i]])).toEqual([
    ...[
      ['10/1.png', 0],
      ['9/1.png', 1],
      ['A/猫 1.JPG', 2],
      ['a b/1.jpg', 3],
    ],
    ...[
      ['a b/link/e.png', 3],
      ['b/10.PNG', 4],
      ['b/9.jpeg', 4],
      ['b/x.png', 4],
    ],
    ...[
      ['b/x/1.png', 4],
      ['b/x/é.webp', 4],
      ['b/x-1/1.png', 4],
      ['b/x/deep/1.png', 4],
    ],
    ...[
      ['Ünï/1.png', 5],
      ['猫/1.png', 6],
      ['～/1.png', 7],
      ['😀/1.png', 8],
    ],
  ]);
  expect([set.length, set.classes]).toEqual([16, 9]);
});

describe('classes by an index', () => {
  test('labels are theirs, whether all of them have a folder or not', () => {
    const root = tree('cat/1.png', 'dog/1.png');
    const names = readClassIndex(writeFile(base, 'classes.txt', 'dog\r\nbig bird\r\ncat\r\n'));
    const set = new ImageFolder(root, names);
    expect([...set.labels]).toEqual([0, 2]);
    expect(set.source.paths.map((path) => relative(root, path))).toEqual([
      'dog/1.png',
      'cat/1.png',
    ]);
    expect(set.classes).toBe(3);
  });

  test('may be JSON, as json.dump(dataset.class_to_idx) writes it', () => {
    const path = writeFile(base, 'classes.json', '{"cat": 1, "dog": 0}');
    expect(readClassIndex(path)).toEqual(['dog', 'cat']);
  });

  test.each([
    ['twice.txt', 'cat\ndog\ncat\n', 'class 2 is cat again'],
    ['empty.txt', '', 'class 0 is nothing'],
    ['gap.txt', 'cat\n\ndog', 'class 1 is nothing'],
    ['gap.json', '{"cat": 0, "dog": 2}', 'the label of dog is 2: expected each of 0..1 once'],
    ['same.json', '{"cat": 0, "dog": 0}', 'the label of dog is 0: expected each of 0..1 once'],
    ['no.json', 'cat', 'Unexpected token'],
  ])('%s is refused', (name, content, message) => {
    const path = writeFile(base, name, content);
    expect(() => readClassIndex(path)).toThrow(`${path}: ${message}`);
  });

  test('a folder of no class is refused', () => {
    const root = tree('cat/1.png', 'fox/1.png');
    expect(() => new ImageFolder(root, ['cat'])).toThrow(
      refused(`${root}/fox: a folder of no class that is known`),
    );
  });
});

describe('is refused, and named:', () => {
  test('a folder that is not there, or is none', () => {
    expect(() => new ImageFolder(`${base}/none`)).toThrow(
      refused(`${base}/none: ENOENT: no such file or directory`),
    );
    const file = writeFile(base, 'file', '');
    expect(() => new ImageFolder(file)).toThrow(refused(`${file}: ENOTDIR: not a directory`));
  });

  test('a folder without classes', () => {
    const root = tree('README');
    expect(() => new ImageFolder(root)).toThrow(refused(`${root}: no class folders`));
  });

  test('a class without images', () => {
    const root = tree('a/1.png', 'b/notes.txt');
    expect(() => new ImageFolder(root)).toThrow(refused(`${root}/b: no JPEG, PNG or WebP images`));
  });

  test('an image beside the class folders', () => {
    const root = tree('a/1.png', 'stray é.JPG');
    expect(() => new ImageFolder(root)).toThrow(
      refused(`${root}/stray é.JPG: an image beside the class folders, of no class`),
    );
  });

  test('an image of a kind that torchvision reads, and we do not', () => {
    const root = tree('a/1.png', 'a/2.bmp');
    expect(() => new ImageFolder(root)).toThrow(
      refused(`${root}/a/2.bmp: neither JPEG, PNG nor WebP, which are read`),
    );
  });

  test('a folder that may not be read', () => {
    const root = tree('a/1.png');
    withoutPermission(root, () => {
      expect(() => new ImageFolder(root)).toThrow(refused(`${root}: EACCES: permission denied`));
    });
  });

  test('links in a loop', () => {
    const root = tree('a/deep/1.png');
    const link = join(root, 'a', 'deep', 'up');
    symlinkSync(join(root, 'a'), link);
    expect(() => new ImageFolder(root)).toThrow(
      refused(`${link}: a link that leads back to ${root}/a`),
    );
  });

  test('links that lead to themselves, or nowhere', () => {
    const root = tree('a/1.png');
    const self = join(root, 'a', 'self.png');
    symlinkSync(self, self);
    expect(() => new ImageFolder(root)).toThrow(
      refused(`${self}: ELOOP: too many symbolic links encountered`),
    );
    const other = tree('a/1.png');
    symlinkSync(join(base, 'nowhere'), join(other, 'a', '2.png'));
    expect(() => new ImageFolder(other)).toThrow(
      refused(`${other}/a/2.png: ENOENT: no such file or directory`),
    );
  });
});
