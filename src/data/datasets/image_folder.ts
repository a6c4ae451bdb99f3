// Images in a folder for each class: torchvision.datasets.ImageFolder, stricter about what it would pass over.

import { type Dirent, readdirSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DataError, type Dataset, type ImageShape } from '../dataset.js';
import type { FileSource } from '../image_source.js';
import { inFile } from './file.js';

const READ = /\.(jpe?g|png|webp)$/i;
/** What torchvision reads besides. */
const UNREAD = /\.(ppm|bmp|pgm|tiff?)$/i;

/** A set whose images lie in files; they are read when they are wanted, as RGB. */
export class ImageFolder implements Dataset {
  readonly length: number;
  readonly classes: number;
  readonly image_shape: ImageShape = [3, 0, 0];
  readonly labels: Int32Array;
  readonly source: FileSource;

  /**
   * Images of class `class_names[i]` lie in the folder of this name, at any depth; their order is that of
   * torchvision. Links are followed.
   *
   * @param class_names By label; default: the folders in `root`, sorted.
   * @throws DataError when `root` has no images, or a class in it none, a folder of no class or an image
   * beside the class folders; of an image that is of no kind that is read; of links in a loop.
   */
  constructor(
    root: string,
    readonly class_names: readonly string[] = classFolders(root),
  ) {
    const folders = new Set(classFolders(root));
    const unknown = [...folders].find((name) => !class_names.includes(name));
    if (unknown !== undefined) {
      throw new DataError(`${join(root, unknown)}: a folder of no class that is known`);
    }
    const paths: string[] = [];
    const labels: number[] = [];
    for (const [label, name] of class_names.entries()) {
      if (!folders.has(name)) continue;
      const folder = join(root, name);
      const before = paths.length;
      for (const path of imagesBelow(folder)) paths.push(path);
      if (paths.length === before) throw new DataError(`${folder}: no JPEG, PNG or WebP images`);
      for (let i = before; i < paths.length; i++) labels.push(label);
    }
    this.length = paths.length;
    this.classes = class_names.length;
    this.labels = Int32Array.from(labels);
    this.source = { kind: 'files', paths };
  }
}

/**
 * The folders in `root`, sorted: the classes of an image folder.
 *
 * @throws DataError when there are none, or there are images beside them.
 */
export function classFolders(root: string): string[] {
  const { folders, files } = listed(root);
  const stray = files.find((name) => READ.test(name));
  if (stray !== undefined) {
    throw new DataError(`${join(root, stray)}: an image beside the class folders, of no class`);
  }
  if (folders.length === 0) throw new DataError(`${root}: no class folders`);
  return folders;
}

/**
 * The classes that an index file lists, by label: the names of their folders, one a line; or, in a
 * `.json` file, an object of labels by name, as torchvision's `class_to_idx`.
 *
 * @throws DataError when the file can't be read, a name or label is there twice, or a label is missing.
 */
export function readClassIndex(path: string): string[] {
  const text = inFile(path, () => readFileSync(path, 'utf8'));
  const names = path.endsWith('.json')
    ? fromJson(text, path)
    : text.replace(/\r?\n$/, '').split(/\r?\n/);
  const wrong = names.findIndex((name, label) => name === '' || names.indexOf(name) !== label);
  if (wrong >= 0) {
    const what = names[wrong] === '' ? 'nothing' : `${names[wrong]} again`;
    throw new DataError(`${path}: class ${wrong} is ${what}`);
  }
  return names;
}

function fromJson(text: string, path: string): string[] {
  const entries = Object.entries(inFile(path, () => JSON.parse(text) as Record<string, unknown>));
  const names = new Array<string>(entries.length).fill('');
  for (const [name, label] of entries) {
    if (typeof label !== 'number' || names[label] !== '') {
      throw new DataError(
        `${path}: the label of ${name} is ${label}: expected each of 0..${entries.length - 1} once`,
      );
    }
    names[label] = name;
  }
  return names;
}

/** The images in `root` and below: folder by folder, sorted by their whole paths. */
function imagesBelow(root: string): string[] {
  const found: { folder: string; images: string[] }[] = [];
  const visit = (folder: string, above: ReadonlySet<string>) => {
    const real = inFile(folder, () => realpathSync(folder));
    if (above.has(real)) throw new DataError(`${folder}: a link that leads back to ${real}`);
    const { folders, files } = listed(folder);
    const unread = files.find((name) => UNREAD.test(name));
    if (unread !== undefined) {
      throw new DataError(`${join(folder, unread)}: neither JPEG, PNG nor WebP, which are read`);
    }
    found.push({ folder, images: files.filter((name) => READ.test(name)) });
    const here = new Set([...above, real]);
    for (const name of folders) visit(join(folder, name), here);
  };
  visit(root, new Set());
  return found
    .sort((a, b) => byCodePoints(a.folder, b.folder))
    .flatMap(({ folder, images }) => images.map((name) => join(folder, name)));
}

/** What is in a folder, sorted; a link counts as what it leads to. */
function listed(folder: string): { folders: string[]; files: string[] } {
  const entries = inFile(folder, () => readdirSync(folder, { withFileTypes: true }));
  const [folders, files]: [string[], string[]] = [[], []];
  for (const entry of entries) (isFolder(folder, entry) ? folders : files).push(entry.name);
  return { folders: folders.sort(byCodePoints), files: files.sort(byCodePoints) };
}

function isFolder(folder: string, entry: Dirent): boolean {
  if (!entry.isSymbolicLink()) return entry.isDirectory();
  const path = join(folder, entry.name);
  return inFile(path, () => statSync(path).isDirectory());
}

/** As Python sorts texts; JavaScript compares UTF-16 units, in which some letters come elsewhere. */
function byCodePoints(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
